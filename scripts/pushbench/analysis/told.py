"""What a verdict rests on, in a sentence that a reader can repeat. Every word follows from an interval.

No transport is named here and no result: the same code tells of a claim that holds and of one that does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis.along import Walk
from pushbench.analysis.figures import FIT, Figures
from pushbench.analysis.measures import MISSING, NOT_RUN, UNCLEAR, Measured, band, scenarios_of
from pushbench.setup import transports
from pushbench.setup.claims import Claim, Measure
from pushbench.setup.fields import case_text, time_text
from pushbench.stats import equivalence, estimates as stats
from pushbench.store.counted import TOLD as METRICS


@dataclass(frozen=True)
class Turn:
    """Where it turns: how many notifications a poll must find for both to cost the same, by polls a second.

    `value` is the one in the middle of the measured rates, by which the verdict goes.
    """

    verdict: str
    value: stats.Estimate | None
    by_rate: tuple[tuple[float, stats.Estimate], ...]
    files: tuple[str, ...]


def finding(claim: Claim, verdict: str, primary: Sequence[Measured], turn: Turn | None, figures: Figures) -> str:
    judged = [each for each in primary if each.judged]
    pairs = list(dict.fromkeys(_compared(each) for each in judged))
    said = [_pair([each for each in judged if _compared(each) == pair], figures) for pair in pairs]
    if turn is not None and claim.primary is not None:
        said.append(_turn(claim.primary, turn))
    if claim.cannot_fail_because and verdict not in (MISSING, UNCLEAR):
        said.append(f"Under these conditions it could not fail: {claim.cannot_fail_because}.")
    return " ".join(said)


def _compared(finding: Measured) -> tuple[str, str, str]:
    return finding.measure.title, finding.subject, finding.against


def between(finding: Measured, figures: Figures) -> str:
    """'SSE / WebSocket', 'SSE − WebSocket' or 'SSE'; with its place where the other side ran in another one."""
    measure = finding.measure
    sign = "/" if measure.compare == "ratio" else "−"
    if not measure.against_workload and not measure.against_case:
        return pair_name(finding.subject, finding.against, finding.workload, figures, sign)
    elsewhere = measure.other_workload(finding.workload)
    ours, theirs = figures.name(finding.subject, finding.workload), figures.name(finding.against, elsewhere)
    here = f" at {case_text(measure.case)}" if measure.case else ""
    there = f"at {case_text(measure.other_case)}" if measure.other_case else f"in {elsewhere}"
    return f"{ours}{here} {sign} {theirs} {there}"


def pair_name(subject: str, against: str, workload: str, figures: Figures, sign: str = "/") -> str:
    name = figures.name(subject, workload)
    return f"{name} {sign} {figures.name(against, workload)}" if against else name


def _pair(found: list[Measured], figures: Figures) -> str:
    """One pair in all workloads: its figures, then what they say, once where all say the same."""
    measured = [each for each in found if each.estimate is not None]
    gaps = _gaps([each for each in found if each.estimate is None], figures)
    if not measured:
        return f"{_head(found[0], figures)}: not measured ({gaps})."
    said = {meaning(each) for each in measured}
    # Where another metric stands in for the one at the head, each figure says which it is: p90 is no p99.
    mixed = len({_metric(each) for each in measured}) > 1
    named = {each.workload: f" ({METRICS[_metric(each)].title.removeprefix('latency ')})" if mixed else ""
             for each in measured}
    if len(said) == 1:
        parts = [f"{figure(each)}{named[each.workload]} in {_place(each)}" for each in measured]
        text = f"{prose.listing(parts)}: {said.pop()}{' in each' if len(parts) > 1 else ''}"
    else:
        text = "; ".join(f"{figure(each)}{named[each.workload]} in {_place(each)} ({meaning(each)})"
                         for each in measured)
    head = f"Latency, {between(measured[0], figures)}" if mixed else _head(measured[0], figures)
    return f"{head}: {text}{'; ' if gaps else ''}{gaps}."


def _place(finding: Measured) -> str:
    """'bytes at payload=16': the workload, and its case where a claim asks for one that `between` does not name."""
    measure = finding.measure
    told = measure.against_workload or measure.against_case or measure.case in (None, FIT)
    return finding.workload if told or measure.case is None else f"{finding.workload} at {case_text(measure.case)}"


def _metric(finding: Measured) -> str:
    return finding.metric or finding.measure.metric


def _gaps(missing: list[Measured], figures: Figures) -> str:
    """What gave no figure where and why, each reason once."""
    said = []
    for why in dict.fromkeys(each.why for each in missing):
        found = [each for each in missing if each.why == why]
        if why == NOT_RUN:
            names = list(dict.fromkeys(name for each in found for name in scenarios_of(each.measure, each.workload)
                                       if not figures.cases(name)))
            said.append(f"the scenario{'s' if len(names) > 1 else ''} {prose.listing(names)} "
                        f"{'were' if len(names) > 1 else 'was'} not run")
        else:
            said.append(f"{why} in {prose.listing([each.workload for each in found])}")
    return "; ".join(said)


def _head(finding: Measured, figures: Figures) -> str:
    title = METRICS[finding.metric or finding.measure.metric].title
    return f"{title[0].upper()}{title[1:]}, {between(finding, figures)}"


def figure(finding: Measured) -> str:
    """'0.991 [0.974–1.008]', with a unit where it is no ratio."""
    value = finding.estimate
    if value is None:
        return "–"
    unit = "" if finding.measure.compare == "ratio" else METRICS[finding.metric or finding.measure.metric].unit
    return _estimate(value, unit, signed=finding.measure.compare == "difference")


def _estimate(value: stats.Estimate, unit: str = "", *, signed: bool = False) -> str:
    return prose.estimate(value.middle, value.low, value.high, unit, signed=signed)


def meaning(finding: Measured) -> str:
    """What an interval says against what matters, in a few words."""
    if finding.verdict == UNCLEAR:
        return f"open: {finding.why}"
    measure, value = finding.measure, finding.estimate
    assert value is not None
    if measure.compare == "value":
        return _against_threshold(measure, value, METRICS[finding.metric or measure.metric].unit)
    where = equivalence.place(value, *band(measure))
    step = _step(measure)
    if where == equivalence.INSIDE:
        return f"no difference of {step} or more"
    if where == equivalence.BELOW:
        return f"less, by over {step}"
    if measure.threshold is None:
        return f"more, by over {step}"
    times = f"{prose.number(measure.threshold)} times as much"
    if value.low is not None and value.low > measure.threshold:
        return f"more than {times}"
    return f"more, but not {times}" if where == equivalence.ABOVE else f"not {times}"


def _against_threshold(measure: Measure, value: stats.Estimate, unit: str) -> str:
    assert measure.threshold is not None and value.high is not None
    side = "below" if value.high < measure.threshold else "above"
    return f"{side} {prose.number(measure.threshold)} {unit}".strip()


def _step(measure: Measure) -> str:
    if measure.compare == "ratio":
        return f"{measure.smallest_difference * 100:.0f}{prose.NBSP}%"
    return f"{prose.number(measure.smallest_difference)} {METRICS[measure.metric].unit}".strip()


def walk(found: Walk) -> str:
    """'Along gap in gaps: more, by over 10 % up to 40 ms; no difference of 10 % or more from 50 ms on.'"""
    head = f"Along {(found.measure.along or '').replace('_', ' ')} in {found.workload}: "
    (first, first_found), (last, last_found) = found.decided[0], found.decided[-1]
    if not found.turns:
        return f"{head}{meaning(first_found)} from {_value_of(first)} to {_value_of(last)}."
    parts = []
    for (before, before_found), _ in found.turns:
        parts.append(f"{meaning(before_found)} up to {_value_of(before)}")
    parts.append(f"{meaning(last_found)} from {_value_of(found.turns[-1][1][0])} on")
    between_them = f"; not decided at {prose.listing([_value_of(case) for case in found.undecided])}"
    return f"{head}{'; '.join(parts)}{between_them if found.undecided else ''}."


def _value_of(case: str) -> str:
    return time_text(case.partition("=")[2])


def _turn(measure: Measure, turn: Turn) -> str:
    assert measure.border is not None
    a, b = (transports.name_of(variant) for variant in measure.border.between)
    if turn.value is None:
        return f"{a} against {b}: where it turns was not measured."
    rates = [rate for rate, _ in turn.by_rate]
    told = prose.listing([f"{_estimate(k)} at {prose.number(rate)} polls a second" for rate, k in turn.by_rate
                          if rate in (min(rates), max(rates))]) if rates else _estimate(turn.value)
    if turn.verdict == UNCLEAR:
        return f"How many notifications a poll must find for {a} to be cheaper than {b} is open: about {told}."
    return (f"{a} and {b} cost the same server CPU, heartbeats aside, where each poll finds this many notifications: "
            f"{told}. With fewer {a} costs more, with more it costs less.")
