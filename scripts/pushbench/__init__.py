"""pushbench: runs the benchmark's trials, does its statistics, and writes its report."""

__version__ = "0.1.0"
