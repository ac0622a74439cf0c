"""Judges one figure against its target. Pure: values of the repetitions in, a row out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from pushbench import prose
from pushbench.meter.speed.runs import Series

OK, SHORT, SHOWN = "ok", "SHORT", "–"


@dataclass(frozen=True)
class Target:
    """What the figure, or its ratio to the base, has to keep."""

    most: float | None = None
    least: float | None = None
    of: str = ""  # what the ratio is to; empty: the figure itself is held against the bound

    def holds(self, figure: float | None, ratio: float | None) -> bool:
        value = ratio if self.of else figure
        return (value is not None and (self.most is None or value <= self.most)
                and (self.least is None or value >= self.least))

    def text(self, unit: str) -> str:
        behind = f" × {self.of}" if self.of else f" {unit}".rstrip()
        if self.most is not None and self.least is not None:
            return f"{_plain(self.least)} to {_plain(self.most)}{behind}"
        sign, value = ("≤", self.most) if self.most is not None else ("≥", self.least)
        return f"{sign} {_plain(value)}{behind}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:g}"


@dataclass(frozen=True)
class Goal:
    """One line of the table. `spread` is from the lowest to the highest repetition of what is judged."""

    group: str
    name: str
    target: str
    unit: str
    figure: float | None
    ratio: float | None
    spread: tuple[float, float] | None
    spread_of: str  # "figure" or "ratio"
    verdict: str
    note: str
    values: tuple[float | None, ...]
    base_values: tuple[float | None, ...]
    sources: tuple[str, ...]

    @property
    def short(self) -> bool:
        return self.verdict == SHORT

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def judge(group: str, name: str, unit: str, series: Series, bounds: Sequence[Target] = (), base: Series | None = None,
          note: str = "", unfit: str = "") -> Goal:
    """One of the bounds has to hold; with none, the figure is only shown.

    A repetition without a figure falls short: what was not measured has not been met. So does a figure that means
    nothing, for the reason `unfit`.
    """
    ratios = series.over(base) if base else ()
    by_ratio = bool(bounds) and all(bound.of for bound in bounds)
    figure, ratio = _median(series.values), _median(ratios)
    missing = _missing(series.values, "figure") or (_missing(ratios, "ratio") if by_ratio else "")
    held = any(bound.holds(figure, ratio) for bound in bounds)
    verdict = SHOWN if not bounds else OK if held and not missing and not unfit else SHORT
    trouble = [*series.trouble, *(base.trouble if base else ())]
    return Goal(
        group, name, " or ".join(bound.text(unit) for bound in bounds) or "none", unit, figure, ratio,
        _spread(ratios if by_ratio else series.values), "ratio" if by_ratio else "figure", verdict,
        "; ".join(each for each in (unfit and f"not measurable: {unfit}", missing, note, *trouble) if each),
        series.values, base.values if base else (), (series.source, *([base.source] if base else [])))


def _present(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _median(values: Sequence[float | None]) -> float | None:
    present = _present(values)
    return median(present) if present else None


def _spread(values: Sequence[float | None]) -> tuple[float, float] | None:
    present = _present(values)
    return (min(present), max(present)) if present else None


def _missing(values: Sequence[float | None], what: str) -> str:
    if not values:
        return f"no {what}: not run"
    gaps = len(values) - len(_present(values))
    return f"no {what} in {gaps} of {prose.plural(len(values), 'repetition')}" if gaps else ""
