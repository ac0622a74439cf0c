"""The commands about what is kept from commit to commit: their options."""

import argparse
from pathlib import Path

from rich.console import Console

from pushbench.history import conduct as over_commits


def add_history(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", root: Path) -> None:
    parser = subparsers.add_parser("history", help="what each commit did to the exact evidence, from git alone")
    parser.add_argument("--since", metavar="COMMIT",
                        help="only what moved between this commit and the tree as it is; writes nothing")
    parser.add_argument("--results", type=Path, default=root / "results",
                        help="folder of evidence.json; history.jsonl and the chart are written there")
    parser.set_defaults(run=_history)


def _history(options: argparse.Namespace, console: Console) -> int:
    if options.since is not None:
        return over_commits.since(options.results, options.since, console)
    return over_commits.history(options.results, console)
