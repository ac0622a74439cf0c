"""One measure of a claim in one workload between two transports: its figure, and what the interval alone says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pushbench import prose
from pushbench.analysis import too_few
from pushbench.analysis.duets import duet
from pushbench.analysis.figures import FIT, Figure, Figures
from pushbench.analysis.lacking import could_not_run, why_not_run
from pushbench.setup import transports
from pushbench.setup.claims import COUNTED, DUET, Measure
from pushbench.stats import equivalence, estimates as stats
from pushbench.store import counted
from pushbench.store.metrics import METRICS
from pushbench.store.records import Trial

HOLDS = "holds"
FAILS = "does not hold"
DEPENDS = "depends"
SAME = "no practical difference"
UNCLEAR = "inconclusive"
MISSING = "not measured"
NOT_RUN = "the scenario was not run"


@dataclass(frozen=True)
class Measured:
    """`more_blocks` is how many would likely tell, where it is not clear yet; None = hardly any number would."""

    measure: Measure
    workload: str
    subject: str
    against: str
    verdict: str
    why: str
    estimate: stats.Estimate | None = None
    files: tuple[str, ...] = ()
    metric: str = ""  # which was read: the measure's, or what stands in for it
    judged: bool = True  # False: listed beside, and no part of any verdict
    more_blocks: int | None = None


def verdict_of(measure: Measure, estimate: stats.Estimate) -> str:
    """From an interval alone: no verdict without one, and none where it lies across an edge of what matters."""
    if estimate.low is None or estimate.high is None:
        return UNCLEAR
    inside = measure.compare != "value" and equivalence.place(estimate, *band(measure)) == equivalence.INSIDE
    if inside:
        return SAME
    if measure.expect == "same":
        return UNCLEAR if equivalence.place(estimate, *band(measure)) == equivalence.ACROSS else FAILS
    holds_from, fails_from = _edges(measure)
    if measure.expect == "less":
        return HOLDS if estimate.high < holds_from else FAILS if estimate.low > fails_from else UNCLEAR
    return HOLDS if estimate.low > holds_from else FAILS if estimate.high < fails_from else UNCLEAR


def band(measure: Measure) -> tuple[float, float]:
    """Between these a difference does not matter."""
    if measure.compare == "ratio":
        return equivalence.band_of(measure.smallest_difference)
    return -measure.smallest_difference, measure.smallest_difference


def _edges(measure: Measure) -> tuple[float, float]:
    """Beyond the first it holds, beyond the second it does not. A threshold is both at once."""
    if measure.threshold is not None:
        return measure.threshold, measure.threshold
    low, high = band(measure)
    return (low, high) if measure.expect == "less" else (high, low)


def findings(measure: Measure, figures: Figures) -> list[Measured]:
    """One for each workload and pair; each poll interval that was run is a pair of its own."""
    return [finding for workload in measure.workloads for finding in _in_workload(measure, workload, figures)]


def _in_workload(measure: Measure, workload: str, figures: Figures) -> list[Measured]:
    if measure.design == DUET:
        return [_by_duet(measure, workload, other, figures) for other in measure.against]
    if measure.design == COUNTED:
        return [_by_count(measure, workload, other, figures) for other in measure.against]
    subjects = _ran(measure.subject, workload, figures)
    if measure.compare == "value":
        beside = [variant for base in measure.beside for variant in _ran(base, workload, figures)]
        return [*(_by_value(measure, workload, variant, figures) for variant in subjects),
                *(replace(_by_value(measure, workload, variant, figures), judged=False) for variant in beside)]
    return [_by_pair(measure, workload, subject, other, figures) for subject in subjects
            for base in measure.against for other in _ran(base, measure.other_workload(workload), figures)]


def _ran(base: str, workload: str, figures: Figures) -> list[str]:
    """Every variant of a transport that was run ('short-poll': each interval), else itself: it is missing."""
    found = [variant for variant in figures.variants(workload, twins=True)
             if base in (variant, transports.base_of(variant))]
    return found or [base]


def _by_duet(measure: Measure, workload: str, other: str, figures: Figures) -> Measured:
    found = duet(figures, workload, measure.subject, other)
    if found is None:
        return _missing(measure, workload, measure.subject, other, figures)
    return _judged(measure, workload, measure.subject, other, found.ratio, found.by_block, found.files)


def _by_count(measure: Measure, side: str, other: str, figures: Figures) -> Measured:
    """Counted, not measured: the interval is the figure itself."""
    found = counted.read(figures.run.folder / counted.FILE)
    rows = [found.row(transports.transport_of(each).folder, side) if found else None
            for each in (measure.subject, other)]
    a, b = (getattr(row, measure.metric) if row else 0 for row in rows)
    if not a or not b:
        return Measured(measure, side, measure.subject, other, MISSING, "the code of this run was not counted",
                        metric=measure.metric)
    return _judged(measure, side, measure.subject, other, stats.Estimate(1, a / b, a / b, a / b), {}, (),
                   f"counted: {a:,} against {b:,}")


def _by_value(measure: Measure, workload: str, subject: str, figures: Figures) -> Measured:
    figure, note = _figure(measure, workload, subject, figures)
    if figure is None:
        return _missing(measure, workload, subject, "", figures)
    found = _judged(measure, workload, subject, "", figure.estimate, figure.by_block, figure.files, note)
    return replace(found, metric=figure.key.metric)


def _by_pair(measure: Measure, workload: str, subject: str, other: str, figures: Figures) -> Measured:
    (a, note), (b, _) = _figure(measure, workload, subject, figures), _other_figure(measure, workload, other, figures)
    if a is None or b is None:
        return _missing(measure, workload, subject, other, figures)
    blocks = sorted(a.by_block.keys() & b.by_block.keys())
    if measure.compare == "ratio":
        ratios = stats.ratios_by_block(a.by_block, b.by_block)
        values, estimate = dict(zip(blocks, ratios, strict=False)), stats.mean(ratios)
    else:
        values = {block: a.by_block[block] - b.by_block[block] for block in blocks}
        estimate = stats.arithmetic_mean(list(values.values()))
    if estimate is None:
        return Measured(measure, workload, subject, other, MISSING,
                        "no ratio: not above 0 in every block that both have", metric=measure.metric)
    return _judged(measure, workload, subject, other, estimate, values, a.files + b.files, note)


def _figure(measure: Measure, workload: str, variant: str, figures: Figures) -> tuple[Figure | None, str]:
    return _figure_at(measure, workload, measure.case, variant, figures)


def _other_figure(measure: Measure, workload: str, variant: str, figures: Figures) -> tuple[Figure | None, str]:
    return _figure_at(measure, measure.other_workload(workload), measure.other_case, variant, figures)


def _figure_at(measure: Measure, workload: str, case: str | None, variant: str,
               figures: Figures) -> tuple[Figure | None, str]:
    """The measure's figure of a variant, and what stands in for it where the wanted one is not there."""
    case = case if case is not None else figures.main_case(workload)
    figure = figures.get(workload, case, variant, measure.metric)
    if figure is None and measure.otherwise:
        figure = figures.get(workload, case, variant, measure.otherwise)
        if figure is not None:
            return figure, f"{METRICS[measure.metric].title} has too few samples, so this is the next lower one"
    return figure, figure.note if figure else ""


def _missing(measure: Measure, workload: str, subject: str, against: str, figures: Figures) -> Measured:
    if not all(figures.cases(scenario) for scenario in scenarios_of(measure, workload)):
        why = NOT_RUN
    elif measure.design == DUET:
        name = f"{figures.name(subject)} beside {figures.name(against)}"
        ran = duet_trials(measure, workload, subject, against, figures)
        why = _why(name, bool(ran), [trial for trial in ran if not trial.ok])
    else:
        sides = [(workload, measure.case, subject)]
        if against:
            sides.append((measure.other_workload(workload), measure.other_case, against))
        why = "; ".join(why_none(where, case, each, figures, measure.metric) for where, case, each in sides
                        if _figure_at(measure, where, case, each, figures)[0] is None)
    return Measured(measure, workload, subject, against, MISSING, why, metric=measure.metric)


def duet_trials(measure: Measure, workload: str, a: str, b: str, figures: Figures) -> list[Trial]:
    """Whichever of the two was named first."""
    scenario = measure.scenario_of(workload)
    return [trial for trial in figures.run.trials
            if trial.scenario == scenario and transports.pair_of(trial.variant) in ((a, b), (b, a))]


def scenarios_of(measure: Measure, workload: str) -> list[str]:
    """Those that one comparison of a measure takes its figures from."""
    return list(dict.fromkeys((measure.scenario_of(workload), measure.other_workload(measure.scenario_of(workload)))))


def why_none(workload: str, case: str | None, variant: str, figures: Figures, metric: str = "") -> str:
    """Why a variant has no such figure there."""
    ran = variant in figures.variants(workload, twins=True)
    name = figures.name(variant, workload)
    if not ran and variant in could_not_run(workload, figures):
        return f"{name} was {why_not_run(variant, figures)}"
    group = figures.group(workload, figures.main_case(workload) if case is None else case, variant)
    if group and (few := too_few.why_of(metric, group.good.values())):
        return f"{name}: {few}"
    return _why(name, ran,
                figures.bad_trials(workload, None if case == FIT else case, variant))


def _why(name: str, ran: bool, bad: Sequence[Trial]) -> str:
    if bad:
        return f"{name}: all of {prose.plural(len(bad), 'trial')} invalid or failed ({'; '.join(bad[0].reasons)})"
    return f"{name} gave no such figure" if ran else f"{name} was not run"


def _judged(measure: Measure, workload: str, subject: str, against: str, estimate: stats.Estimate,
            by_block: Mapping[int, float], files: tuple[str, ...], note: str = "") -> Measured:
    verdict, why, more = verdict_of(measure, estimate), [note] if note else [], None
    if verdict == UNCLEAR and not estimate.has_interval:
        more = max(0, stats.MIN_BLOCKS - estimate.n)
        why.append(f"{prose.plural(estimate.n, 'block')}, an interval needs {stats.MIN_BLOCKS}")
    elif verdict == UNCLEAR:
        more = _more_blocks(measure, estimate, list(by_block.values()))
        why.append("too close to the edge of what matters: more blocks would hardly tell" if more is None else
                   f"about {prose.plural(more, 'more block')} would likely tell")
    return Measured(measure, workload, subject, against, verdict, "; ".join(why), estimate, files, measure.metric,
                    more_blocks=more)


def _more_blocks(measure: Measure, estimate: stats.Estimate, values: list[float]) -> int | None:
    """Until the interval clears the nearest edge, of what holds or of the band in which nothing matters."""
    edges = {*_edges(measure)} if measure.expect != "same" else set()
    if measure.compare != "value":
        edges |= {*band(measure)}
    needed = (stats.blocks_to_tell(values, sorted(edges), differences=measure.compare == "difference") if values
              else stats.blocks_by_interval(estimate, sorted(edges)))  # a pooled percentile has no values by block
    return None if needed is None else needed - (len(values) or estimate.n)
