"""The commands beside `bench`: they find what they need; statistics and report have modules of their own."""

import argparse
import importlib
import os
from pathlib import Path
from types import ModuleType

from rich.console import Console

from pushbench.errors import PushbenchError, UsageError
from pushbench.machine import cautions, lock
from pushbench.machine.cores import Cores, choose_cores
from pushbench.machine.describe import describe_build, describe_machine
from pushbench.meter.calibration import conduct, record
from pushbench.meter.calibration.conduct import ABOUT_S, PROGRAMS
from pushbench.meter.speed.conduct import SpeedOptions
from pushbench.meter.speed.conduct import speed as measure_speed
from pushbench.run.launch import Tools, check_programs
from pushbench.setup import claims
from pushbench.setup.cases import load_cases
from pushbench.share.conduct import COMMUNITY
from pushbench.store import here, observed
from pushbench.store.archive import has_trials
from pushbench.store.records import Run, load_run
from pushbench.store.folder import BESIDE, REFERENCE, is_kept, open_run, own_runs

OURS = here.TREE / "results"


def report(results: Path, run_id: str | None, console: Console) -> int:
    say_last(report_of(find_run(results, run_id, console), console), console)
    return 0


def say_remarks(run: Run, console: Console) -> None:
    """What of the run was left out, or is not known: a figure without it is another figure."""
    for remark in run.remarks:
        console.print(f"! {remark}", markup=False, highlight=False, soft_wrap=True)


def report_of(run_dir: Path, console: Console) -> str:
    """Writes the report of a run, prints its table, and says where the report is. Returns what is to be said last."""
    # Imported here: matplotlib takes a second to load, which no other command should pay.
    written = module("report.web.page").build(run_dir)
    last = str(module("report.summary").print_table(run_dir, console))
    console.print(f"report: {written}", highlight=False, soft_wrap=True)
    return last


def say_last(text: str, console: Console) -> None:
    if text:
        console.print(f"! {text}", markup=False, highlight=False, soft_wrap=True)


def calibrate(results: Path, bin_dir: Path, seed: int, console: Console) -> int:
    """0: the meter can be trusted. 1: a check failed, and the table says which."""
    check_programs(bin_dir, PROGRAMS)
    cores = choose_cores()
    refuse_one_core(cores)
    say_cautions(bin_dir, cores, console)
    with lock.measuring(results):
        console.print(f"checking the meter, about {ABOUT_S} s", highlight=False)
        done = conduct.calibrate(Tools(bin_dir, cores, seed), results / "calibration", conduct.say_on(console))
    record.show(done, console)
    return 0 if done.passed else 1


def speed(options: SpeedOptions, console: Console) -> int:
    cores = choose_cores()
    refuse_one_core(cores)
    say_cautions(options.bin_dir, cores, console)
    with lock.measuring(options.results):
        return measure_speed(options, console)


def say_cautions(bin_dir: Path, cores: Cores, console: Console) -> None:
    context = {"machine": describe_machine(), "cpus_note": cores.note} | describe_build(bin_dir)
    for caution in cautions.cautions(context):
        console.print(f"! {caution}", markup=False, highlight=False, soft_wrap=True)


def bin_dir(build: Path) -> Path:
    """CMake leaves the programs in bin/ of the build folder; a package may have them anywhere."""
    return build / "bin" if (build / "CMakeCache.txt").exists() or not build.exists() else build


def refuse_one_core(cores: Cores) -> None:
    """Said before the run: ten minutes of figures in which neither side can be told from the other help nobody."""
    if set(cores.server) & set(cores.loadgen):
        raise PushbenchError("this process may use one core only: server and load generator would share it, and no"
                             " figure could be told apart from the load generator's own work; two cores are needed"
                             " (see `nproc`, `taskset -p $$`)")


def refuse_mistakes() -> None:
    """In a claim or a case: better told before the run than after it, in place of its report."""
    claims.load_claims()
    claims.load_aa()
    load_cases()


def compare(results: Path, old: str, new: str, options: argparse.Namespace) -> int:
    runs = find_run(results, old), find_run(results, new)
    return int(module("report.compare").main(*runs, options))


def reference(root: Path, results: Path, run_id: str | None, console: Console, name: str = "full") -> int:
    """Keeps a run as results/reference/, or one of the profile `full` as reference-NAME beside it, small enough for
    git, with its report; then README says what they say."""
    here.needs_tree("reference", "it keeps a run in results/ of the tree, and its answer in README.md")
    folder = find_own_run(results, run_id, console)
    is_full = load_run(folder).context.get("profile") == "full"
    kept = root / "results" / (f"{BESIDE}{name}" if is_full else REFERENCE)
    if folder.resolve() != kept.resolve():
        module("store.archive").keep(folder, kept)
    say_last(report_of(kept, console), console)
    return readme(root)


def readme(root: Path) -> int:
    here.needs_tree("readme", "it writes README.md and docs/")
    reference_run, longer = find_run(root / "results", REFERENCE), longer_runs(root / "results")
    module("report.readme").write(root / "README.md", reference_run, longer)
    if (plans := root / "docs" / "plan.md").is_file():
        module("report.planned").write(plans, reference_run)
    if (dictionary := root / "docs" / "data.md").is_file():
        module("out.data_doc").write(dictionary)
    if (document := root / "docs" / "proxies.md").is_file():
        module("report.proxied").write(document, root / "results" / observed.FILE, root / "examples" / "proxy")
    if (machines := root / "results" / COMMUNITY).is_dir():
        module("share.page").again(machines)
    if (million := root / "docs" / "a-million.md").is_file():
        module("report.million").write(million, reference_run, longer)
    return 0


def longer_runs(results: Path) -> list[Path]:
    """The newest first: of a claim that several judged, it tells."""
    def started(folder: Path) -> str:
        return str(open_run(results, folder.name).read_context().get("started_utc"))

    return sorted((folder for folder in results.glob(f"{BESIDE}*") if folder.is_dir()), key=started, reverse=True)


def find_run(results: Path, run_id: str | None, console: Console | None = None) -> Path:
    """A run by its id, by its folder, or the newest of one's own; without any, the one that came with the tree."""
    if run_id is None and not own_runs(results) and (results / REFERENCE / "context.json").is_file():
        if console is not None:
            console.print(f"no run of your own yet: this is {results.name}/{REFERENCE}", highlight=False,
                          soft_wrap=True)
        return results / REFERENCE
    return find_own_run(results, run_id, console)


def find_own_run(results: Path, run_id: str | None, console: Console | None = None) -> Path:
    """The same, and a mistake where there is none of one's own: what goes out under one's name is not another's."""
    if run_id is not None:
        return OURS / run_id if _came_along(results, run_id) else open_run(results, run_id).path
    own = own_runs(results)
    if not own:
        raise UsageError(f"no run of your own in {results} yet; `{here.command('bench')}` makes one")
    measured = [name for name in own if has_trials(results / name)]
    if measured and measured[-1] != own[-1] and console is not None:
        console.print(f"{own[-1]} is newer but has no trial: this is {measured[-1]}", highlight=False, soft_wrap=True)
    return results / (measured or own)[-1]


def _came_along(results: Path, run_id: str) -> bool:
    """A reference that another folder of results does not have: ours, which came with the program."""
    return is_kept(run_id) and not (results / run_id).exists() and (OURS / run_id / "context.json").is_file()


def results_folder() -> Path:
    """Of this tree; where the program is installed nobody may write there, and its command names another."""
    return Path(os.environ.get("PUSHBENCH_RESULTS") or OURS)


def module(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"pushbench.{name}")
    except ModuleNotFoundError as error:
        raise PushbenchError(f"the Python module {error.name} is missing; scripts/setup installs what is needed")
