"""The commands about runs that are there: `report`, `plan`, `compare`, `reference`, `readme`."""

from __future__ import annotations

from pathlib import Path

from pushbench.cli import arguments, commands, plan
from pushbench.report import compare_options


def add_report(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("report", help="write the report of a run once more, from its results alone")
    arguments.add_run(parser)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.report(options.results, options.run_id, console))


def add_plan(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("plan", help="what would each transport cost a service like yours?",
                                   epilog="exit code: 0 a plan, 2 a mistake in what was asked for, 4 the run has too "
                                          "few cells for a model")
    plan.add_arguments(parser)
    parser.add_argument("--run", dest="run_id", metavar="RUN", default="reference",
                        help="id or folder of the run whose model it is (default: %(default)s)")
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: plan.plan(
        plan.case_of(options), commands.find_run(options.results, options.run_id), console))


def add_compare(subparsers: arguments.Commands) -> None:
    parser = subparsers.add_parser("compare", help="compare two runs; exit 3 when the new one is clearly worse",
                                   epilog=compare_options.EXIT_CODES)
    parser.add_argument("old", metavar="OLD", help="id or folder of the run to compare with")
    parser.add_argument("new", metavar="NEW", help="id or folder of the run to judge")
    compare_options.add_arguments(parser)
    arguments.add_results(parser)
    parser.set_defaults(run=lambda options, console: commands.compare(
        options.results, options.old, options.new, options))


def add_reference(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("reference", help="keep a run as results/reference/, and its answer in README.md")
    arguments.add_run(parser)
    arguments.add_results(parser)
    parser.add_argument("--name", default="full", help="of a run of the profile full: it is kept as reference-NAME "
                                                       "(default: full)")
    parser.set_defaults(run=lambda options, console: commands.reference(
        root, options.results, options.run_id, console, options.name))


def add_readme(subparsers: arguments.Commands, root: Path) -> None:
    parser = subparsers.add_parser("readme", help="write what results/ says into README.md, docs/plan.md, "
                                                  "docs/proxies.md, docs/a-million.md and docs/data.md")
    parser.set_defaults(run=lambda options, console: commands.readme(root))
