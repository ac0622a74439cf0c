"""What the scripts of the page know of the run, as one block of JSON.

Words stay where they are, in the page, for whoever reads without scripts. Here is only what a script cannot read there:
a figure's blocks, its ratio to each transport that may be chosen as the base, and the curves.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pushbench.analysis import ratios
from pushbench.analysis.answer import Answer
from pushbench.analysis.figures import Figure, Figures, Key
from pushbench.report.findings import Analysis
from pushbench.report.web import listing, planner
from pushbench.report.web.curves import Curves
from pushbench.report.words import wording
from pushbench.setup import transports

DIGITS = 5

Against = dict[str, list[str]]


class RunData:
    """Numbers the figures that the page shows, in the order in which it does, and holds them for its scripts."""

    def __init__(self, analysis: Analysis, curves: Curves | None = None) -> None:
        self._analysis = analysis
        self._curves = curves or Curves(analysis.figures)
        self._numbers: dict[Key, int] = {}
        self._shown: list[Figure] = []
        self._against = _ratios([*analysis.answers, *analysis.others], _keys(analysis), analysis.figures)

    def number(self, figure: Figure) -> int:
        if figure.key not in self._numbers:
            self._numbers[figure.key] = len(self._shown)
            self._shown.append(figure)
        return self._numbers[figure.key]

    def embedded(self) -> str:
        """Safe inside a script element: nothing in it can end one."""
        text = json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", "\\u003c")

    def to_json(self) -> dict[str, Any]:
        analysis = self._analysis
        possible = analysis.maps and planner.is_possible(analysis.model, analysis.figures)
        return {
            "transports": [_transport(base) for base in offered(analysis)],
            "bases": dict(bases(analysis)),
            "figures": [self._figure(figure) for figure in self._shown],
            "curves": self._curves.to_json(),
            "plan": planner.model(analysis.figures) if possible else None,
        }

    def _figure(self, figure: Figure) -> dict[str, Any]:
        estimate = figure.estimate
        found: dict[str, Any] = {"middle": _short(estimate.middle)}
        if estimate.low is not None and estimate.high is not None:
            found |= {"low": _short(estimate.low), "high": _short(estimate.high)}
        if listing.is_whole(self._analysis.run) and figure.by_block:
            found["blocks"] = {block: _short(value) for block, value in sorted(figure.by_block.items())}
        if against := self._against.get(figure.key):
            found["against"] = against
        return found


def offered(analysis: Analysis) -> list[str]:
    """The transports that a reader may show or hide, in the order of tables."""
    found = {transports.base_of(row.variant) for table in _compared(analysis) for row in table.rows}
    return sorted(found, key=transports.sort_key)


def bases(analysis: Analysis) -> list[tuple[str, str]]:
    """What a × may be held against, each with its name."""
    rows = {row.name: row for table in reversed(_compared(analysis)) for row in table.rows}
    keys = _keys(analysis)
    return [(keys[name], name) for name in sorted(rows, key=lambda name: transports.sort_key(rows[name].variant))]


def _compared(analysis: Analysis) -> list[Answer]:
    """Of a run that has none of the answers' workloads, its own tables."""
    return list(analysis.answers or analysis.others)


def _keys(analysis: Analysis) -> dict[str, str]:
    """A base by its name. Polls at one interval are one thing to a reader, though one scenario says the interval in the
    variant's name and another in its settings: then either stands for both."""
    keys: dict[str, str] = {}
    for table in [*analysis.answers, *analysis.others]:
        for row in table.rows:
            if row.name not in keys:
                keys[row.name] = row.name if row.variant in keys.values() else row.variant
    return keys


def _transport(base: str) -> dict[str, str]:
    row = transports.transport_of(base)
    return {"name": base, "title": row.title, "colour": row.colour}


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _ratios(tables: list[Answer], keys: Mapping[str, str], figures: Figures) -> dict[Key, Against]:
    """By the same estimator, and in the same words, as the page's own ratio to the best."""
    found: dict[Key, Against] = defaultdict(dict)
    for table in tables:
        for column in table.case.columns:
            if not column.ratio:
                continue
            measured = {keys[row.name]: figure for row in table.rows
                        if (figure := row.cells[column.metric].figure) is not None}
            for figure in measured.values():
                found[figure.key] |= {name: _against(figure, base, figures) for name, base in measured.items()}
    return found


def _against(figure: Figure, base: Figure, figures: Figures) -> list[str]:
    """The ratio, its interval, what it tells, and whether it comes from a duet."""
    if figure is base:
        return ["", "", ratios.BASE]
    ratio = ratios.between(figure, base, figures)
    told = [wording.ratio(ratio), wording.interval(ratio), ratios.standing(figure, base, ratio)]
    return [*told, "duet"] if ratios.duet_of(figure, base, figures) else told
