"""How exactly each comparison that a claim rests on is known so far, and how exactly it must be.

For the time that is left of a run: `run.precision` gives it to the one that lacks the most. Widths alone are handed on.
What a claim needs is a share of the smallest difference that it names, or of the way from 1 to its threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from pushbench.analysis.figures import Figures
from pushbench.analysis.measures import Finding, findings
from pushbench.errors import PushbenchError
from pushbench.run.precision import SHARE_OF_BAND, Need
from pushbench.setup.claims import DUET, Claim
from pushbench.store.records import load_run

GIVEN_UP_AFTER = 6  # void trials without a good one


def needs_of(claims: Iterable[Claim], figures: Figures) -> list[Need]:
    """Of all primary measures that compare by a ratio. Of several claims about one pair, the narrowest need."""
    found: dict[tuple[str, frozenset[str]], Need] = {}
    for finding in (each for claim in claims for each in _compared(claim, figures)):
        need = _need(finding, figures)
        key = need.scenario, frozenset(need.variants)
        if key not in found or need.wanted < found[key].wanted:
            found[key] = need
    return list(found.values())


def needs_in(folder: Path, claims: Iterable[Claim]) -> list[Need]:
    """The same from the trials that a run has so far."""
    ratios = [claim for claim in claims if claim.primary.compare == "ratio"]
    wanted = {claim.primary.scenario_of(workload) for claim in ratios for workload in claim.primary.workloads}
    try:
        return needs_of(ratios, Figures(load_run(folder, wanted)))
    except PushbenchError:
        return []  # nothing of these was run


def _compared(claim: Claim, figures: Figures) -> Iterator[Finding]:
    """Those that were run: what this run does not measure needs no time of it, nor what was void again and again."""
    if claim.primary.compare != "ratio":
        return
    for finding in findings(claim.primary, figures):
        scenario = claim.primary.scenario_of(finding.workload)
        if not finding.judged or not figures.cases(scenario):
            continue
        void = [figures.bad_trials(scenario, None, variant) for variant in _variants(finding, figures)]
        if finding.estimate is not None or max(map(len, void)) < GIVEN_UP_AFTER:
            yield finding


def _need(finding: Finding, figures: Figures) -> Need:
    measure = finding.measure
    matters = abs(math.log(measure.threshold)) if measure.threshold else math.log1p(measure.smallest_difference)
    return Need(measure.scenario_of(finding.workload), _variants(finding, figures), _half_width(finding),
                SHARE_OF_BAND * matters)


def _variants(finding: Finding, figures: Figures) -> tuple[str, ...]:
    """Those that one more block must hold: both, or the one name under which they run as a duet."""
    pair = finding.subject, finding.against
    if finding.measure.design != DUET:
        return pair
    ran = figures.variants(finding.measure.scenario_of(finding.workload), twins=True)
    names = ["-vs-".join(pair), "-vs-".join(reversed(pair))]
    return (next((name for name in names if name in ran), names[0]),)


def _half_width(finding: Finding) -> float | None:
    """Of the logarithm of the ratio."""
    value = finding.estimate
    if value is None or value.low is None or value.high is None or value.low <= 0:
        return None
    return math.log(value.high / value.low) / 2
