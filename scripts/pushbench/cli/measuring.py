"""The commands that measure or try: `bench`, `calibrate`, `evidence`, `complexity`, `speed`, `soak`, `demo`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rich.console import Console

from pushbench.cli import arguments, commands, gate
from pushbench.cli.bench import BenchOptions, bench
from pushbench.demo.conduct import demo
from pushbench.meter.complexity.conduct import complexity
from pushbench.meter.evidence.conduct import EvidenceOptions, evidence
from pushbench.meter.speed.conduct import REPETITIONS, SpeedOptions
from pushbench.setup import changes
from pushbench.soak.conduct import PROGRAMS, SoakOptions, soak
from pushbench.soak.settings import Settings


def add_bench(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("bench", help="run the benchmark, or resume a run, and write its report",
                                   epilog="exit code: 0 done, 1 a trial failed, 2 a mistake in what was asked for, "
                                          "3 a threshold failed, 4 no trial is valid or no threshold could be "
                                          "judged, 130 interrupted")
    parser.add_argument("--profile", help="smoke, default or full (default: default)")
    parser.add_argument("--resume", metavar="RUN", help="go on with this run: trials that it has are not run again")
    parser.add_argument("--only", metavar="SCENARIO", action="append", default=[],
                        help="only this scenario, whether the profile has it or not; may be given more than once")
    for key, what in changes.CHANGEABLE.items():
        parser.add_argument(f"--{key}", type=arguments.change(key), metavar=key.upper(),
                            help=f"of the scenarios in --only, in place of their own: {what}")
    parser.add_argument("--seed", type=arguments.seed, help="of the trials' order and the arrivals (default: random)")
    arguments.add_build(parser, root)
    gate.add_arguments(parser)
    arguments.add_scenarios(parser, root)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: _bench(options, root, console))


def add_calibrate(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("calibrate", help="check the meter alone; exit 1 when it cannot be trusted here")
    parser.add_argument("--seed", type=arguments.seed, default=1,
                        help="of arrivals and poll phases (default: %(default)s)")
    arguments.add_build(parser, root)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.calibrate(
        options.results, commands.bin_dir(options.build.resolve()), options.seed, console))


def add_evidence(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("evidence", help="count what a delivery takes, the same on every run of a commit")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 where the figures are not those of results/evidence.json")
    arguments.add_build(parser, root)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: evidence(EvidenceOptions(
        commands.bin_dir(options.build.resolve()), options.results, options.check), console))


def add_complexity(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("complexity", help="count the code that each transport takes")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 where the figures are not those of results/complexity.json")
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: complexity(root, options.results, options.check, console))


def add_speed(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("speed", help="how close to the limit; exit 1 when a target is not met")
    parser.add_argument("--repetitions", type=arguments.whole(1, 99), default=REPETITIONS,
                        help="of each part; a figure is their median (default: %(default)s)")
    parser.add_argument("--only", metavar="PART", action="append", default=[],
                        help="only this part; may be given more than once")
    arguments.add_build(parser, root)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.speed(SpeedOptions(
        root, commands.bin_dir(options.build.resolve()), options.results, options.repetitions, tuple(options.only)),
        console))


def add_soak(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("soak", help="do to a server what the open net does; exit 1 if a promise breaks")
    wished = Settings()
    parser.add_argument("--minutes", type=arguments.minutes, default=wished.minutes, help="(default: %(default)g)")
    parser.add_argument("--clients", type=arguments.whole(10, 1_000_000), default=wished.clients,
                        help="and of all else in proportion (default: %(default)s)")
    parser.add_argument("--program", choices=PROGRAMS, default="push_server", help="(default: %(default)s)")
    parser.add_argument("--seed", type=arguments.seed, default=wished.seed,
                        help="of cuts and garbage (default: %(default)s)")
    arguments.add_build(parser, root)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: soak(SoakOptions(
        commands.bin_dir(options.build.resolve()), options.results,
        Settings.of(options.minutes, options.clients, options.seed), options.program), console))


def add_demo(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("demo", help="all transports side by side in a browser, to be disturbed")
    parser.add_argument("--port", type=arguments.whole(0, 65_535), default=8000,
                        help="of the page; 0: any (default: %(default)s)")
    parser.add_argument("--rate", type=arguments.whole(1, 100), default=5,
                        help="notifications per second (default: %(default)s)")
    arguments.add_build(parser, root)
    parser.set_defaults(run=lambda options, console: demo(
        commands.bin_dir(options.build.resolve()), options.port, options.rate, console))


def _bench(options: Namespace, root: Path, console: Console) -> int:
    return bench(BenchOptions(
        root=root, bin_dir=commands.bin_dir(options.build.resolve()), results=options.results,
        scenarios=options.scenarios, profile=options.profile, seed=options.seed, only=tuple(options.only),
        resume=options.resume,
        changes={key: value for key in changes.CHANGEABLE if (value := getattr(options, key)) is not None},
        gate=gate.read(options)), console)
