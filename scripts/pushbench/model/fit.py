"""The coefficients of a model: least squares over relative errors, never below nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pushbench.model.cells import MeasuredCell, PerSecond
from pushbench.model.design import Design, Key, amounts, wire_amounts
from pushbench.stats.nnls import nnls

EXPONENTS = tuple(-0.05 * step for step in range(25))  # 0 to −1.2


@dataclass(frozen=True)
class Fitted:
    """µs of server CPU for one of each term."""

    design: Design
    exponent: float
    us: Mapping[Key, float]
    loss: float

    def of(self, transport: str) -> dict[str, float]:
        """The coefficients of one transport; a term that no cell told is missing."""
        keys = {term: self.design.key(transport, term) for term in self.design.terms}
        return {term: self.us[key] for term, key in keys.items() if key in self.us}

    def cpu_us_per_s(self, transport: str, work: PerSecond) -> float | None:
        """None where a term is asked for that no cell told."""
        each = self.of(transport)
        asked = _asked(self.design, work, self.exponent)
        return sum(each[term] * amount for term, amount in asked.items()) if asked.keys() <= each.keys() else None


def fitted(cells: Sequence[MeasuredCell], design: Design) -> Fitted:
    exponents = EXPONENTS if design.bends else (0.0,)
    return min((_at(exponent, cells, design) for exponent in exponents), key=lambda each: each.loss)


def _at(exponent: float, cells: Sequence[MeasuredCell], design: Design) -> Fitted:
    rows = [{design.key(cell.transport, term): amount / cell.cpu_us_per_s
             for term, amount in _asked(design, cell.work, exponent).items()} for cell in cells]
    keys = sorted({key for row in rows for key in row})
    matrix = np.array([[row.get(key, 0.0) for key in keys] for row in rows])
    us = nnls(matrix, np.ones(len(cells)))
    off = matrix @ us - 1
    return Fitted(design, exponent, dict(zip(keys, us.tolist(), strict=True)), float(off @ off))


def _asked(design: Design, work: PerSecond, exponent: float) -> dict[str, float]:
    """The terms that this work has, of those of a design."""
    return {term: amount for term, amount in amounts(work, exponent, work.events).items()
            if amount > 0 and term in design.terms}


def wire_fitted(cells: Sequence[MeasuredCell]) -> tuple[dict[str, float], float]:
    """Bytes on the wire for one of each term, of one transport, and the 90 % error of the cells themselves."""
    told = [(wire_amounts(cell.work), cell.wire_bytes_per_s) for cell in cells if cell.wire_bytes_per_s]
    if not told:
        return {}, 1.0
    matrix = np.array([[amount / wire for amount in found.values()] for found, wire in told])
    each = nnls(matrix, np.ones(len(told)))
    return dict(zip(told[0][0], each.tolist(), strict=True)), float(np.quantile(np.abs(matrix @ each - 1), 0.9))
