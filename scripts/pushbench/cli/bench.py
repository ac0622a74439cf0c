"""`pushbench bench`: plans a run or resumes one, runs its trials, and ends with the report."""

import os
import random
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rich.console import Console

from pushbench import prose
from pushbench.analysis.needs import needs_in
from pushbench.cli.commands import refuse_mistakes, refuse_one_core, report_of, say_last
from pushbench.cli.gate import GateOptions, gate, left_s, refuse_what_will_not_be
from pushbench.cli.possible import possible, without_wrk
from pushbench.cli.resuming import note_new_cautions, recorded_cores, refuse_other_settings
from pushbench.cli.sitting import OpenSitting
from pushbench.errors import NOTHING_JUDGED, WORSE, PushbenchError, UsageError, one_line
from pushbench.machine import describe as machine
from pushbench.machine import cautions, lock
from pushbench.machine.cores import choose_cores
from pushbench.meter.calibration import record
from pushbench.meter.calibration.conduct import ABOUT_S, PROGRAMS, calibrate, say_on
from pushbench.meter.evidence.record import copy_into as copy_evidence_into
from pushbench.meter.speed.record import copy_into
from pushbench.run import foreign, precision
from pushbench.run.launch import Tools, check_programs
from pushbench.run.runner import Runner, Tally
from pushbench.run.wrk import find_wrk
from pushbench.setup import changes, claims
from pushbench.setup.plan import Planned, estimate_s, make_plan
from pushbench.setup.scenario import Profile, load_profile
from pushbench.setup.transports import FLOOR_NOTE, programs_of
from pushbench.store import counted, here, observed, records
from pushbench.store.folder import RunFolder, make_run_id, open_run
from pushbench.store.schema import fault
from pushbench.units import human_duration

DEFAULT_PROFILE = "default"


@dataclass(frozen=True)
class BenchOptions:
    root: Path
    bin_dir: Path
    results: Path
    scenarios: Path
    profile: str | None = None  # None: the default one, or that of the run that is resumed
    seed: int | None = None
    only: tuple[str, ...] = ()
    resume: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)  # keys of the scenarios in `only`
    gate: GateOptions = GateOptions()


@dataclass(frozen=True)
class Prepared:
    """One run, planned and ready to go."""

    folder: RunFolder
    profile: Profile
    plan: list[Planned]
    tools: Tools


def bench(options: BenchOptions, console: Console) -> int:
    # A CI job that is cancelled gets SIGTERM; it deserves the same clean end as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    machine.raise_file_limit()
    refuse_mistakes()
    with lock.measuring(options.results):
        return _bench(options, console)


def _bench(options: BenchOptions, console: Console) -> int:
    run = _resumed(options, console) if options.resume else _new(options, console)
    _announce(run, console)
    try:
        with OpenSitting(run.folder, run.profile.budget_s) as sitting:
            if sitting.is_resumed and sitting.budget_s is not None:
                whole = human_duration(run.profile.budget_s or 0)
                console.print(f"{human_duration(sitting.budget_s)} are left of the {whole} that this profile may take",
                              highlight=False, soft_wrap=True)
            tools = _calibrate(run, console)
            # What calibrating took is part of the time that the profile promises.
            on_trial = [] if changes.why_not_judged(run.folder.read_context()) else [
                *claims.load_claims(), claims.load_aa()]
            tally = Runner(run.folder, run.plan, tools, sitting.left_s(), console,
                           lambda: needs_in(run.folder.path, on_trial)).run()
    except KeyboardInterrupt:
        _say_how_to_resume(run, console, "interrupted")
        return 130
    except (PushbenchError, OSError):
        _say_how_to_resume(run, console, "stopped")
        raise
    return _through_gate(options, run, _conclude(run, tally, console), console)


def _new(options: BenchOptions, console: Console) -> Prepared:
    profile = load_profile(options.scenarios, options.profile or DEFAULT_PROFILE, options.only, options.changes)
    wrk = find_wrk()
    profile = without_wrk(profile, console) if wrk is None else profile
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 2**31)
    limits = machine.describe_limits()
    plan = make_plan(profile.scenarios, seed)
    lacking = foreign.why_not(_transports(plan), options.bin_dir)
    plan = possible(plan, limits["nofile_hard"], lacking, console)
    refuse_what_will_not_be(options.gate, plan, left_s(profile, plan, options.changes), options.scenarios, console)
    check_programs(options.bin_dir, _programs(plan))
    cores = choose_cores()
    refuse_one_core(cores)
    now = datetime.now(timezone.utc)
    commit = machine.describe_commit(options.root)
    folder = RunFolder(options.results / make_run_id(now, profile.name, (commit["commit"] or "nogit0")[:6]))
    folder.create()
    context = {
        "schema_version": 1, "run_id": folder.run_id, "started_utc": now.isoformat(timespec="seconds"),
        "profile": profile.name, "about": profile.about, "only": list(options.only), changes.KEY: dict(options.changes),
        "seed": seed,
        "blocks": max(each.blocks for each in profile.scenarios), **commit,
        "machine": machine.describe_machine(), **machine.describe_build(options.bin_dir),
        "limits": limits,
        "scenarios": {each.name: each.to_json() for each in profile.scenarios},
        foreign.SERVERS: foreign.described(_transports(plan)), foreign.NOT_MEASURED: lacking,
        "claims": claims.hashes(), "rule_for_time_left": precision.RULE,
        "cpus": cores.to_json(), "cpus_note": cores.note, "wrk": wrk, "floor_note": FLOOR_NOTE,
    }
    context[cautions.KEY] = cautions.cautions(context)
    folder.write_context(context)
    copy_into(folder.path, options.results, context)
    for results in dict.fromkeys((options.root / "results", options.results)):  # what came along, or newer counts
        copy_evidence_into(folder.path, results)
        counted.copy_into(folder.path, results)
        observed.copy_into(folder.path, results)
    return Prepared(folder, profile, plan, Tools(options.bin_dir, cores, seed))


def _resumed(options: BenchOptions, console: Console) -> Prepared:
    """The same plan once more, from what the run recorded. Other scenarios would be another run."""
    folder = open_run(options.results, options.resume or "")
    context = folder.read_context()
    if wrong := fault("context", context):
        raise UsageError(f"{folder.path}/context.json: cannot be resumed: it is not as results/schema says ({wrong})")
    refuse_other_settings(folder, context, {
        "profile": options.profile, "seed": options.seed, "only": list(options.only) or None,
        changes.KEY: dict(options.changes) or None})
    try:
        profile = load_profile(options.scenarios, context["profile"], tuple(context["only"]),
                               context.get(changes.KEY) or {})
        recorded, seed = context["scenarios"], int(context["seed"])
        cores = recorded_cores(context)
        file_limit = min(int(context["limits"]["nofile_hard"]), machine.describe_limits()["nofile_hard"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{folder.path}/context.json: cannot be resumed: {error} is missing or wrong") from None
    if context.get("wrk") is None:
        profile = without_wrk(profile, console)
    current = {each.name: each.to_json() for each in profile.scenarios}
    changed = sorted(name for name in recorded.keys() | current.keys() if recorded.get(name) != current.get(name))
    if changed:
        raise UsageError(f"run {folder.run_id} cannot be resumed: {', '.join(changed)} changed in {options.scenarios}"
                         " since it began; start a new run")
    if not set(cores.server) | set(cores.loadgen) <= os.sched_getaffinity(0):
        raise UsageError(f"run {folder.run_id} cannot be resumed: it ran on cores that this machine does not have")
    plan = make_plan(profile.scenarios, seed)
    plan = possible(plan, file_limit, foreign.why_not(_transports(plan), options.bin_dir), console)
    left = left_s(profile, plan, context.get(changes.KEY) or {})
    refuse_what_will_not_be(options.gate, plan, left, options.scenarios, console)
    check_programs(options.bin_dir, _programs(plan))
    note_new_cautions(folder, context, machine.describe_commit(options.root) | machine.describe_build(options.bin_dir))
    return Prepared(folder, profile, plan, Tools(options.bin_dir, cores, seed))


def _programs(plan: list[Planned]) -> set[str]:
    return PROGRAMS | programs_of(_transports(plan))  # the relay is among those of the calibration


def _transports(plan: list[Planned]) -> set[str]:
    return {each.name for trial in plan for each in trial.transports}


def _calibrate(run: Prepared, console: Console) -> Tools:
    """Once a run, before its first trial. What fails is shown and marks the run; the trials go on all the same."""
    done, _ = record.read(run.folder.path)
    if done is None:
        done = calibrate(run.tools, run.folder.path, say_on(console))
        record.show(done, console)
    if not done.wakeup_p90_us:
        console.print("no trial can be held against how late timers woke when the meter was checked: that is not known")
    return replace(run.tools, wakeup_p90_us=done.wakeup_p90_us)


def _announce(run: Prepared, console: Console) -> None:
    done = run.folder.finished()
    left = [trial for trial in run.plan if trial.key not in done or not done[trial.key].settled]
    estimate = human_duration(ABOUT_S + sum(estimate_s(trial) for trial in left))
    console.print(f"run {run.folder.run_id}: {prose.plural(len(left), 'trial')} of {len(run.plan)}, about {estimate},"
                  f" seed {run.tools.seed}, server on core {','.join(map(str, run.tools.cores.server))},"
                  f" load generator on {','.join(map(str, run.tools.cores.loadgen))}", soft_wrap=True,
                  highlight=False)
    for caution in run.folder.read_context().get(cautions.KEY, ()):
        console.print(f"! {caution}", markup=False, highlight=False, soft_wrap=True)


def _say_how_to_resume(run: Prepared, console: Console, why: str) -> None:
    done = run.folder.finished()
    count, name = sum(trial.key in done for trial in run.plan), run.folder.run_id
    resume = here.command("bench", f"RESUME={name}", f"--resume {name}")
    console.print(f"{why}: {prose.plural(count, 'finished trial')} of {len(run.plan)}"
                  f" {'is' if count == 1 else 'are'} kept in {run.folder.path}; go on with: {resume}",
                  highlight=False, soft_wrap=True)


def _conclude(run: Prepared, tally: Tally, console: Console) -> int:
    """Report, table, and how the trials ended. A report that fails does not lose the run: it is written again later."""
    code, name, last = (1 if tally.failed else 0), run.folder.run_id, ""
    try:
        last = report_of(run.folder.path, console)
    except Exception as error:  # noqa: BLE001 - whatever it is, an hour of trials deserves to be pointed at
        console.print(f"the report could not be written: {type(error).__name__}: {one_line(str(error))};"
                      f" try again with: {here.command('report', f'RUN={name}', name)}", highlight=False,
                      soft_wrap=True)
        code = 1
    console.print(f"{prose.plural(tally.ok, 'trial')} ok, {tally.invalid} invalid, {tally.failed} failed,"
                  f" in {human_duration(tally.wall_s)}", highlight=False)
    say_last(last, console)
    trials = records.load_run(run.folder.path).trials
    if not any(trial.ok for trial in trials):
        console.print(f"no trial is valid, so nothing can be told{_why(trials)}", highlight=False, soft_wrap=True)
        return code or NOTHING_JUDGED
    return code


def _through_gate(options: BenchOptions, run: Prepared, code: int, console: Console) -> int:
    """What failed at the gate comes before a trial that failed: it is what was asked. Without thresholds, no gate."""
    if not options.gate.thresholds:
        return code
    judged = gate(options.gate, run.folder.path, options.scenarios, options.root, console)
    return judged if judged == WORSE else code or judged


def _why(trials: Sequence[records.Trial]) -> str:
    """The reasons of the last trial, which hardly differ from those of the others."""
    last = [trial for trial in trials if trial.reasons][-1:]
    return "".join(f"; {trial.scenario} {trial.variant}: {'; '.join(trial.reasons)}" for trial in last)
