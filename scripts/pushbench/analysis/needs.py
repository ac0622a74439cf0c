"""How exactly each comparison that a claim rests on is known so far, and how exactly it must be.

For the time that is left of a run: `run.precision` gives it to the one that lacks the most. Widths alone are handed on.
What a claim needs is a share of the smallest difference that it names, or of the way from 1 to its threshold.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pushbench.analysis.crossover import crossover
from pushbench.analysis.figures import Figures
from pushbench.analysis.measures import Measured, duet_trials, findings
from pushbench.errors import PushbenchError
from pushbench.run.precision import SHARE_OF_BAND, Need
from pushbench.setup.claims import COUNTED, DUET, Claim, Measure
from pushbench.stats import estimates as stats
from pushbench.stats.equivalence import half_width
from pushbench.store.records import Trial, load_run

GIVEN_UP_AFTER = 6  # void trials without a good one


def needs_of(claims: Sequence[Claim], figures: Figures) -> list[Need]:
    """Of all primary measures that compare by a ratio. Of several claims about one pair, the narrowest need."""
    found = [finding for claim in claims for finding in _compared(claim, figures)]
    scatter = _scatter(found)
    needs: dict[tuple[str, frozenset[str]], Need] = {}
    for finding in found:
        need = _need(finding, scatter, figures)
        key = need.scenario, frozenset(need.variants)
        if key not in needs or need.wanted < needs[key].wanted:
            needs[key] = need
    return [*needs.values(), *_border_needs(claims, figures)]


def needs_in(folder: Path, claims: Iterable[Claim]) -> list[Need]:
    """The same from the trials that a run has so far."""
    ratios = [claim for claim in claims if _by_ratio(claim)]
    wanted = {scenario for claim in ratios for measure in _by_ratio(claim) for scenario in measure.scenarios}
    try:
        return needs_of(ratios, Figures(load_run(folder, wanted)))
    except PushbenchError:
        return []  # nothing of these was run


def _border_needs(claims: Sequence[Claim], figures: Figures) -> list[Need]:
    """Where it turns must be known to a share of the widest interval that still tells where."""
    borders = [claim.primary.border for claim in claims if claim.primary and claim.primary.border]
    found = crossover(figures) if borders else None
    half = half_width(found.ratio) if found is not None else None
    if half is None:
        return []
    wanted = SHARE_OF_BAND * min(math.log(border.widest) for border in borders)
    scenarios = dict.fromkeys(scenario for border in borders for scenario in border.scenarios)
    return [Need(scenario, tuple(figures.variants(scenario, twins=True)), half, wanted, is_border=True)
            for scenario in scenarios]


def _compared(claim: Claim, figures: Figures) -> Iterator[Measured]:
    """Those that were run: what this run does not measure needs no time of it, nor what was void again and again."""
    for measure in _by_ratio(claim):
        for finding in findings(measure, figures):
            void = [sum(not trial.ok for trial in trials) for trials in _trials(finding, figures)]
            if finding.judged and (finding.estimate is not None or 0 < max(void) < GIVEN_UP_AFTER):
                yield finding


def _by_ratio(claim: Claim) -> list[Measure]:
    """What decides and has an interval that more blocks would narrow. One scenario alone has no pair across two."""
    return [measure for measure in claim.deciding
            if measure.compare == "ratio" and measure.design != COUNTED and not measure.against_workload]


def _trials(finding: Measured, figures: Figures) -> list[list[Trial]]:
    """Of each side, or of both at once where they run as a duet."""
    measure, pair = finding.measure, (finding.subject, finding.against)
    if measure.design == DUET:
        return [duet_trials(measure, finding.workload, *pair, figures)]
    return [[trial for trial in figures.run.trials if (trial.scenario, trial.variant) == (finding.workload, side)]
            for side in pair]


def _scatter(found: Sequence[Measured]) -> dict[str, float]:
    """Of the logarithms of blocks, by scenario, from all comparisons in it.

    A comparison whose few blocks lie close together by luck would else stop too soon, and its interval would hold the
    truth in 91 % of runs only; by the scatter of all, in 94 %.
    """
    squares: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for finding in found:
        half, blocks = half_width(finding.estimate), finding.estimate.n if finding.estimate else 0
        if half is not None:
            scenario = finding.measure.scenario_of(finding.workload)
            squares[scenario].append((blocks - 1, (half / stats.reach(blocks))**2))
    return {scenario: math.sqrt(sum(freedom * square for freedom, square in each) / sum(freedom for freedom, _ in each))
            for scenario, each in squares.items()}


def _need(finding: Measured, scatter: dict[str, float], figures: Figures) -> Need:
    measure, scenario = finding.measure, finding.measure.scenario_of(finding.workload)
    matters = abs(math.log(measure.threshold)) if measure.threshold else math.log1p(measure.smallest_difference)
    blocks = finding.estimate.n if finding.estimate else 0
    half = stats.reach(blocks) * scatter[scenario] if half_width(finding.estimate) is not None else None
    return Need(scenario, _variants(finding, figures), half, SHARE_OF_BAND * matters)


def _variants(finding: Measured, figures: Figures) -> tuple[str, ...]:
    """Those that one more block must hold: both, or the one name under which they run as a duet."""
    if finding.measure.design == DUET:
        (trials,) = _trials(finding, figures)
        return (trials[0].variant,)
    return finding.subject, finding.against
