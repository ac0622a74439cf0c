"""How far a model lies off what it has not seen: a fifth of the cells at a time, and each scenario in turn."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pushbench.model.cells import MeasuredCell
from pushbench.model.design import Design
from pushbench.model.fit import fitted

FIFTHS, SEED = 5, 12
HELD_OUT, BY_SCENARIO = "a fifth of the cells held out", "each scenario left out in turn"
HOWS, ALL = (HELD_OUT, BY_SCENARIO), "all transports"
MEDIAN_TARGET, P90_TARGET = 0.10, 0.25


@dataclass(frozen=True)
class Miss:
    """One cell, predicted without it. `predicted` is None where nothing else tells a term of it."""

    cell: MeasuredCell
    predicted: float | None

    @property
    def error(self) -> float | None:
        return None if self.predicted is None else self.predicted / self.cell.cpu_us_per_s - 1


@dataclass(frozen=True)
class Score:
    transport: str
    how: str
    misses: tuple[Miss, ...]

    @property
    def errors(self) -> list[float]:
        return [abs(miss.error) for miss in self.misses if miss.error is not None]

    @property
    def median(self) -> float | None:
        return float(np.median(self.errors)) if self.errors else None

    @property
    def p90(self) -> float | None:
        return float(np.quantile(self.errors, 0.9)) if self.errors else None

    @property
    def met(self) -> bool:
        return self.median is not None and self.p90 is not None and (
            self.median <= MEDIAN_TARGET and self.p90 <= P90_TARGET)


def best(cells: Sequence[MeasuredCell], designs: Sequence[Design]) -> tuple[Design, dict[str, list[Score]]]:
    """The design that is the least off what it has not seen, in 9 of 10 cells by both ways; and all their scores."""
    found = {design.name: scores(cells, design) for design in designs}
    return min(designs, key=lambda design: sum(
        1.0 if each.p90 is None else each.p90 for each in of_all(found[design.name]))), found


def of_all(found: Sequence[Score]) -> list[Score]:
    """Over all transports, for each way to check."""
    return [Score(ALL, how, tuple(miss for each in found if each.how == how for miss in each.misses)) for how in HOWS]


def scores(cells: Sequence[MeasuredCell], design: Design) -> list[Score]:
    return [Score(transport, how, tuple(miss for miss in misses if miss.cell.transport == transport))
            for how, parts in ((HELD_OUT, _fifths(cells)), (BY_SCENARIO, _scenarios(cells)))
            for misses in [list(_misses(cells, parts, design))]
            for transport in dict.fromkeys(cell.transport for cell in cells)]


def _misses(cells: Sequence[MeasuredCell], parts: Sequence[set[tuple[str, str]]], design: Design) -> Iterator[Miss]:
    for part in parts:
        kept = [cell for cell in cells if cell.place not in part]
        if not kept:
            continue
        model = fitted(kept, design)
        yield from (Miss(cell, model.cpu_us_per_s(cell.transport, cell.work))
                    for cell in cells if cell.place in part)


def _fifths(cells: Sequence[MeasuredCell]) -> list[set[tuple[str, str]]]:
    """Whole cells of all transports at once: a neighbour must not tell what is to be predicted."""
    places = sorted({cell.place for cell in cells})
    random.Random(SEED).shuffle(places)
    return [set(places[start::FIFTHS]) for start in range(FIFTHS)]


def _scenarios(cells: Sequence[MeasuredCell]) -> list[set[tuple[str, str]]]:
    names = sorted({cell.scenario for cell in cells})
    return [{cell.place for cell in cells if cell.scenario == name} for name in names]
