"""What of a plan this machine can run. What it cannot is said and left out."""

from collections.abc import Mapping
from dataclasses import replace

from rich.console import Console

from pushbench import prose
from pushbench.errors import UsageError
from pushbench.run.kinds.scale import shares
from pushbench.run.wrk import why_no_wrk
from pushbench.setup import transports
from pushbench.setup.plan import Planned
from pushbench.setup.scenario import Profile

_FILES_BESIDE = 100  # what a process opens besides its connections


def possible(plan: list[Planned], file_limit: int, lacking: Mapping[str, str], console: Console) -> list[Planned]:
    """Without the trials that this machine cannot hold: one connection is one file on either side; and without servers
    of other people that are not there, each with what it lacks."""
    plan = _without(lacking, plan, console)
    small = [trial for trial in plan if trial.scenario.kind != "scale"]
    kept = {trial.key for trial in small if trial.connections + _FILES_BESIDE <= file_limit}
    if len(kept) < len(small):
        most = max(trial.connections for trial in small)
        console.print(f"{prose.plural(len(small) - len(kept), 'trial')} left out: connections go up to {most:,}, and"
                      f" the hard file limit is {file_limit:,} (see `ulimit -Hn`)", highlight=False, soft_wrap=True)
    large = _possible_at_scale([trial for trial in plan if trial.scenario.kind == "scale"], console)
    if not kept and not large:
        raise UsageError(f"no trial fits this machine: its hard file limit is {file_limit:,} (see `ulimit -Hn`)")
    return [large.get(trial.key, trial) for trial in plan if trial.key in kept or trial.key in large]


def _without(lacking: Mapping[str, str], plan: list[Planned], console: Console) -> list[Planned]:
    for name, why in lacking.items():
        console.print(f"not measured: {transports.name_of(name)}: {why}", highlight=False, soft_wrap=True)
    kept = [trial for trial in plan if not any(each.name in lacking for each in trial.transports)]
    if not kept:
        raise UsageError(f"nothing is left to measure: {'; '.join(dict.fromkeys(lacking.values()))}")
    return kept


def _possible_at_scale(plan: list[Planned], console: Console) -> dict[str, Planned]:
    """By key. These spread over several processes, so the machine bounds them and not one process's files."""
    here = shares.this_machine()
    found = {trial.key: _fitted(trial, here) for trial in plan}
    for said in sorted({said for _, said in found.values() if said}):
        alike = prose.plural(sum(each == said for _, each in found.values()), "trial")
        console.print(f"{alike} {said}", highlight=False, soft_wrap=True)
    return {key: trial for key, (trial, _) in found.items() if trial is not None}


def _fitted(trial: Planned, here: shares.Machine) -> tuple[Planned | None, str]:
    """A trial of as many as fit has fewer connections where not all do; another one is left out. And what is said."""
    why = shares.why_not(trial.connections, here)
    if why is None:
        return trial, ""
    most = shares.most(here)
    if not trial.scenario.values.get("as_many_as_fit") or most <= 0:
        return None, f"left out: {why}"
    return replace(trial, connections=most), f"with {most:,} connections, as many as fit: {why}"


def without_wrk(profile: Profile, console: Console) -> Profile:
    kept = tuple(each for each in profile.scenarios if each.kind != "wrk")
    if len(kept) < len(profile.scenarios):
        console.print(f"{why_no_wrk()}: the run goes on without the second meter (scripts/setup installs wrk)",
                      highlight=False, soft_wrap=True)
    if not kept:
        raise UsageError(f"{why_no_wrk()}, and nothing else was asked for; scripts/setup installs wrk")
    return Profile(profile.name, profile.about, profile.budget_s, kept)
