"""The words of the first screen. Everything said is computed: no transport is named in this file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis.cases import DEARER, EQUAL, LEAST, UNCLEAR, Choice, Outcome
from pushbench.setup import transports
from pushbench.setup.cases import span
from pushbench.stats import estimates as stats

MOST = 100  # a ratio beyond that impresses and says nothing
FAR = 2.0  # a figure scaled by more than this is marked
TIMES = f"{prose.NBSP}×"


@dataclass(frozen=True)
class Advice:
    """`take` is what to choose, `beside` in smaller letters what stands with it, `why` one sentence."""

    take: str
    beside: str
    why: str


def advise(outcome: Outcome) -> Advice:
    if not outcome.picks:
        return Advice("No choice", _missing(outcome), "A recommendation needs a figure of every transport.")
    names = [each.name for each in outcome.picks]
    if not outcome.decided:
        blocks = min(each.cores.n for each in outcome.picks if each.cores)
        few = f"{prose.plural(blocks, 'block')} only: " if blocks < stats.MIN_BLOCKS else ""
        return Advice(prose.listing(names, "or"), f"{few}this run does not tell them apart" if len(names) > 1
                      else f"{few}no interval", _why(outcome))
    first, *same = outcome.picks
    beside = f"or {prose.listing([each.name for each in same], 'or')}: {EQUAL}" if same else ""
    return Advice(first.name, beside, _why(outcome))


def _missing(outcome: Outcome) -> str:
    gaps = {line.partition(": ")[2] for line in outcome.missing}
    if len(gaps) == 1 and len(outcome.missing) == len(outcome.choices):
        return gaps.pop()
    return "; ".join(outcome.missing)


def _why(outcome: Outcome) -> str:
    """What the others cost, and what their polls would find. Why one is too late is not what a poll finds."""
    late_ones = [each for each in outcome.choices if each.times and not each.in_time]
    dearer = [each for each in outcome.choices if each.standing == DEARER]
    poll = next((each for each in outcome.picks if each.interval_s), None)
    if poll is None or poll is not outcome.picks[0]:
        others = [each for each in outcome.choices if each in dearer or each in late_ones]
        said = f"{_costs(others, outcome)}." if others else "No other is dearer by more than this run can tell."
        return said if poll is None else (
            f"{said} With {_title(poll.base)} users see {_them(outcome)} up to {span(poll.interval_s or 0)} late.")
    late = f"users see {_them(outcome)} up to {span(poll.interval_s or 0)} late"
    found = f"A poll finds {_found(outcome)} on average"
    found += f", so {_costs(dearer, outcome, with_polls=False)}; {late}." if dearer else f"; {late}."
    return f"{found} {_costs(late_ones, outcome)}." if late_ones else found


def passed_over(outcome: Outcome) -> bool:
    """Whether one that is too late would cost less than the choice: then that is the least of those in time only."""
    return any(each.times is not None and not each.in_time and times(each, outcome) < 1 for each in outcome.choices)


def spread_over(choice: Choice) -> str:
    """' from 2 processes', where one is not enough."""
    return f" from {prose.number(choice.processes)} processes" if choice.processes > 1 else ""


def _them(outcome: Outcome) -> str:
    return "it" if outcome.case.staleness_s / outcome.case.every_s < 1.5 else "them"


def _found(outcome: Outcome) -> str:
    count = outcome.case.staleness_s / outcome.case.every_s
    return f"{_two(count)} notification{'' if count == 1 else 's'}"


def _costs(dearer: Sequence[Choice], outcome: Outcome, with_polls: bool = True) -> str:
    """Against the choice, as the two figures stand in the table above."""
    said: list[str] = []
    for each in dearer:
        ratio = times(each, outcome)
        more = f"over {MOST}{TIMES}" if ratio > MOST else f"{_two(ratio)}{TIMES}"
        text = f"{_title(each.base)} {more}" if said else f"{_title(each.base)} costs {more} the CPU"
        if not each.in_time:
            text += " and is too late"
        if each.interval_s and with_polls:
            text += f": {_polls(outcome)}"
        said.append(text)
    return prose.listing(said)


def times(each: Choice, outcome: Outcome) -> float:
    """How often the CPU of the first choice goes into that of another."""
    return (each.times or 0.0) / (outcome.picks[0].times or 1.0)


def _polls(outcome: Outcome) -> str:
    if outcome.empty_share >= 0.5:
        return f"{outcome.empty_share * 100:.0f}{prose.NBSP}% of its polls come back empty"
    return f"each poll finds {_found(outcome)}"


def _two(value: float) -> str:
    """Two significant digits, which is what a cost scaled to a case is worth: 0.64, 1.8, 42, 160."""
    rounded = float(f"{value:.2g}")
    decimals = 0 if rounded >= 10 or rounded == 0 else 1 if rounded >= 1 else 2
    return f"{rounded:,.{decimals}f}" if rounded >= 0.01 or rounded == 0 else "< 0.01"


def cores(each: stats.Estimate | None) -> str:
    """'2.1 % of a core' without its last three words, or cores from one on."""
    if each is None:
        return "–"
    return f"{_two(each.middle)}{prose.NBSP}cores" if each.middle >= 1 else f"{_two(each.middle * 100)}{prose.NBSP}%"


def of_a_core(each: stats.Estimate | None) -> str:
    return cores(each) + (" of a core" if each is not None and each.middle < 1 else "")


def cores_interval(each: stats.Estimate | None) -> str:
    """'1.6–1.9 %' of a core."""
    if each is None or each.low is None or each.high is None:
        return ""
    unit, scale = ("cores", 1.0) if each.middle >= 1 else ("%", 100.0)
    ends = dict.fromkeys(_two(end * scale) for end in (each.low, each.high))
    return f"{'–'.join(ends)}{prose.NBSP}{unit}"


def megabytes(each: stats.Estimate | None) -> str:
    if each is None:
        return "–"
    return f"{_two(each.middle / 1000)}{prose.NBSP}GB" if each.middle >= 1000 else (
        f"{_two(each.middle)}{prose.NBSP}MB")


def waits(choice: Choice) -> str:
    """How long a notification takes: '0.35 ms', or how late a poll may be."""
    if choice.interval_s:
        return f"≤ {span(choice.interval_s)}".replace("≤ ", f"≤{prose.NBSP}") + spread_over(choice)
    if choice.wait is None:
        return "–"
    ms = choice.wait.ms.middle
    late = f"{_two(ms / 1000)}{prose.NBSP}s" if ms >= 1000 else f"{_two(ms)}{prose.NBSP}ms"
    return late + spread_over(choice)


def waits_at(outcome: Outcome) -> str:
    """The percentile that the waits of a case are of: all of them the same, or the head of the column says none."""
    found = {each.wait.percentile for each in outcome.choices if each.wait}
    return found.pop() if len(found) == 1 else ""


def take_line(outcome: Outcome) -> str:
    """'SSE: 1.8 % of a core, 42 MB, p99 0.35 ms + round trip'."""
    advice = advise(outcome)
    if not outcome.picks:
        return f"{advice.take} ({advice.beside})"
    first = outcome.picks[0]
    wait = waits(first) + ("" if first.interval_s else " + your round trip")
    late = f"{first.wait.percentile} " if first.wait else ""
    beside = f" ({advice.beside})" if advice.beside else ""
    whose = f"{first.name} " if len(outcome.picks) > 1 and not outcome.decided else ""
    return (f"{advice.take}{beside}: {whose}{of_a_core(first.cores)}, {megabytes(first.memory_mb)}, {late}{wait}")


def lead(outcomes: Sequence[Outcome]) -> str:
    """One or two sentences over all cases."""
    decided = [outcome for outcome in outcomes if outcome.decided]
    open_ones = [outcome for outcome in outcomes if outcome.picks and not outcome.decided]
    if not decided:
        return _undecided(open_ones, outcomes)
    by_base: dict[str, list[Outcome]] = {}
    for outcome in decided:
        by_base.setdefault(outcome.picks[0].base, []).append(outcome)
    first, *_ = order = _in_order(by_base, open_ones)
    with_first = [outcome for outcome in open_ones if _is_picked(first, outcome)]
    said = [_first(first, by_base.get(first, []), len(with_first), len(outcomes))]
    said += [_further(base, by_base[base]) for base in order[1:] if base in by_base]
    firsts = {first, *by_base}
    others = [each.base for each in outcomes[0].choices if each.base not in firsts and not each.interval_s]
    said += [text for base in others if (text := _other(base, [*decided, *open_ones], firsts))]
    if further := len(open_ones) - len(with_first):
        said.append(f"Which is the cheapest is open in {further} more.")
    return " ".join(said)


def _in_order(by_base: Mapping[str, Sequence[Outcome]], open_ones: Sequence[Outcome]) -> list[str]:
    """First who is the choice, or may be it, in the most cases: one that is decided somewhere and dear elsewhere is no
    answer for most readers."""
    bases = {*by_base, *(each.base for outcome in open_ones for each in outcome.picks)}

    def fewest(base: str) -> tuple[int, int]:
        decided = len(by_base.get(base, ()))
        return -decided - sum(_is_picked(base, outcome) for outcome in open_ones), -decided

    return sorted(sorted(bases, key=transports.sort_key), key=fewest)


def _is_picked(base: str, outcome: Outcome) -> bool:
    return any(each.base == base for each in outcome.picks)


def _undecided(open_ones: Sequence[Outcome], outcomes: Sequence[Outcome]) -> str:
    if open_ones:
        picked = [[each.base for each in outcome.picks] for outcome in open_ones]
        everywhere = [base for base in picked[0] if all(base in bases for bases in picked)]
        names = [_title(base) for base in (everywhere if len(everywhere) > 1 else dict.fromkeys(sum(picked, [])))]
        return (f"{prose.listing(names, 'or')}: which is the cheapest, this run does not tell in any of "
                f"{prose.plural(len(outcomes), 'case')}.")
    if not any(is_costed(outcome) for outcome in outcomes):
        return ("No recommendation: this run has no figures for a case. They take the scenario idle, and sparse, "
                "broadcast or stream, of every transport.")
    whys = list(dict.fromkeys(_missing(outcome) for outcome in outcomes if is_costed(outcome)))
    return f"No choice: {whys[0]}."


def is_costed(outcome: Outcome) -> bool:
    """Whether there is anything to show of a case."""
    return any(each.cores for each in outcome.choices)


def _title(base: str) -> str:
    return transports.TRANSPORTS[base].title


def _first(base: str, found: Sequence[Outcome], still_open: int, count: int) -> str:
    if not found:
        return f"Use {_title(base)}: none is shown to cost less in {still_open} of {prose.plural(count, 'case')}."
    alone = all(len(outcome.picks) == 1 for outcome in found)
    least = "costs the least" if alone else "costs the least, or as little as any,"
    beside = f", and is not told apart from the least in {still_open}" if still_open else ""
    return f"Use {_title(base)}: it {least} in {len(found)} of {prose.plural(count, 'case')}{beside}."


def _further(base: str, found: Sequence[Outcome]) -> str:
    listed = prose.listing([outcome.case.title[0].lower() + outcome.case.title[1:] for outcome in found])
    return f"{_title(base)} for {listed}."


def _other(base: str, outcomes: Sequence[Outcome], firsts: Collection[str]) -> str:
    """When to take a transport that is first nowhere, and what it costs: in open cases too, which are no exception."""
    ratios = [times(each, outcome) for outcome in outcomes if outcome.picks[0].base in firsts
              for each in outcome.choices if each.base == base and each.times]
    when = transports.TRANSPORTS[base].take_when
    if not ratios or not when:
        return ""
    low, high = _two(min(ratios)), _two(max(ratios))
    costs = f"it costs {low if low == high else f'{low}–{high}'}{TIMES} the CPU"
    standings = [each.standing for outcome in outcomes for each in outcome.choices if each.base == base]
    if all(standing in (LEAST, EQUAL) for standing in standings):
        costs = f"{EQUAL} in cost"
    elif still_open := standings.count(UNCLEAR):
        costs += f", not told apart from the least in {still_open} of {prose.plural(len(standings), 'case')}"
    return f"Take {_title(base)} when {when}: {costs}."


def scaled_line(outcome: Outcome) -> str:
    """How far the case lies from what was measured."""
    scales = {each.wait.scaled for each in outcome.choices if each.wait}
    scale = max(scales, default=1.0)
    if scale >= FAR:
        return f"waits scaled up {_two(scale)}{TIMES} from fewer users"
    return f"waits scaled down to {_two(scale)}{TIMES}" if scale <= 1 / FAR else ""
