"""The command line, `python3 -m pushbench COMMAND`. The Makefile wraps it."""

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from pushbench import __version__
from pushbench.cli import builds, commands, exports, gate, kept, output, plan
from pushbench.cli.bench import BenchOptions, bench
from pushbench.errors import PushbenchError, described
from pushbench.meter.complexity.conduct import complexity
from pushbench.meter.evidence.conduct import EvidenceOptions, evidence
from pushbench.meter.speed.conduct import REPETITIONS, SpeedOptions
from pushbench.report import compare_options
from pushbench.setup import changes
from pushbench.demo.conduct import demo
from pushbench.soak.conduct import PROGRAMS, SoakOptions, soak
from pushbench.soak.settings import Settings

_ROOT = Path(__file__).resolve().parents[3]


def main(arguments: list[str] | None = None) -> int:
    output.prepare()
    options = _parser().parse_args(arguments)
    console = output.console()
    try:
        code = int(options.run(options, console))
    except PushbenchError as error:
        code = _complain(str(error), error.exit_code)
    except BrokenPipeError:
        code = 0  # `make compare | head`: who reads no further has what he wanted
    except OSError as error:
        code = _complain(described(error), PushbenchError.exit_code)
    except KeyboardInterrupt:
        code = _complain("interrupted", 130)
    return code or (1 if output.lost(console) else 0)


def _complain(text: str, code: int) -> int:
    with suppress(OSError):
        print(f"pushbench: {text}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pushbench", description="What does it cost to deliver a notification by polling, WebSocket and SSE?")
    parser.add_argument("--version", action="version", version=f"pushbench {__version__}")
    subparsers = parser.add_subparsers(required=True)
    _add_bench(subparsers)
    _add_calibrate(subparsers)
    _add_evidence(subparsers)
    _add_complexity(subparsers)
    _add_speed(subparsers)
    _add_soak(subparsers)
    _add_demo(subparsers)
    _add_report(subparsers)
    _add_plan(subparsers)
    exports.add_csv(subparsers, _ROOT)
    exports.add_out(subparsers, _ROOT)
    _add_compare(subparsers)
    gate.add_gate(subparsers, _ROOT)
    builds.add(subparsers, _ROOT / "bench" / "scenarios", _whole)
    _add_reference(subparsers)
    _add_readme(subparsers)
    kept.add_history(subparsers, _ROOT)
    kept.add_share(subparsers, _ROOT)
    kept.add_community(subparsers, _ROOT)
    kept.add_shell(subparsers, _ROOT, parser)
    subparsers.metavar = "|".join(subparsers.choices)
    return parser


def _add_bench(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("bench", help="run the benchmark, or resume a run, and write its report",
                                   epilog="exit code: 0 done, 1 a trial failed, 2 a mistake in what was asked for, "
                                          "3 a threshold failed, 4 no trial is valid or no threshold could be "
                                          "judged, 130 interrupted")
    parser.add_argument("--profile", help="smoke, default or full (default: default)")
    parser.add_argument("--resume", metavar="RUN", help="go on with this run: trials that it has are not run again")
    parser.add_argument("--only", metavar="SCENARIO", action="append", default=[],
                        help="only this scenario, whether the profile has it or not; may be given more than once")
    for key, what in changes.CHANGEABLE.items():
        parser.add_argument(f"--{key}", type=_change(key), metavar=key.upper(),
                            help=f"of the scenarios in --only, in place of their own: {what}")
    parser.add_argument("--seed", type=_seed, help="of the trials' order and the arrivals (default: random)")
    parser.add_argument("--build", type=Path, default=_ROOT / "build",
                        help="build folder, or the folder with the programs themselves (default: build)")
    gate.add_arguments(parser)
    gate.add_scenarios(parser, _ROOT)
    _add_results(parser)
    parser.set_defaults(run=_bench)


def _add_calibrate(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("calibrate", help="check the meter alone; exit 1 when it cannot be trusted here")
    parser.add_argument("--seed", type=_seed, default=1, help="of arrivals and poll phases (default: %(default)s)")
    parser.add_argument("--build", type=Path, default=_ROOT / "build", help="as for bench (default: build)")
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.calibrate(
        options.results, commands.bin_dir(options.build.resolve()), options.seed, console))


def _add_evidence(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("evidence", help="count what a delivery takes, the same on every run of a commit")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 where the figures are not those of results/evidence.json")
    parser.add_argument("--build", type=Path, default=_ROOT / "build", help="as for bench (default: build)")
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: evidence(EvidenceOptions(
        commands.bin_dir(options.build.resolve()), options.results, options.check), console))


def _add_complexity(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("complexity", help="count the code that each transport takes")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 where the figures are not those of results/complexity.json")
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: complexity(_ROOT, options.results, options.check, console))


def _add_speed(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("speed", help="how close to the limit; exit 1 when a target is not met")
    parser.add_argument("--repetitions", type=_whole(1, 99), default=REPETITIONS,
                        help="of each part; a figure is their median (default: %(default)s)")
    parser.add_argument("--only", metavar="PART", action="append", default=[],
                        help="only this part; may be given more than once")
    parser.add_argument("--build", type=Path, default=_ROOT / "build", help="as for bench (default: build)")
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.speed(SpeedOptions(
        _ROOT, commands.bin_dir(options.build.resolve()), options.results, options.repetitions, tuple(options.only)),
        console))


def _add_soak(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("soak", help="do to a server what the open net does; exit 1 if a promise breaks")
    wished = Settings()
    parser.add_argument("--minutes", type=_minutes, default=wished.minutes, help="(default: %(default)g)")
    parser.add_argument("--clients", type=_whole(10, 1_000_000), default=wished.clients,
                        help="and of all else in proportion (default: %(default)s)")
    parser.add_argument("--program", choices=PROGRAMS, default="push_server", help="(default: %(default)s)")
    parser.add_argument("--seed", type=_seed, default=wished.seed, help="of cuts and garbage (default: %(default)s)")
    parser.add_argument("--build", type=Path, default=_ROOT / "build", help="as for bench (default: build)")
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: soak(SoakOptions(
        commands.bin_dir(options.build.resolve()), options.results,
        Settings.of(options.minutes, options.clients, options.seed), options.program), console))


def _add_demo(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("demo", help="all transports side by side in a browser, to be disturbed")
    parser.add_argument("--port", type=_whole(0, 65_535), default=8000,
                        help="of the page; 0: any (default: %(default)s)")
    parser.add_argument("--rate", type=_whole(1, 100), default=5,
                        help="notifications per second (default: %(default)s)")
    parser.add_argument("--build", type=Path, default=_ROOT / "build", help="as for bench (default: build)")
    parser.set_defaults(run=lambda options, console: demo(
        commands.bin_dir(options.build.resolve()), options.port, options.rate, console))


def _add_report(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("report", help="write the report of a run once more, from its results alone")
    parser.add_argument("run_id", nargs="?", metavar="RUN", help="id or folder of the run (default: the newest)")
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.report(options.results, options.run_id, console))


def _add_plan(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("plan", help="what would each transport cost a service like yours?",
                                   epilog="exit code: 0 a plan, 2 a mistake in what was asked for, 4 the run has too "
                                          "few cells for a model")
    plan.add_arguments(parser)
    parser.add_argument("--run", dest="run_id", metavar="RUN", default="reference",
                        help="id or folder of the run whose model it is (default: %(default)s)")
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: plan.plan(
        plan.case_of(options), commands.find_run(options.results, options.run_id), console))


def _add_compare(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("compare", help="compare two runs; exit 3 when the new one is clearly worse",
                                   epilog=compare_options.EXIT_CODES)
    parser.add_argument("old", metavar="OLD", help="id or folder of the run to compare with")
    parser.add_argument("new", metavar="NEW", help="id or folder of the run to judge")
    compare_options.add_arguments(parser)
    _add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.compare(
        options.results, options.old, options.new, options))


def _add_reference(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("reference", help="keep a run as results/reference/, and its answer in README.md")
    parser.add_argument("run_id", nargs="?", metavar="RUN", help="id or folder of the run (default: the newest)")
    _add_results(parser)
    parser.add_argument("--name", default="full", help="of a run of the profile full: it is kept as reference-NAME "
                                                       "(default: full)")
    parser.set_defaults(run=lambda options, console: commands.reference(
        _ROOT, options.results, options.run_id, console, options.name))


def _add_readme(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("readme", help="write what results/ says into README.md, docs/plan.md, "
                                                  "docs/proxies.md, docs/a-million.md and docs/data.md")
    parser.set_defaults(run=lambda options, console: commands.readme(_ROOT))


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--results", type=Path, default=commands.results_folder(), help="folder of all runs")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text}: must be a whole number from {least} to {most}")
        return int(text)
    return read


def _change(key: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return changes.read_change(key, text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text}: {error}") from None
    return read


_seed = _whole(1, 2**31 - 1)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0.1 <= minutes <= 10_000:
        raise argparse.ArgumentTypeError(f"{text}: must be a number of minutes from 0.1 to 10000")
    return minutes


def _bench(options: argparse.Namespace, console: Console) -> int:
    return bench(BenchOptions(
        root=_ROOT, bin_dir=commands.bin_dir(options.build.resolve()), results=options.results,
        scenarios=options.scenarios, profile=options.profile, seed=options.seed, only=tuple(options.only),
        resume=options.resume,
        changes={key: value for key in changes.CHANGEABLE if (value := getattr(options, key)) is not None},
        gate=gate.read(options)), console)
