"""A run for other programs: `csv` and `out`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from rich.console import Console

from pushbench import prose
from pushbench.analysis.figures import Figures
from pushbench.cli import arguments, commands
from pushbench.out import hgrm, openmetrics, tidy
from pushbench.store.folder import make_folder
from pushbench.store.records import load_run

FOLDER = "out"
KINDS = ("csv", "hgrm", "openmetrics")


def add_csv(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("csv", help="write every figure of every trial of a run into one tidy CSV")
    _add_run(parser)
    parser.set_defaults(run=lambda options, console: csv(
        commands.find_run(options.results, options.run_id, console), console))


def add_out(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("out", help="write a run for other programs: CSV, HdrHistogram, OpenMetrics")
    _add_run(parser)
    parser.add_argument("--to", type=arguments.path, metavar="FOLDER", help=f"where to (default: {FOLDER}/ of the run)")
    parser.add_argument("--only", choices=KINDS, action="append", default=[],
                        help="only this; may be given more than once")
    parser.set_defaults(run=lambda options, console: out(
        commands.find_run(options.results, options.run_id, console), options.to, options.only, console))


def _add_run(parser: ArgumentParser) -> None:
    arguments.add_run(parser)
    arguments.add_results(parser)


def csv(run_dir: Path, console: Console) -> int:
    run = load_run(run_dir)
    commands.say_remarks(run, console)
    _say("csv", tidy.write(run, run_dir / tidy.FILE), console)
    return 0


def out(run_dir: Path, folder: Path | None, only: list[str], console: Console) -> int:
    """All of them, or those in `only`, into a folder of the run or another one."""
    run = load_run(run_dir)
    commands.say_remarks(run, console)
    folder = folder or run_dir / FOLDER
    make_folder(folder)
    figures = Figures(run)
    for kind in only or KINDS:
        if kind == "csv":
            _say("csv", tidy.write(run, folder / tidy.FILE), console)
        elif kind == "openmetrics":
            _say("openmetrics", openmetrics.write(figures, folder / openmetrics.FILE), console)
        else:
            written = hgrm.write(figures, folder / hgrm.FOLDER)
            _say("hgrm", f"{prose.plural(len(written), 'file')} in {folder / hgrm.FOLDER}" if written
                 else "none: no valid trial holds a histogram", console)
    return 0


def _say(kind: str, what: Path | str, console: Console) -> None:
    console.print(f"{kind}: {what}", markup=False, highlight=False, soft_wrap=True)
