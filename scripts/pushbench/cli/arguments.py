"""Arguments that several commands have, and what a word must be like to be read as one."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from pushbench.cli import commands
from pushbench.setup import changes

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"


def add_results(parser: ArgumentParser, what: str = "folder of all runs") -> None:
    parser.add_argument("--results", type=path, default=commands.results_folder(), help=what)


def add_run(parser: ArgumentParser, otherwise: str | None = None) -> None:
    parser.add_argument("run_id", nargs="?", metavar="RUN", default=otherwise,
                        help=f"id or folder of the run (default: {otherwise or 'the newest of your own'})")


def add_build(parser: ArgumentParser, root: Path) -> None:
    parser.add_argument("--build", type=path, default=root / "build",
                        help="build folder, or the folder with the programs themselves (default: build)")


def add_scenarios(parser: ArgumentParser, root: Path) -> None:
    parser.add_argument("--scenarios", type=path, default=root / "bench" / "scenarios",
                        help="folder of all scenarios")


def path(text: str) -> Path:
    """A script's variable that is not set would name the folder that one stands in."""
    if not text:
        raise ArgumentTypeError("is empty; name a file or a folder, or leave the option out")
    return Path(text)


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text}: must be a whole number from {least} to {most}")
        return int(text)
    return read


def change(key: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return changes.read_change(key, text)
        except ValueError as error:
            raise ArgumentTypeError(f"{text}: {error}") from None
    return read


seed = whole(1, 2**31 - 1)


def minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 10_000:
        raise ArgumentTypeError(f"{text}: must be a number of minutes from 0.1 to 10000")
    return value
