"""The options of `compare`, apart from it: a command line should not wait for numpy to say what it takes."""

from __future__ import annotations

import argparse

EXIT_CODES = ("exit code: 0 nothing worse, 1 a failure, 2 a mistake in what was asked for, or unlike workloads or "
              "machines, 3 something is worse, 4 nothing could be judged. Through make each of them but 0 becomes 2.")
DEFAULT_THRESHOLD = 10.0  # percent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_telling(parser, DEFAULT_THRESHOLD)
    parser.add_argument("--force", action="store_true",
                        help="compare runs of unlike workloads or machines all the same")


def add_telling(parser: argparse.ArgumentParser, threshold: float) -> None:
    """What is told, and how: of two runs and of two builds alike."""
    parser.add_argument("--threshold", type=_percent, default=threshold, metavar="PERCENT",
                        help="a change for the worse beyond this is a regression (default: %(default)g)")
    parser.add_argument("--markdown", action="store_true", help="print it as Markdown, for a pull request")


def _percent(text: str) -> float:
    try:
        value = float(text.rstrip("% "))
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no percentage (expected a number from 0, such as 10)")
    return value
