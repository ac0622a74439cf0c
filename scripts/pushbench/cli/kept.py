"""The commands about what leaves a run or a build: for later, for others, for a shell. Their options."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from pushbench import __version__
from pushbench.cli import arguments, commands, output
from pushbench.history import conduct as over_commits
from pushbench.share import conduct as sharing
from pushbench.shell import conduct
from pushbench.shell.own import of_parser
from pushbench.store import here


def add_history(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("history", help="what each commit did to the exact evidence, from git alone")
    parser.add_argument("--since", metavar="COMMIT",
                        help="only what moved between this commit and the tree as it is; writes nothing")
    arguments.add_results(parser, "folder of evidence.json; history.jsonl and the chart are written there")
    parser.set_defaults(run=_history)


def add_share(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("share", help="a summary of a run for others: small, and nothing personal in it")
    arguments.add_run(parser)
    parser.add_argument("--yes", action="store_true", help="write it without asking; it is shown all the same")
    parser.add_argument("--to", type=arguments.path, metavar="FOLDER",
                        default=commands.results_folder() / sharing.COMMUNITY,
                        help="where to (default: results/community)")
    arguments.add_results(parser)
    parser.set_defaults(run=_share)


def add_community(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("community", help="a page of many machines, from a folder of their summaries")
    parser.add_argument("folder", nargs="?", type=arguments.path, metavar="FOLDER",
                        default=commands.results_folder() / sharing.COMMUNITY,
                        help="of summaries; index.html is written there (default: results/community)")
    parser.set_defaults(run=_community)


def add_shell(subparsers: arguments.Commands, root: Path,
              parser_of_all: argparse.ArgumentParser) -> None:
    parser = subparsers.add_parser("shell", help="manual pages and completions of all programs; make install uses it")
    arguments.add_build(parser, root)
    parser.add_argument("--to", type=arguments.path, metavar="FOLDER", default=root / "build" / "shell",
                        help="where to (default: build/shell)")
    parser.set_defaults(run=lambda options, console: conduct.shell(
        commands.bin_dir(options.build.resolve()), options.to, of_parser(parser_of_all), __version__, console))


def _history(options: argparse.Namespace, console: Console) -> int:
    here.needs_tree("history", "it reads what git kept of results/evidence.json")
    if options.since is not None:
        return over_commits.since(options.results, options.since, console)
    return over_commits.history(options.results, console)


def _share(options: argparse.Namespace, console: Console) -> int:
    asks = output.is_terminal(sys.stdin) and output.is_terminal(sys.stdout)
    return sharing.share(commands.find_own_run(options.results, options.run_id, console), options.to, options.yes,
                         _ask if asks else None, console)


def _ask(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _community(options: argparse.Namespace, console: Console) -> int:
    from pushbench.share import page  # here: with what it reads of claims, only this command needs it

    return page.community(options.folder, console)
