"""How this program is called where it lies: by `make` in its own tree, by its own name where it is installed."""

from __future__ import annotations

from pathlib import Path

from pushbench.errors import UsageError

TREE = Path(__file__).resolve().parents[3]


def is_installed() -> bool:
    """`make install` takes no Makefile along."""
    return not (TREE / "Makefile").is_file()


def command(name: str, made: str = "", direct: str = "") -> str:
    """What to type, with its arguments by either way: 'make report RUN=a', or 'pushbench report a'."""
    return f"pushbench {name} {direct}".strip() if is_installed() else f"make {name} {made}".strip()


def needs_tree(name: str, why: str) -> None:
    """Of a command that reads or changes the tree that this program was made from."""
    if is_installed():
        raise UsageError(f"{name} is for a checkout of pushbench: {why}")
