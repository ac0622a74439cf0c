"""`compare-builds`: two builds of the servers in one run, as duets, and what the one costs against the other."""

import argparse
import random
import signal
import sys
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rich.console import Console

from pushbench import prose
from pushbench.cli import arguments, commands, output
from pushbench.cli.possible import possible
from pushbench.cli.sitting import OpenSitting
from pushbench.errors import WORSE, UsageError
from pushbench.machine import built, cautions, describe, lock
from pushbench.machine.cores import choose_cores
from pushbench.report import compare_options
from pushbench.run.launch import Tools
from pushbench.run.runner import Runner, Tally
from pushbench.setup import builds
from pushbench.setup.scenario import Scenario
from pushbench.setup.transports import FLOOR_NOTE, TRANSPORTS
from pushbench.stats.estimates import MIN_BLOCKS
from pushbench.store.archive import has_trials
from pushbench.store.folder import RunFolder, make_run_id
from pushbench.units import format_duration, human_duration, parse_duration_s

FOLDER = "builds"  # in the folder of results, so that no other command takes such a run for one of transports
DEFAULT_TIME = "10min"
DEFAULT_THRESHOLD = 1.0  # percent
EXIT_CODES = ("exit code: 0 B nowhere worse, 1 a trial failed, 2 a mistake in what was asked for, or builds that are "
              "not alike, 3 B is worse, 4 nothing could be judged, 130 interrupted. Through make each of them but 0 "
              "becomes 2.")

Builds = tuple[built.Build, built.Build, built.Build]  # A's, B's, and that of the load generator


def add(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("compare-builds", epilog=EXIT_CODES,
                                   help="measure two builds at once, as duets; exit 3 when the second is clearly worse")
    parser.add_argument("a", metavar="A", help="build folder to compare with, or the folder of its programs")
    parser.add_argument("b", metavar="B", help="build folder to judge")
    parser.add_argument("--time", type=_time, default=parse_duration_s(DEFAULT_TIME), metavar="DURATION",
                        help=f"that it may take, such as 3min (default: {DEFAULT_TIME}); too little for {MIN_BLOCKS}"
                             " blocks is refused")
    parser.add_argument("--blocks", type=arguments.whole(1, builds.MOST_BLOCKS), metavar="N",
                        help=f"so many pairs of fresh processes of each, {MIN_BLOCKS} or more, however long it takes")
    parser.add_argument("--transport", action="append", metavar="NAME",
                        help=f"may be given more than once (default: {', '.join(builds.TRANSPORTS_BY_DEFAULT)})")
    parser.add_argument("--workload", action="append", metavar="NAME",
                        help=f"may be given more than once (default: {', '.join(builds.WORKLOADS)})")
    parser.add_argument("--loadgen", metavar="FOLDER",
                        help="build folder of the load generator that both sides have (default: A's)")
    parser.add_argument("--seed", type=arguments.seed, help="of orders and arrivals (default: random)")
    parser.add_argument("--force", action="store_true",
                        help="compare builds all the same that are not Release, or made in another way")
    compare_options.add_telling(parser, DEFAULT_THRESHOLD)
    arguments.add_scenarios(parser, root)
    arguments.add_results(parser, f"folder of all runs; this one goes to {FOLDER}/ in it")
    parser.set_defaults(run=compare_builds)


def compare_builds(options: argparse.Namespace, console: Console) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.markdown:
        console = output.console(sys.stderr)  # standard output has the Markdown alone
    describe.raise_file_limit()
    duets = builds.duets_of(options.scenarios, tuple(options.transport or builds.TRANSPORTS_BY_DEFAULT),
                            tuple(options.workload or builds.WORKLOADS))
    _refuse_too_short(options, duets)
    a, b, loadgen = _read(options, duets)
    remarks = _remarks(a, b, options.force)
    with lock.measuring(options.results):
        folder, tally = _measure(options, duets, (a, b, loadgen), remarks, console)
    if not has_trials(folder):
        return 130
    told = commands.module("report.builds").tell(folder, options.threshold, remarks, options.markdown, console)
    if tally is None:
        console.print(f"interrupted: that is of the duets until then, in {folder}", highlight=False, soft_wrap=True)
        return 130
    console.print(f"{tally.ok} duets ok, {tally.invalid} invalid, {tally.failed} failed, in"
                  f" {human_duration(tally.wall_s)}: {folder}", highlight=False, soft_wrap=True)
    return told if told == WORSE else int(tally.failed > 0) or int(told)


def _refuse_too_short(options: argparse.Namespace, duets: tuple[Scenario, ...]) -> None:
    """Before anything runs: of too few blocks nothing can be told, however they come out."""
    if options.blocks is not None:
        if options.blocks < MIN_BLOCKS:
            raise UsageError(f"--blocks {options.blocks}: an interval takes {MIN_BLOCKS} at least, and with fewer"
                             " nothing can be told of the two builds")
    elif options.time < (least := builds.least_s(duets)):
        raise UsageError(f"--time {format_duration(options.time)}: the {MIN_BLOCKS} blocks that an interval takes need"
                         f" {least}s or more for {prose.plural(_count(duets), 'duet')}; with fewer nothing can be"
                         " told of the two builds. --transport and --workload ask for fewer duets")


def _count(duets: tuple[Scenario, ...]) -> int:
    return sum(len(each.pairs) for each in duets)


def _read(options: argparse.Namespace, duets: tuple[Scenario, ...]) -> Builds:
    rows = [TRANSPORTS[name] for each in duets for name in each.transports]
    servers, clients = {row.server for row in rows}, {row.client for row in rows}
    return (_build(options.a, servers), _build(options.b, servers),
            _build(options.loadgen or options.a, clients))


def _build(name: str, programs: set[str]) -> built.Build:
    return built.read_build(name, commands.bin_dir(Path(name).resolve()), programs)


def _remarks(a: built.Build, b: built.Build, force: bool) -> list[str]:
    """What forbids to compare them, where that is forced, and what else to know. UsageError where it is not."""
    against = [*dict.fromkeys(built.unfit(a) + built.unfit(b)), *built.unlike(a, b)]
    if against and not force:
        raise UsageError(f"'{a.name}' and '{b.name}' cannot be compared ({'; '.join(against)}); --force compares them"
                         " all the same")
    same = built.same_programs(a, b)
    return [*against, *([f"{prose.listing(same)} of A and of B {'is' if len(same) == 1 else 'are'} the same to the last"
                         " byte: what differs is the method's own"] if same else [])]


def _measure(options: argparse.Namespace, duets: tuple[Scenario, ...], of: Builds, remarks: list[str],
             console: Console) -> tuple[Path, Tally | None]:
    """The run's folder, and how its duets ended; None where they were interrupted."""
    a, b, loadgen = of
    cores = choose_cores()
    commands.refuse_one_core(cores)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 2**31)
    blocks = options.blocks or builds.blocks_in(duets, options.time)
    limits = describe.describe_limits()
    plan = possible(builds.plan_for(duets, blocks, seed), limits["nofile_hard"], {}, console)
    folder = _folder(options.results, duets, of, {"seed": seed, "blocks": blocks, "limits": limits,
                                                  "cpus": cores.to_json(), "cpus_note": cores.note})
    console.print(f"{prose.plural(len(plan), 'duet')} in {prose.plural(blocks, 'block')}, seed {seed}: servers of"
                  f" {a.name} and {b.name}, both sides loaded by the load generator of {loadgen.name}",
                  highlight=False, soft_wrap=True)
    for line in (*remarks, *folder.read_context()[cautions.KEY]):
        console.print(f"! {line}", markup=False, highlight=False, soft_wrap=True)
    tools = Tools(loadgen.bin_dir, cores, seed, servers_of={"a": a.bin_dir, "b": b.bin_dir})
    tally = None
    with suppress(KeyboardInterrupt), OpenSitting(folder, None if options.blocks else options.time) as sitting:
        tally = Runner(folder, plan, tools, sitting.left_s(), console).run()
    return folder.path, tally


def _folder(results: Path, duets: tuple[Scenario, ...], of: Builds, more: dict[str, Any]) -> RunFolder:
    a, b, loadgen = of
    now = datetime.now(timezone.utc)
    folder = RunFolder(results / FOLDER / make_run_id(now, FOLDER, (b.commit or "nogit0")[:6]))
    folder.create()
    context = {
        "schema_version": 1, "run_id": folder.run_id, "started_utc": now.isoformat(timespec="seconds"),
        "profile": FOLDER, "about": "two builds, as duets", "only": [each.name for each in duets],
        "commit": b.commit, "dirty": b.dirty, "machine": describe.describe_machine(),
        **describe.describe_build(b.bin_dir), "scenarios": {each.name: each.to_json() for each in duets},
        "wrk": None, "floor_note": FLOOR_NOTE,
        "builds": {"a": a.to_json(), "b": b.to_json(), "loadgen": loadgen.name}} | more
    context[cautions.KEY] = cautions.cautions(context)
    folder.write_context(context)
    return folder


def _time(text: str) -> float:
    try:
        seconds = parse_duration_s(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from None
    if not 10 <= seconds <= 24 * 3600:
        raise argparse.ArgumentTypeError(f"{text}: must be from 10s to 24h")
    return seconds
