"""From trials to figures: one figure per scenario, case, variant and metric, with an interval over blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from pushbench.analysis.attempts import counting
from pushbench.analysis import waiting
from pushbench.analysis.fits import Fit, fit
from pushbench.setup import transports
from pushbench.stats import estimates as stats, percentiles
from pushbench.store import observed
from pushbench.store.histograms import buckets_ms
from pushbench.store.metric import Metric
from pushbench.store.metrics import METRICS, SHARES, notifications
from pushbench.store.observed import Observed
from pushbench.store.records import Run, Trial
from pushbench.units import parse_duration_s

SAME_STEP = "no interval: all blocks ended on the same step of the search, and what lies within a step is unknown"
TAILS = ("latency_p99_ms", "latency_p90_ms", "latency_p50_ms")  # what users wait at worst, as far as a run can tell
FIT = "fit"  # the case of figures fitted over all connection counts
SLOPES = (
    "memory_kib_per_connection", "user_kib_per_connection", "heap_used_kib_per_connection",
    "heap_retained_kib_per_connection", "kernel_kib_per_connection", "kernel_objects_kib_per_connection",
    "kernel_buffers_kib_per_connection", "kernel_client_kib_per_connection", "loadgen_kib_per_connection")


@dataclass(frozen=True)
class Key:
    scenario: str
    case: str
    variant: str
    metric: str


@dataclass(frozen=True)
class Figure:
    """A number one may quote. `by_block` (empty when pooled) and `files` say where it comes from."""

    key: Key
    unit: str
    estimate: stats.Estimate
    by_block: dict[int, float]
    files: tuple[str, ...]
    note: str = ""
    fit: Fit | None = None
    at_least: bool = False  # what it is of may be more: the search for it ended elsewhere


@dataclass
class Group:
    """All trials of one scenario, case and variant; the good ones by block."""

    scenario: str
    case: str
    variant: str
    good: dict[int, Trial] = field(default_factory=dict)
    bad: list[Trial] = field(default_factory=list)

    @property
    def poll_interval_ms(self) -> float | None:
        found = (trial.number("poll_interval_ms") for trial in [*self.good.values(), *self.bad])
        return next((value for value in found if value is not None), None)

    @property
    def name(self) -> str:
        return transports.name_of(self.variant, self.poll_interval_ms)

    @cached_property
    def histograms(self) -> dict[str, dict[float, int]]:
        """Latencies of the good trials by file, of those that have any. Read once for all percentiles."""
        read = ((trial.file, buckets_ms(trial)) for trial in self.good.values())
        return {file: buckets for file, buckets in read if buckets}


class Figures:
    """All figures of a run, and the trials that gave none."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.groups = _group(run.trials)  # those of duets too, which give ratios alone: see analysis/duets.py
        self._figures: dict[Key, Figure] = {}
        for group in self.groups.values():
            for figure in _figures_of(group):
                self._figures[figure.key] = figure
        for figure in [*_fits(self.groups.values()), *self._waiting()]:
            self._figures[figure.key] = figure

    def _waiting(self) -> Iterable[Figure]:
        """What waiting costs with what keeps a connection alive: in place of idle's main case, and 25 s beside it."""
        main = self.main_case(waiting.IDLE)
        for variant in self.variants(waiting.BEATING):
            beat = self.get(waiting.BEATING, self.main_case(waiting.BEATING), variant, waiting.PER_BEAT)
            group = self.group(waiting.BEATING, self.main_case(waiting.BEATING), variant)
            if beat is None or group is None or not self.cases(waiting.IDLE):
                continue
            usual_s = waiting.usual_s(variant)
            for case, every_s in {main: usual_s, waiting.BESIDE: waiting.LONGER_S}.items():
                note = waiting.note(every_s, list(group.good.values()))
                told = {waiting.PER_SECOND: {block: value / every_s for block, value in beat.by_block.items()},
                        waiting.BYTES: {block: value for block, trial in group.good.items()
                                        if (value := waiting.bytes_per_minute(trial, every_s)) is not None}}
                for metric, by_block in told.items():
                    estimate = stats.mean(list(by_block.values()))
                    if estimate is not None:
                        yield Figure(Key(waiting.IDLE, case, variant, metric), METRICS[metric].unit, estimate,
                                     by_block, beat.files, note)

    @cached_property
    def observed(self) -> Observed | None:
        """What browsers and proxies were seen to do with the tree of this run."""
        return observed.read(self.run.folder / observed.FILE)

    def get(self, scenario: str, case: str, variant: str, metric: str) -> Figure | None:
        return self._figures.get(Key(scenario, case, variant, metric))

    def all(self) -> list[Figure]:
        return sorted(self._figures.values(), key=lambda figure: (
            figure.key.scenario, case_order(figure.key.case), transports.sort_key(figure.key.variant),
            figure.key.metric))

    def cases(self, scenario: str) -> list[str]:
        return sorted({group.case for group in self.groups.values() if group.scenario == scenario},
                      key=case_order)

    def main_case(self, scenario: str) -> str:
        """The case that stands for a scenario: the plain one, else the largest."""
        cases = self.cases(scenario)
        return "" if "" in cases or not cases else cases[-1]

    def variants(self, scenario: str, case: str | None = None, *, twins: bool = False) -> list[str]:
        """Those that were run, in the order of tables; without the twin of the A/A test unless asked for."""
        found = {group.variant for group in self.groups.values()
                 if group.scenario == scenario and case in (None, group.case)
                 and (twins or transports.transport_of(group.variant).is_shown)}
        return sorted(found, key=transports.sort_key)

    def planned(self, scenario: str) -> list[str]:
        """The transports that were to run, by the context of the run; none where it does not say."""
        scenarios = self.run.context.get("scenarios")
        planned = scenarios.get(scenario) if isinstance(scenarios, dict) else None
        names = planned.get("transports") if isinstance(planned, dict) else None
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def group(self, scenario: str, case: str, variant: str) -> Group | None:
        return self.groups.get((scenario, case, variant))

    def name(self, variant: str, scenario: str = "") -> str:
        """A variant's name with its poll interval, as used in a scenario."""
        groups = [group for group in self.groups.values() if group.variant == variant
                  and scenario in ("", group.scenario)]
        named = [group for group in groups if group.poll_interval_ms is not None]
        return (named or groups)[0].name if groups else transports.name_of(variant)

    def tail(self, scenario: str, case: str | None = None) -> str:
        """The highest of p99, p90 and p50 that every transport of a case with good trials allows."""
        case = self.main_case(scenario) if case is None else case
        variants = [each for each in self.variants(scenario, case) if self.groups[scenario, case, each].good]
        for metric in TAILS:
            if variants and all(self.get(scenario, case, each, metric) for each in variants):
                return metric
        return TAILS[-1]

    def slowed(self, figure: Figure) -> str:
        """How many trials of a latency the machine slowed: they count, and it holds what kept them waiting."""
        marked = {trial.file for trial in self.run.trials if trial.ok and trial.marks}
        count = len(marked & set(figure.files)) if figure.key.metric in TAILS else 0
        return f"{count} of {len(set(figure.files))} slowed" if count else ""

    def bad_trials(self, scenario: str, case: str | None, variant: str) -> list[Trial]:
        return [trial for group in self.groups.values() for trial in group.bad
                if group.scenario == scenario and group.variant == variant and case in (None, group.case)]


def case_order(case: str) -> tuple[str, float, str]:
    """'connections=500' sorts before 'connections=2000', and 'heartbeat=500ms' before 'heartbeat=2s'."""
    name, _, value = case.partition("=")
    return name, case_value(case) or 0.0, value


def case_value(case: str) -> float | None:
    """Its number; of a time the seconds."""
    value = case.partition("=")[2]
    try:
        return parse_duration_s(value) if value[-1:].isalpha() else float(value)
    except ValueError:
        return None


def _group(trials: Iterable[Trial]) -> dict[tuple[str, str, str], Group]:
    groups: dict[tuple[str, str, str], Group] = {}
    ordered = sorted(trials, key=lambda trial: (trial.block, trial.attempt))
    counted = {trial.file for trial in counting(ordered)}
    for trial in ordered:
        key = (trial.scenario, trial.case, trial.variant)
        group = groups.setdefault(key, Group(*key))
        if trial.file in counted:
            group.good[trial.block] = trial
        elif not trial.ok:
            group.bad.append(trial)
    return groups


def _figures_of(group: Group) -> Iterable[Figure]:
    for metric in METRICS.values():
        read = {block: metric.read(trial) for block, trial in group.good.items()}
        by_block = {block: value for block, value in read.items() if value is not None}
        if metric.key in SHARES and len(by_block) < len(group.good):
            yield from _pooled(group, metric)
            continue
        average = stats.arithmetic_mean if metric.additive else stats.mean
        estimate = average(list(by_block.values()))
        if estimate is not None:
            note = metric.caveat(group.good[next(iter(by_block))])
            if metric.in_steps and estimate.has_interval and estimate.low == estimate.high:
                estimate, note = stats.Estimate(estimate.n, estimate.middle), SAME_STEP
            files = tuple(group.good[block].file for block in by_block)
            more = dict.fromkeys(why for block in by_block if (why := metric.at_least(group.good[block])))
            notes = "; ".join(part for part in (*more, note) if part)
            yield Figure(_key(group, metric), metric.unit, estimate, by_block, files, notes, at_least=bool(more))


def _key(group: Group, metric: Metric) -> Key:
    return Key(group.scenario, group.case, group.variant, metric.key)


def _pooled(group: Group, metric: Metric) -> Iterable[Figure]:
    """A percentile that one block alone cannot give, from the histograms of all blocks together."""
    most = [notifications(trial) for trial in group.good.values()]
    if None not in most and not percentiles.allowed(sum(count for count in most if count), SHARES[metric.key]):
        return  # and so no reason to read thousands of buckets
    trials = [trial for trial in group.good.values() if trial.file in group.histograms]
    events = [notifications(trial) for trial in trials]
    known = None if None in events else sum(count for count in events if count)
    estimate = percentiles.percentile(list(group.histograms.values()), SHARES[metric.key], known)
    if estimate is not None:
        yield Figure(_key(group, metric), metric.unit, estimate, {}, tuple(trial.file for trial in trials),
                     "of all blocks together: one alone has too few notifications for this percentile")


def _fits(groups: Iterable[Group]) -> Iterable[Figure]:
    """Memory per connection as a slope over connection counts: what the process costs anyway drops out."""
    by_variant: dict[tuple[str, str], list[Group]] = defaultdict(list)
    for group in groups:
        if group.case.startswith("connections="):
            by_variant[group.scenario, group.variant].append(group)
    for (scenario, variant), members in by_variant.items():
        for metric in SLOPES:
            figure = _fit(Key(scenario, FIT, variant, metric), members)
            if figure is not None:
                yield figure


def _fit(key: Key, members: list[Group]) -> Figure | None:
    metric = METRICS[key.metric]
    trials = [(block, trial) for group in members for block, trial in group.good.items()]
    found = fit(trials, metric)
    if found is None:
        return None
    # A slope is a difference over a difference, and where there is next to nothing it scatters around 0.
    estimate = stats.arithmetic_mean(list(found.slopes.values()))
    assert estimate is not None
    note = "; ".join(part for part in (found.note, metric.caveat(trials[0][1])) if part)
    return Figure(key, metric.unit, estimate, found.slopes, found.files, note, found)
