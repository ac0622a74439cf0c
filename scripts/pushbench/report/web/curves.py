"""Latency by percentile for the chart that a reader zooms: all curves of the run on one grid of nines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pushbench.analysis.figures import Figures, Group
from pushbench.report.charts.latency import SCENARIOS, curve
from pushbench.setup import transports

STEPS = 24  # points for each further nine
SHARES = (50.0, 90.0, 99.0, 99.9, 99.99)  # of the table
MOST_TOLD = 6  # workloads of the table
MOST = 150  # curves in a page; the first are those that the answers are made of


@dataclass(frozen=True)
class PercentileRow:
    variant: str
    name: str
    ms: list[float | None]


class Curves:
    """Read from the trials once: a large run has many."""

    def __init__(self, figures: Figures) -> None:
        self._found = [(group, points) for group in _groups(figures)
                       if (points := curve(group, thin=False)) is not None]
        main = {(scenario, figures.main_case(scenario)) for scenario in SCENARIOS}
        ran = list(dict.fromkeys((group.scenario, group.case) for group, _ in self._found))
        self._told = [each for each in ran if each in main] or ran[:MOST_TOLD]

    def to_json(self) -> dict[str, Any]:
        """`ms[k]` is what a share of 1 − 10^(−k / steps) of the deliveries took at most."""
        found = [_curve(group, points) for group, points in self._found[:MOST]]
        return {"steps": STEPS, "left_out": max(0, len(self._found) - MOST), "curves": found}

    def table(self) -> list[tuple[str, list[PercentileRow]]]:
        """The same in figures, for who sees no chart: of the answers' workloads, or of those that a run has instead."""
        rows: dict[str, list[PercentileRow]] = {}
        for group, points in self._found:
            if (group.scenario, group.case) in self._told:
                rows.setdefault(f"{group.scenario} {group.case}".strip(), []).append(
                    PercentileRow(group.variant, group.name, [_read_off(points, share) for share in SHARES]))
        return list(rows.items())


def _read_off(points: tuple[np.ndarray, np.ndarray], share: float) -> float | None:
    """None where the curve has ended."""
    places, values = points
    at = int(np.searchsorted(places, 1 / (1 - share / 100) * (1 - 1e-9)))
    return float(values[at]) if at < len(values) else None


def _groups(figures: Figures) -> list[Group]:
    """Those of the answers first, then by name; what only tests the meter is none of a reader's."""
    def place(group: Group) -> tuple[Any, ...]:
        known = group.scenario in SCENARIOS
        return (SCENARIOS.index(group.scenario) if known else len(SCENARIOS), group.scenario,
                figures.cases(group.scenario).index(group.case), transports.sort_key(group.variant))

    shown = [group for group in figures.groups.values()
             if transports.transport_of(group.variant).is_shown and not transports.pair_of(group.variant)]
    return sorted(shown, key=place)


def _curve(group: Group, points: tuple[np.ndarray, np.ndarray]) -> dict[str, Any]:
    places, values = points
    last = int(np.floor(np.log10(places[-1]) * STEPS + 1e-9))
    wanted = 10.0 ** (np.arange(last + 1) / STEPS)
    at = np.clip(np.searchsorted(places, wanted * (1 - 1e-9)), 0, len(places) - 1)
    return {"scenario": group.scenario, "case": group.case, "transport": transports.base_of(group.variant),
            "name": group.name, "colour": transports.colour_of(group.variant),
            "ms": [float(f"{value:.3g}") for value in values[at]]}
