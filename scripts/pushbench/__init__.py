"""pushbench: runs the benchmark's trials, does its statistics, and writes its report."""

from pathlib import Path

# The file that CMake reads too.
__version__ = (Path(__file__).resolve().parents[2] / "VERSION").read_text(encoding="ascii").strip()
