"""Puts a table into one plain sentence. Everything said is computed: no transport is named in this file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis.answer import AT_ONCE_MS, Answer, Row
from pushbench.setup import transports
from pushbench.stats import estimates as stats

CPU = ("server_cpu_us_per_delivery", "server_cpu_us_per_idle_connection_s")
USER, KERNEL = "user_kib_per_connection", "kernel_kib_per_connection"


@dataclass(frozen=True)
class Reading:
    """`best` are the variants to take; `lead` is bold, `rest` explains."""

    best: tuple[str, ...]
    lead: str
    rest: str

    @property
    def text(self) -> str:
        return f"{self.lead} {self.rest}".strip()


def read(answer: Answer) -> Reading:
    """The rule: of those that deliver at once (p99 ≤ 100 ms), the ones that cost the least server CPU."""
    metric = next((name for name in CPU if any(row.middle(name) is not None for row in answer.choices)), None)
    if metric is None:
        return Reading((), "No answer.", "No valid trial measured the CPU of a transport here.")
    measured = [row for row in answer.choices if row.middle(metric) is not None]
    idle = not any(column.metric.startswith("latency") for column in answer.case.columns)
    quick = measured if idle else [row for row in measured if _is_quick(row)]
    field = quick or measured
    least = min(_cpu(row, metric) for row in field)
    best = [row for row in field if row.cells[metric].least or _cpu(row, metric) <= least * 1.1]
    lead = f"{prose.listing([row.name for row in best], 'or')}{_by_few(best, metric)}."
    rest = _explain(best, [row for row in measured if row not in best], metric, idle, bool(quick))
    unmeasured = [row.name for row in answer.choices if row not in measured]
    if unmeasured:
        rest += f" No valid trial of {prose.listing(unmeasured, 'or')} here."
    return Reading(tuple(row.variant for row in best), lead, rest)


def _by_few(best: Sequence[Row], metric: str) -> str:
    """A lead that rests on one or two blocks says so in the same breath."""
    blocks = min(figure.estimate.n for row in best if (figure := row.cells[metric].figure) is not None)
    return f", going by {prose.plural(blocks, 'block')} only" if blocks < stats.MIN_BLOCKS else ""


def headline(answers: Sequence[Answer], readings: Sequence[Reading], names: dict[str, str]) -> str:
    """One line over all cases: who is among the best everywhere."""
    decided = [reading for reading in readings if reading.best]
    if not decided:
        return "No valid trial, no answer."
    common = [variant for variant in decided[0].best if all(variant in reading.best for reading in decided)]
    if common:
        listed = prose.listing([names.get(variant, variant) for variant in common], "or")
        return f"{listed}: among the best in {_all_of(len(decided))}.{_tie(common, names)}"
    each = [f"{prose.listing([names.get(variant, variant) for variant in reading.best], 'or')} for "
            f"{answer.case.title.lower()}"
            for answer, reading in zip(answers, readings, strict=True) if reading.best]
    return f"It depends on the case: {'; '.join(each)}."


def _tie(variants: list[str], names: dict[str, str]) -> str:
    """Who ties on cost differs in other things: the reader still has to choose."""
    brings = [f"{names.get(variant, variant)} is {text}" if not text.startswith("the ") else
              f"with {names.get(variant, variant)} {text}"
              for variant in variants if (text := transports.transport_of(variant).brings)]
    return f" They tie on cost, so choose by the rest: {'; '.join(brings)}." if len(brings) > 1 else ""


def _all_of(count: int) -> str:
    return {1: "the one case measured", 2: "both cases measured"}.get(count, f"all {count} cases")


def _cpu(row: Row, metric: str) -> float:
    value = row.middle(metric)
    return value if value is not None else float("inf")


def _is_quick(row: Row) -> bool:
    """By p99; a run too short for that falls back to the median, and the text then says so."""
    value = row.middle("latency_p99_ms")
    value = value if value is not None else row.middle("latency_p50_ms")
    return value is not None and value <= AT_ONCE_MS


def _arrival(rows: Sequence[Row]) -> str:
    for metric, share in (("latency_p99_ms", f"99{prose.NBSP}%"), ("latency_p50_ms", "half")):
        values = [value for row in rows if (value := row.middle(metric)) is not None]
        if len(values) == len(rows):
            return f", {share} arrive within {_range(values, 'ms')}"
    return ""


def _range(values: Sequence[float], unit: str) -> str:
    low, high = prose.number(min(values)), prose.number(max(values))
    return f"{low if low == high else f'{low}–{high}'}{prose.NBSP}{unit}"


def _explain(best: list[Row], others: list[Row], metric: str, idle: bool, any_quick: bool) -> str:
    per = "per connection and second" if idle else "per delivery"
    cost = _range([_cpu(row, metric) for row in best], "µs")
    parts = [f"{'The least' if others else 'Costs'} server CPU: {cost} {per}"]
    if idle:
        parts[0] += _memory(best)
    elif any_quick:
        parts[0] += _arrival(best)
    else:
        parts[0] += f"; nothing delivered 99{prose.NBSP}% within {AT_ONCE_MS:.0f}{prose.NBSP}ms"
    return ". ".join(parts + [_other(row, best, metric, idle) for row in others]) + "."


def _memory(best: list[Row]) -> str:
    totals = [row.middle(USER) + row.middle(KERNEL) for row in best  # type: ignore[operator]
              if row.middle(USER) is not None and row.middle(KERNEL) is not None]
    if not totals or min(totals) <= 0:
        return ""
    return f", {_range(totals, 'KiB')} of memory a connection (user and kernel)"


def _other(row: Row, best: list[Row], metric: str, idle: bool) -> str:
    """What one gives up with a transport that is not among the best."""
    least = min(_cpu(other, metric) for other in best)
    factor = _cpu(row, metric) / least if least > 0 else float("inf")
    if factor > 100:  # a ratio to next to nothing impresses and says nothing
        costs = f"costs {prose.number(_cpu(row, metric))}{prose.NBSP}µs"
    elif factor >= 1.1:
        costs = f"costs {prose.number(factor)}{prose.NBSP}× the CPU"
    elif factor <= 0.9:
        costs = f"costs less CPU ({prose.number(factor)} ×)"
    else:
        costs = "costs as much CPU"
    if idle or _is_quick(row):
        return f"{row.name} {costs}"
    p50 = row.middle("latency_p50_ms")
    waits = "is late" if p50 is None else (
        f"lets half of the users wait over {prose.number(p50)}{prose.NBSP}ms")
    joint = "but" if factor <= 0.9 else "and"
    return f"{row.name} {waits} {joint} {costs}"
