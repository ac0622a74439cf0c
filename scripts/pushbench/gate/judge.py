"""How the figures of a run stand to a threshold: by their whole interval, or it is said that nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pushbench import prose
from pushbench.analysis import measures, ratios, too_few
from pushbench.analysis.duets import duets
from pushbench.analysis.figures import FIT, Figure, Figures, Key
from pushbench.gate.places import Places, is_of
from pushbench.gate.threshold import Threshold
from pushbench.setup import transports
from pushbench.setup.claim_fields import DUET_METRIC
from pushbench.stats import estimates as stats
from pushbench.stats.estimates import Estimate
from pushbench.store.metric import Metric
from pushbench.store.metrics import METRICS
from pushbench.store.rules import SATURATION

HELD, FAILED = "held", "failed"
OPEN = "cannot tell"  # there is an interval, and the limit lies in it
NOT_JUDGED = "not judged"  # there is no figure, or none with an interval
_ASIDE = ("wrk", SATURATION)  # what drives somebody to the limit on purpose: only where it is named


@dataclass(frozen=True)
class Judged:
    """One threshold at one place: a scenario, a case and a transport, or two of them."""

    threshold: Threshold
    place: str
    verdict: str
    estimate: Estimate | None = None
    why: str = ""


@dataclass(frozen=True)
class _Found:
    """What there is at one place. `by_block` is empty where blocks alone give no figure."""

    estimate: Estimate
    by_block: dict[int, float]


def places_in(figures: Figures, known: tuple[str, ...] = ()) -> Places:
    return Places.of(figures.groups, known)


def judge(threshold: Threshold, figures: Figures) -> list[Judged]:
    """A row for each place that the threshold means; one that says why there is none."""
    lacking = places_in(figures).lacking(threshold)
    if lacking:
        return [Judged(threshold, threshold.scenario, NOT_JUDGED, why=f"in this run {lacking}")]
    rows = [row for scenario in _scenarios(threshold, figures) for row in _in_scenario(threshold, scenario, figures)]
    # Where a threshold means all that there are, those without the figure are not meant.
    is_open_ended = not threshold.scenario or not threshold.subject
    told = [row for row in rows if row.estimate is not None] if is_open_ended else rows
    return told or rows[:1] or [Judged(threshold, threshold.scenario, NOT_JUDGED, why="no such figure in this run")]


def _scenarios(threshold: Threshold, figures: Figures) -> list[str]:
    if threshold.scenario:
        return [threshold.scenario]
    return [name for name in places_in(figures).variants
            if name not in _ASIDE and not any(transports.pair_of(each) for each in figures.variants(name, twins=True))]


def _in_scenario(threshold: Threshold, scenario: str, figures: Figures) -> Iterator[Judged]:
    if threshold.base:
        yield from _ratios(threshold, scenario, figures)
        return
    for variant in _variants(threshold.subject, scenario, figures):
        for case in _cases(threshold, scenario, variant, figures):
            place = _place(scenario, case, figures.name(variant, scenario))
            figure = _figure(threshold.metric, scenario, case, variant, figures)
            if figure is None:
                yield Judged(threshold, place, NOT_JUDGED, why=measures.why_none(
                    scenario, case, variant, figures, threshold.metric.key))
            else:
                yield _judged(threshold, place, _Found(figure.estimate, figure.by_block))


def _variants(name: str, scenario: str, figures: Figures) -> list[str]:
    """Those that a name means; without a name, those that one can choose."""
    found = figures.variants(scenario, twins=bool(name))
    if not name:
        return [each for each in found if transports.transport_of(each).is_choice and not transports.pair_of(each)]
    return [each for each in found if is_of(name, each) and not transports.pair_of(each)]


def _ratios(threshold: Threshold, scenario: str, figures: Figures) -> Iterator[Judged]:
    """From the duet of the two where they played one, else within each block, as everywhere in the report."""
    played = [each for each in duets(figures) if threshold.metric.key == DUET_METRIC
              and scenario in (each.scenario, each.workload) and threshold.case is None
              and {each.a, each.b} == {threshold.subject, threshold.base}]
    if played:
        one = played[0]
        is_as_asked = one.a == threshold.subject
        by_block = {block: value if is_as_asked else 1 / value for block, value in one.by_block.items()}
        estimate = stats.mean(list(by_block.values()))
        if estimate is not None:
            yield _judged(threshold, _place(one.scenario, "", _sides(threshold.subject, threshold.base)),
                          _Found(estimate, by_block))
        return
    for a in _variants(threshold.subject, scenario, figures):
        for b in _variants(threshold.base, scenario, figures):
            yield _ratio(threshold, scenario, a, b, figures)


def _ratio(threshold: Threshold, scenario: str, a: str, b: str, figures: Figures) -> Judged:
    case = _case(threshold, scenario, a, figures)
    sides = [_figure(threshold.metric, scenario, case, each, figures) for each in (a, b)]
    place = _place(scenario, case, _sides(a, b))
    if sides[0] is None or sides[1] is None:
        lacks = a if sides[0] is None else b
        return Judged(threshold, place, NOT_JUDGED, why=measures.why_none(
            scenario, case, lacks, figures, threshold.metric.key))
    ratio = ratios.between(sides[0], sides[1], figures)
    if ratio is None:
        return Judged(threshold, place, NOT_JUDGED, why="no ratio: not above 0 in every block that both have")
    if not ratio.has_interval and (few := _too_few_alone(threshold, scenario, case, (a, b), figures)):
        return Judged(threshold, place, NOT_JUDGED, ratio, few)
    blocks = sorted(sides[0].by_block.keys() & sides[1].by_block.keys())
    values = stats.ratios_by_block(sides[0].by_block, sides[1].by_block)
    return _judged(threshold, place, _Found(ratio, dict(zip(blocks, values, strict=False))))


def _too_few_alone(threshold: Threshold, scenario: str, case: str, pair: tuple[str, str], figures: Figures) -> str:
    """A percentile of all blocks together has no ratio in each of them, and so none with an interval."""
    trials = [trial for each in pair if (group := figures.group(scenario, case, each)) for trial in group.good.values()]
    few = next(filter(None, (too_few.why_of(threshold.metric.key, [trial]) for trial in trials)), "")
    return f"a ratio has its percentiles in each block: {few}" if few else ""


def _case(threshold: Threshold, scenario: str, variant: str, figures: Figures) -> str:
    """The case that was named; else a slope over all connection counts where there is one, else the main case."""
    if threshold.case is not None:
        return threshold.case
    fitted = figures.get(scenario, FIT, variant, threshold.metric.key) is not None
    return FIT if fitted else figures.main_case(scenario)


def _cases(threshold: Threshold, scenario: str, variant: str, figures: Figures) -> list[str]:
    """Of a threshold that means all scenarios, all their cases."""
    one = _case(threshold, scenario, variant, figures)
    ran = [case for case in figures.cases(scenario) if figures.group(scenario, case, variant)]
    return [one] if threshold.scenario or threshold.case is not None or one == FIT else ran


def _figure(metric: Metric, scenario: str, case: str, variant: str, figures: Figures) -> Figure | None:
    if metric.key in METRICS:
        return figures.get(scenario, case, variant, metric.key)
    group = figures.group(scenario, case, variant)
    read = {block: metric.read(trial) for block, trial in group.good.items()} if group else {}
    by_block = {block: value for block, value in read.items() if value is not None}
    estimate = stats.mean(list(by_block.values()))
    if estimate is None:
        return None
    return Figure(Key(scenario, case, variant, metric.key), metric.unit, estimate, by_block, ())


def _judged(threshold: Threshold, place: str, found: _Found) -> Judged:
    row = Judged(threshold, place, NOT_JUDGED, found.estimate)
    verdict = verdict_of(threshold, found.estimate, found.by_block)
    if verdict == NOT_JUDGED:
        return replace(row, why=f"{prose.plural(found.estimate.n, 'block')}, an interval needs {stats.MIN_BLOCKS}"
                       if found.estimate.n < stats.MIN_BLOCKS else "the figure has no interval")
    if verdict != OPEN:
        return replace(row, verdict=verdict)
    needed = stats.blocks_to_tell(list(found.by_block.values()), [threshold.limit])
    more = needed and needed - len(found.by_block)
    return replace(row, verdict=OPEN, why="the limit lies within the interval; " + (
        f"about {prose.plural(more, 'more block')} would likely tell" if more
        else "more blocks would hardly tell"))


def verdict_of(threshold: Threshold, estimate: Estimate, by_block: dict[int, float]) -> str:
    """Failed where the whole interval says so, held where none of it does."""
    low, high, limit = estimate.low, estimate.high, threshold.limit
    if threshold.is_bad == ">" and limit == 0 and any(value > 0 for value in by_block.values()):
        return FAILED  # what cannot be below nothing and was above it once did happen
    if low is None or high is None:
        return NOT_JUDGED
    all_so, none_so = {
        ">": (low > limit, high <= limit), ">=": (low >= limit, high < limit),
        "<": (high < limit, low >= limit), "<=": (high <= limit, low > limit),
        "==": (low == high == limit, not low <= limit <= high),
        "!=": (not low <= limit <= high, low == high == limit)}[threshold.is_bad]
    return FAILED if all_so else HELD if none_so else OPEN


def _place(scenario: str, case: str, who: str) -> str:
    return " · ".join(part for part in (scenario, case if case != FIT else "", who) if part)


def _sides(a: str, b: str) -> str:
    return f"{transports.name_of(a)} / {transports.name_of(b)}"
