"""Judges the claims: from an interval against the smallest difference that matters, never from a feeling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pushbench import prose
from pushbench.analysis.figures import Figure, Figures
from pushbench.setup import transports
from pushbench.setup.claims import Claim, Measure
from pushbench.stats import estimates as stats
from pushbench.store.metrics import METRICS

HOLDS = "holds"
FAILS = "does not hold"
SAME = "no practical difference"
UNCLEAR = "inconclusive"
MISSING = "not measured"


@dataclass(frozen=True)
class Finding:
    """The verdict on one measure between two variants (or of one against a threshold)."""

    measure: Measure
    subject: str
    against: str
    verdict: str
    why: str
    estimate: stats.Estimate | None = None
    files: tuple[str, ...] = ()
    counts: bool = True


@dataclass(frozen=True)
class Judgement:
    claim: Claim
    verdict: str
    reason: str
    findings: tuple[Finding, ...]


def judge_all(claims: Sequence[Claim], figures: Figures) -> list[Judgement]:
    return [judge(claim, figures) for claim in claims]


def judge(claim: Claim, figures: Figures) -> Judgement:
    findings = [finding for measure in claim.measures for finding in _findings(measure, figures)]
    verdict = overall(claim.rule, [finding.verdict for finding in findings if finding.counts])
    return Judgement(claim, verdict, _reason(verdict, [f for f in findings if f.counts]), tuple(findings))


def overall(rule: str, verdicts: Sequence[str]) -> str:
    """One verdict from many, by the rule that claims.RULES words. What was not measured is left out."""
    seen = {verdict for verdict in verdicts if verdict != MISSING}
    if not seen:
        return MISSING
    if FAILS in seen or (rule == "all" and SAME in seen) or (rule == "same" and HOLDS in seen):
        return FAILS
    if UNCLEAR in seen:
        return UNCLEAR
    return HOLDS if HOLDS in seen else SAME


def verdict_of(measure: Measure, estimate: stats.Estimate) -> str:
    """From an interval alone. `sign` turns 'more' into 'less', so that there is one set of rules."""
    if estimate.low is None or estimate.high is None:
        return UNCLEAR
    sign = 1 if measure.expect == "less" else -1
    low, high = sorted((sign * estimate.low, sign * estimate.high))
    if measure.compare != "value":
        even, band = (1.0 if measure.compare == "ratio" else 0.0), measure.smallest_difference
        if abs(estimate.low - even) <= band and abs(estimate.high - even) <= band:
            return SAME
    holds_below, fails_above = (sign * edge for edge in _edges(measure))
    if high < holds_below:
        return HOLDS
    return FAILS if low > fails_above else UNCLEAR


def _edges(measure: Measure) -> tuple[float, float]:
    """Beyond the first edge the claim holds, beyond the second it does not. A threshold is both at once."""
    if measure.threshold is not None:
        return measure.threshold, measure.threshold
    even, band = (1.0 if measure.compare == "ratio" else 0.0), measure.smallest_difference
    return (even - band, even + band) if measure.expect == "less" else (even + band, even - band)


def _findings(measure: Measure, figures: Figures) -> list[Finding]:
    subjects = [(variant, measure.counts) for variant in _matching(measure.subject, measure, figures)]
    subjects += [(variant, False) for base in measure.beside for variant in _matching(base, measure, figures)]
    if measure.compare == "value":
        return [replace(_by_value(measure, variant, figures), counts=counts) for variant, counts in subjects]
    pairs = [(subject, other, counts) for subject, counts in subjects
             for base in measure.against for other in _matching(base, measure, figures)]
    return [replace(_by_pair(measure, subject, other, figures), counts=counts)
            for subject, other, counts in pairs]


def _matching(base: str, measure: Measure, figures: Figures) -> list[str]:
    """Every variant of a base that was run ('short-poll' → each interval), else the base: it is missing."""
    ran = figures.variants(measure.scenario, twins=True)
    found = [variant for variant in ran if transports.base_of(variant) == base]
    return found or [base]


def _figure(measure: Measure, variant: str, figures: Figures) -> tuple[Figure | None, str]:
    """The measure's figure of a variant, and what stands in for it where the wanted one is not there."""
    case = measure.case if measure.case is not None else figures.main_case(measure.scenario)
    figure = figures.get(measure.scenario, case, variant, measure.metric)
    if figure is None and measure.otherwise:
        figure = figures.get(measure.scenario, case, variant, measure.otherwise)
        if figure is not None:
            wanted, given = METRICS[measure.metric].title, METRICS[measure.otherwise].title
            return figure, f"by {given}: too few samples for {wanted}"
    return figure, figure.note if figure else ""


def _missing(measure: Measure, subject: str, against: str, variant: str, figures: Figures) -> Finding:
    case = None if measure.case == "fit" else measure.case
    bad = figures.bad_trials(measure.scenario, case, variant)
    ran = variant in figures.variants(measure.scenario, twins=True)
    name = figures.name(variant, measure.scenario)
    if bad:
        count, reasons = prose.plural(len(bad), "trial"), "; ".join(bad[0].reasons)
        why = f"{name}: all of {count} invalid or failed ({reasons})"
    else:
        why = f"{name} gave no such figure" if ran else f"{name} was not run in '{measure.scenario}'"
    return Finding(measure, subject, against, MISSING, why)


def _by_value(measure: Measure, subject: str, figures: Figures) -> Finding:
    figure, note = _figure(measure, subject, figures)
    if figure is None:
        return _missing(measure, subject, "", subject, figures)
    return _finding(measure, subject, "", figure.estimate, list(figure.by_block.values()), figure.files, note)


def _by_pair(measure: Measure, subject: str, other: str, figures: Figures) -> Finding:
    (a, note), (b, _) = _figure(measure, subject, figures), _figure(measure, other, figures)
    if a is None or b is None:
        return _missing(measure, subject, other, subject if a is None else other, figures)
    if measure.compare == "ratio":
        values = stats.ratios_by_block(a.by_block, b.by_block)
    else:
        values = stats.differences_by_block(a.by_block, b.by_block)
    estimate = stats.arithmetic_mean(values) if measure.compare == "difference" else stats.mean(values)
    if estimate is None:
        return Finding(measure, subject, other, MISSING, "no ratio: not above 0 in every block that both have")
    return _finding(measure, subject, other, estimate, values, a.files + b.files, note)


def _finding(measure: Measure, subject: str, against: str, estimate: stats.Estimate, values: list[float],
             files: tuple[str, ...], note: str) -> Finding:
    verdict = verdict_of(measure, estimate)
    why = [note] if note else []
    if not estimate.has_interval:
        why.append(f"{prose.plural(estimate.n, 'block')}, an interval needs {stats.MIN_BLOCKS}")
    elif verdict == UNCLEAR:
        why.append(_more_blocks(measure, values))
    return Finding(measure, subject, against, verdict, "; ".join(why), estimate, files)


def _more_blocks(measure: Measure, values: list[float]) -> str:
    if not values:
        return "more blocks would tell"
    edges = set(_edges(measure))
    if measure.compare != "value":  # leaving the band of no difference would tell as well
        even = 1.0 if measure.compare == "ratio" else 0.0
        edges |= {even - measure.smallest_difference, even + measure.smallest_difference}
    needed = stats.blocks_to_tell(values, sorted(edges), differences=measure.compare == "difference")
    if needed is None:
        return "too close to the edge of what matters: more blocks would hardly tell"
    return f"about {needed - len(values)} more blocks would likely tell"


def _reason(verdict: str, findings: Sequence[Finding]) -> str:
    """What the verdict rests on, in one line: how many measures said what."""
    order = (HOLDS, FAILS, SAME, UNCLEAR, MISSING)
    counts = [(name, sum(finding.verdict == name for finding in findings)) for name in order]
    said = [f"{name}: {count}" for name, count in counts if count]
    return f"{prose.plural(len(findings), 'measure')} · {' · '.join(said)}" if findings else verdict
