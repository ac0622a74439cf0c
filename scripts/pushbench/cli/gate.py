"""`gate`, and the thresholds of `bench`: what shall not be, told and written for whoever asked."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from pushbench.analysis.figures import Figures
from pushbench.cli import arguments, commands
from pushbench.errors import UsageError
from pushbench.gate import file, github, told
from pushbench.gate.foreseen import Foreseen
from pushbench.gate.judge import FAILED, HELD, Judged, judge, places_in
from pushbench.gate.junit import to_junit
from pushbench.gate.places import Places
from pushbench.gate.threshold import Threshold, parse
from pushbench.meter.calibration.conduct import ABOUT_S
from pushbench.setup.plan import Planned, estimate_s
from pushbench.setup.scenario import Profile, known_scenarios
from pushbench.store import job_page
from pushbench.store.folder import write_text
from pushbench.store.records import load_run


_STYLES = {FAILED: "bold red", HELD: "green"}


@dataclass(frozen=True)
class GateOptions:
    """`named` was said on the command line, and must be there; what a file says of other runs is for those."""

    named: tuple[Threshold, ...] = ()
    from_file: tuple[Threshold, ...] = ()
    strict: bool = False
    junit: Path | None = None

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        return self.named + self.from_file


def add_gate(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("gate", help="hold a run against thresholds; exit 3 when one of them failed",
                                   epilog=told.EXIT_CODES)
    arguments.add_run(parser)
    add_arguments(parser)
    arguments.add_scenarios(parser, root)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: gate(
        read(options, file.DEFAULT), commands.find_run(options.results, options.run_id, console), options.scenarios,
        root, console))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--fail-if", metavar="THRESHOLD", action="append", default=[],
                        help="what shall not be, such as 'latency_p99 of sse in sparse > 50ms'; may be given more "
                             "than once (docs/gate.md)")
    parser.add_argument("--thresholds", metavar="FILE", type=arguments.path,
                        help="a file of them, such as bench/thresholds.toml")
    parser.add_argument("--strict", action="store_true", help="what cannot be told fails too: exit 4")
    parser.add_argument("--junit", metavar="FILE", type=arguments.path,
                        help="write the verdicts as a test report for CI")


def read(options: Namespace, default: Path | None = None) -> GateOptions:
    """All that can be wrong with them by themselves is told here, before anything runs."""
    named = tuple(parse(text) for text in options.fail_if)
    path = options.thresholds or (default if not named else None)
    found = GateOptions(named, tuple(file.read(path)) if path else (), options.strict, options.junit)
    for given, name in ((options.strict, "--strict"), (options.junit, "--junit")):
        if given and not found.thresholds:
            raise UsageError(f"{name}: there is nothing to judge; give --fail-if or --thresholds")
    if found.junit is not None and not found.junit.absolute().parent.is_dir():
        raise UsageError(f"--junit {found.junit}: there is no folder {found.junit.absolute().parent}")
    if found.junit is not None and found.junit.is_dir():
        raise UsageError(f"--junit {found.junit}: is a folder; name the file to write, such as"
                         f" {found.junit / 'gate.xml'}")
    return found


def left_s(profile: Profile, plan: Sequence[Planned], changed: Mapping[str, Any]) -> float:
    """About what the planned trials leave of the profile's time. A changed workload is held against no claim, so no
    claim asks for more blocks of it."""
    if profile.budget_s is None or changed:
        return 0.0
    return max(0.0, profile.budget_s - ABOUT_S - sum(map(estimate_s, plan)))


def refuse_what_will_not_be(options: GateOptions, plan: Sequence[Planned], left_s: float, scenarios: Path,
                            console: Console) -> None:
    """Before the first trial: a threshold that names what will not be measured would pass unheard.

    `left_s`: the time for blocks beyond the planned ones.
    """
    foreseen = Foreseen(plan, left_s)
    places = Places.of(((trial.scenario.name, trial.case, trial.variant) for trial in plan), known_scenarios(scenarios))
    for threshold in options.thresholds:
        places.refuse_unknown(threshold)
        lacking, is_certain = places.lacking(threshold), True
        why = f"in this run {lacking}" if lacking else ""
        if not lacking:
            why, is_certain = foreseen.why_not(threshold)
        if why and is_certain and threshold in options.named:
            raise UsageError(f"{threshold.where}: '{threshold.text}': {why}")
        if why:
            console.print(f"! {'not judged' if is_certain else 'judged only if time is left for more blocks'}:"
                          f" {threshold.text}: {why}", markup=False, highlight=False, soft_wrap=True)


def gate(options: GateOptions, run_dir: Path, scenarios: Path, root: Path, console: Console) -> int:
    """Of a run that is there. 0, 3 or 4: see told.EXIT_CODES."""
    run = load_run(run_dir)
    figures = Figures(run)
    places = places_in(figures, known_scenarios(scenarios))
    for threshold in options.thresholds:
        places.refuse_unknown(threshold)
    commands.say_remarks(run, console)
    rows = [row for threshold in options.thresholds for row in judge(threshold, figures)]
    code = told.exit_code(rows, options.strict)
    _say(rows, root, console)
    if options.junit is not None:
        write_text(options.junit, to_junit(rows, run.run_id))
        console.print(f"junit: {options.junit}", markup=False, highlight=False, soft_wrap=True)
    _add_to_job_page(github.summary(rows, run.run_id), console)
    console.print(told.last_line(rows, code), markup=False, highlight=False, soft_wrap=True)
    return code


def _say(rows: Sequence[Judged], root: Path, console: Console) -> None:
    for verdict, text in told.lines(rows):
        console.print(text, style=_STYLES.get(verdict, "yellow"), markup=False, highlight=False, soft_wrap=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for command in github.marks_of(rows, root):
            console.print(command, markup=False, highlight=False, soft_wrap=True)


def _add_to_job_page(text: str, console: Console) -> None:
    """A page that cannot be written costs no verdict: the exit code stays that of the thresholds."""
    if page := job_page.path():
        try:
            job_page.add(page, text)
        except OSError as error:
            console.print(f"! {page}: cannot be written: {error.strerror}", soft_wrap=True)
