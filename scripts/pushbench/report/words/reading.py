"""Puts a table into one plain sentence. Everything said is computed: no transport is named in this file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis import ratios
from pushbench.analysis.answer import DECIDING, Answer, Row
from pushbench.report.words import wording
from pushbench.setup import transports
from pushbench.stats import equivalence, estimates as stats
from pushbench.store.metrics import SHARES

IDLE = DECIDING[1]
USER, KERNEL, MEMORY = "user_kib_per_connection", "kernel_kib_per_connection", "memory_kib_per_connection"
NO_ANSWER = "No valid trial, no answer."
NOTHING_TO_CHOOSE = ("No recommendation: none of the workloads that one rests on has a figure. What ran has tables of "
                     "its own.")
NO_CHOICE = "No recommendation."
MOST = 100.0  # a ratio to next to nothing impresses and says nothing


@dataclass(frozen=True)
class Reading:
    """`best` are the variants to take, none without a recommendation; `open` those that may cost as little.

    `lead` is bold, `rest` explains.
    """

    best: tuple[str, ...]
    lead: str
    rest: str
    open: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.lead} {self.rest}".strip()


def read(answer: Answer) -> Reading:
    """The rule: of those that deliver at once, the one that costs the least server CPU, and who is shown to tie."""
    metric = answer.metric
    if metric is None:
        return Reading((), "No answer.", "No valid trial measured the CPU of a transport here.")
    if answer.missing:
        return Reading((), NO_CHOICE, _missing(answer, metric))
    measured = [row for row in answer.choices if row.middle(metric) is not None]
    field = [row for row in measured if row.at_once] or measured
    best = [row for row in field if _standing(row, metric) in (ratios.BASE, ratios.SAME)]
    unclear = [row for row in field if _is_unclear(row, metric)]
    lead = f"{prose.listing([row.name for row in best], 'or')}{_by_few(best, metric)}{_beside(unclear)}."
    others = [row for row in measured if row not in best]
    return Reading(tuple(row.variant for row in best), lead, _explain(answer, best, others, metric),
                   tuple(row.variant for row in unclear))


def _standing(row: Row, metric: str) -> str:
    cell = row.cells.get(metric)
    return cell.standing if cell else ""


def _is_unclear(row: Row, metric: str) -> bool:
    """Not told apart from the best. Without an interval that is said only of what looks alike."""
    ratio = row.cells[metric].ratio
    if _standing(row, metric) != ratios.OPEN or ratio is None or ratio.has_interval:
        return _standing(row, metric) == ratios.OPEN
    low, high = equivalence.band_of()
    return low <= ratio.middle <= high


def _missing(answer: Answer, metric: str) -> str:
    """Who has no figure and why, and what those cost that have one: a winner of what survived is no winner."""
    names = prose.listing([row.name for row in answer.missing])
    why = [f"{row.name}: {row.cells[metric].gap}" for row in answer.missing]
    said = f"{names} {'has' if len(answer.missing) == 1 else 'have'} no valid figure here ({'; '.join(why)})."
    rest = [f"{row.name} {wording.estimate(figure.estimate, figure.unit)}" for row in answer.choices
            if (figure := row.cells[metric].figure) is not None]
    return f"{said} Server CPU {_per(metric)} of the others: {prose.listing(rest)}."


def _by_few(best: Sequence[Row], metric: str) -> str:
    """A lead that rests on one or two blocks says so in the same breath."""
    blocks = min(figure.estimate.n for row in best if (figure := row.cells[metric].figure) is not None)
    return f", going by {prose.plural(blocks, 'block')} only" if blocks < stats.MIN_BLOCKS else ""


def _beside(unclear: Sequence[Row]) -> str:
    """Who may be as good stands in the same breath: the lead is no verdict against them."""
    return f"; {prose.listing([row.name for row in unclear], 'or')} not told apart" if unclear else ""


def headline(answers: Sequence[Answer], readings: Sequence[Reading], names: dict[str, str], *,
             any_valid: bool = True) -> str:
    """One line over all workloads, which are no cases of a reader: who is among the best everywhere, and where nobody
    can be."""
    decided = [(answer, reading) for answer, reading in zip(answers, readings, strict=True) if reading.best]
    withheld = [answer.case.title.lower() for answer, reading in zip(answers, readings, strict=True)
                if reading.lead == NO_CHOICE]
    without = f"No recommendation for {prose.listing(withheld)}: a contender has no valid figure." if withheld else ""
    if not decided:
        return without or (NOTHING_TO_CHOOSE if any_valid else NO_ANSWER)
    common = [variant for variant in decided[0][1].best if all(variant in reading.best for _, reading in decided)]
    perhaps = [variant for variant in (*decided[0][1].best, *decided[0][1].open)
               if all(variant in (*reading.best, *reading.open) for _, reading in decided)]
    if common:
        listed = prose.listing([names.get(variant, variant) for variant in common], "or")
        said = f"{listed}: among the best in {_all_of(len(decided))}.{_tie(common, names)}"
    elif perhaps:  # who is only not told apart from it somewhere is no reason for another choice there
        listed = prose.listing([names.get(variant, variant) for variant in perhaps], "or")
        said = f"{listed}: among the best, or not told apart from them, in {_all_of(len(decided))}."
    else:
        each = [f"{prose.listing([names.get(variant, variant) for variant in reading.best], 'or')} for "
                f"{answer.case.title.lower()}" for answer, reading in decided]
        said = f"It depends on the workload: {'; '.join(each)}."
    return " ".join(part for part in (said, *_open(decided, names), without) if part)


def _open(decided: Sequence[tuple[Answer, Reading]], names: dict[str, str]) -> list[str]:
    """Who was not told apart from the best, and where: that is no tie."""
    found: dict[str, list[str]] = {}
    for answer, reading in decided:
        for variant in reading.open:
            found.setdefault(variant, []).append(answer.case.title.lower())
    return [f"{names.get(variant, variant)} is not told apart from the best in {prose.listing(cases)}."
            for variant, cases in found.items()]


def _tie(variants: list[str], names: dict[str, str]) -> str:
    """Who makes no difference in cost differs in other things: the reader still has to choose."""
    brings = [f"{names.get(variant, variant)} is {text}" if not text.startswith("the ") else
              f"with {names.get(variant, variant)} {text}"
              for variant in variants if (text := transports.transport_of(variant).brings)]
    same = " Their cost makes no practical difference, so choose by the rest: "
    return f"{same}{'; '.join(brings)}." if len(brings) > 1 else ""


def _all_of(count: int) -> str:
    return {1: "the one workload measured", 2: "both workloads measured"}.get(count, f"all {count} workloads")


def _per(metric: str) -> str:
    return "per connection and second" if metric == IDLE else "per delivery"


def _cpu(row: Row, metric: str) -> float:
    value = row.middle(metric)
    return value if value is not None else float("inf")


def _range(values: Sequence[stats.Estimate], unit: str) -> str:
    """With the digits of the table that stands below."""
    in_order = sorted(values, key=lambda value: value.middle)
    low, high = wording.middle(in_order[0]), wording.middle(in_order[-1])
    return f"{low if low == high else f'{low}–{high}'}{prose.NBSP}{unit}"


def _explain(answer: Answer, best: list[Row], others: list[Row], metric: str) -> str:
    cost = _range(_estimates(best, metric), "µs")
    parts = [f"{'The least' if others else 'Costs'} server CPU: {cost} {_per(metric)}"]
    if metric == IDLE:
        parts[0] += _memory(best)
    elif any(row.at_once for row in best):
        parts[0] += _arrival(best)
    else:
        parts[0] += f"; nothing delivered within {answer.case.at_once_ms:.0f}{prose.NBSP}ms"
    return ". ".join(parts + [_other(row, metric) for row in others]) + "."


def _arrival(rows: Sequence[Row]) -> str:
    """By the highest percentile that all of them have."""
    waits = [row.wait for row in rows if row.wait is not None]
    metrics = {figure.key.metric for figure in waits}
    if len(waits) < len(rows) or len(metrics) != 1:
        return ""
    share = SHARES[metrics.pop()]
    said = "half" if share == 0.5 else f"{share * 100:g}{prose.NBSP}%"
    return f", {said} arrive within {_range([figure.estimate for figure in waits], 'ms')}"


def _estimates(rows: Sequence[Row], metric: str) -> list[stats.Estimate]:
    return [figure.estimate for row in rows if (cell := row.cells.get(metric)) and (figure := cell.figure) is not None]


def _memory(best: list[Row]) -> str:
    totals = _estimates(best, MEMORY)
    if not totals or min(total.middle for total in totals) <= 0:
        return ""
    return f", {_range(totals, 'KiB')} of memory a connection (user and kernel)"


def _other(row: Row, metric: str) -> str:
    """What one gives up with a transport that is not among the best."""
    costs, less = _costs(row, metric)
    if row.at_once or metric == IDLE:
        return f"{row.name} {costs}"
    p50 = row.middle("latency_p50_ms")
    waits = "is late" if p50 is None else (
        f"lets half of the users wait over {prose.number(p50)}{prose.NBSP}ms")
    return f"{row.name} {waits} {'but' if less else 'and'} {costs}"


def _costs(row: Row, metric: str) -> tuple[str, bool]:
    """In words, by the paired ratio alone; and whether it is surely less."""
    ratio, standing = row.cells[metric].ratio, _standing(row, metric)
    if ratio is None or ratio.middle > MOST:
        return f"costs {prose.number(_cpu(row, metric))}{prose.NBSP}µs", False
    said = wording.estimate(ratio, "×").replace(" ×", f"{prose.NBSP}×")
    if standing == ratios.LESS:
        return f"costs less CPU: {said}", True
    if _is_unclear(row, metric):
        return f"is not told apart: {said} the CPU", False
    return f"costs {said} the CPU", False
