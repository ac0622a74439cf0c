"""The command line, `pushbench COMMAND`. The Makefile wraps it."""

import argparse
import sys
from contextlib import suppress

from pushbench import __version__
from pushbench.cli import builds, exports, gate, kept, measuring, output, reading
from pushbench.errors import PushbenchError, described
from pushbench.store import here
from pushbench.plain import in_one_line

ROOT = here.TREE


def main(arguments: list[str] | None = None) -> int:
    output.prepare()
    console = output.console()
    try:
        options = _parser().parse_args(arguments)  # --help writes, too
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
    """One line, whatever stands in the names of files and in what was asked for."""
    with suppress(OSError):
        print(f"pushbench: {in_one_line(text)}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pushbench", description="What does it cost to deliver a notification by polling, WebSocket and SSE?")
    parser.add_argument("--version", action="version", version=f"pushbench {__version__}")
    subparsers = parser.add_subparsers(required=True)
    measuring.add_bench(subparsers, ROOT)
    measuring.add_calibrate(subparsers, ROOT)
    measuring.add_evidence(subparsers, ROOT)
    measuring.add_complexity(subparsers, ROOT)
    measuring.add_speed(subparsers, ROOT)
    measuring.add_soak(subparsers, ROOT)
    measuring.add_demo(subparsers, ROOT)
    reading.add_report(subparsers)
    reading.add_plan(subparsers)
    exports.add_csv(subparsers)
    exports.add_out(subparsers)
    reading.add_compare(subparsers)
    gate.add_gate(subparsers, ROOT)
    builds.add(subparsers, ROOT)
    reading.add_reference(subparsers, ROOT)
    reading.add_readme(subparsers, ROOT)
    kept.add_history(subparsers)
    kept.add_share(subparsers)
    kept.add_community(subparsers)
    kept.add_shell(subparsers, ROOT, parser)
    subparsers.metavar = "|".join(subparsers.choices)
    return parser
