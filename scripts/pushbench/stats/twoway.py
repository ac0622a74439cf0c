"""The two-way model: log y = block + transport, and where given + slope · covariate.

What a block has in common (a busy hour, a warm core) goes into its block effect, what a transport costs into the
transport's. With every cell there the ratio of two transports is their paired ratio; with some missing it still is
fair, since what stands alone in a block says nothing about transports and is given no weight there. A covariate, such
as how late timers woke in the same trial, takes up what differed within a block.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pushbench.stats.estimates import MIN_BLOCKS, Estimate, exponential
from pushbench.stats.student import quantile

Cell = tuple[int, str]  # block, transport


@dataclass(frozen=True)
class Model:
    """Fitted by least squares over logarithms. `residual` is the scatter that neither block nor transport explains."""

    blocks: tuple[int, ...]
    names: tuple[str, ...]
    slope: Estimate | None  # of the covariate; None without one
    residual: float
    freedom: int
    _effects: np.ndarray  # of all blocks, of all transports against their mean, of the covariate
    _covariance: np.ndarray  # of the effects, without the residual's variance
    _counts: dict[str, int]

    def ratio(self, a: str, b: str) -> Estimate | None:
        """a / b, with everything else the same."""
        if a not in self.names or b not in self.names:
            return None
        weights = self._only(a) - self._only(b)
        return self._estimate(min(self._counts[a], self._counts[b]), float(weights @ self._effects),
                              [(self._variance(weights), self.freedom)])

    def mean(self, name: str) -> Estimate | None:
        """What a transport costs in an average block; the scatter between blocks is part of its interval."""
        if name not in self.names:
            return None
        shared, weights = self._effects[:len(self.blocks)], self._only(name)
        parts = [(self._variance(weights), self.freedom)]
        if len(shared) > 1:
            parts.append((float(np.var(shared, ddof=1)) / len(shared), len(shared) - 1))
        return self._estimate(self._counts[name], float(shared.mean() + weights @ self._effects), parts)

    def _only(self, name: str) -> np.ndarray:
        """Picks one transport's effect out of all effects."""
        weights = np.zeros(len(self._effects))
        weights[len(self.blocks) + self.names.index(name)] = 1.0
        return weights

    def _variance(self, weights: np.ndarray) -> float:
        return self.residual**2 * float(weights @ self._covariance @ weights)

    def _estimate(self, count: int, middle: float, parts: list[tuple[float, int]]) -> Estimate:
        """From variances with the degrees of freedom of each, put together as Welch and Satterthwaite do."""
        variance = sum(part for part, _ in parts)
        if self.freedom < 1 or len(self.blocks) < MIN_BLOCKS or count < 2:
            return Estimate(count, math.exp(middle))
        if variance == 0:
            return Estimate(count, *[math.exp(middle)] * 3)
        freedom = variance**2 / sum(part**2 / known for part, known in parts)
        width = quantile(freedom) * math.sqrt(variance)
        return exponential(Estimate(count, middle, middle - width, middle + width, freedom))


def fit(values: Mapping[Cell, float], covariate: Mapping[Cell, float] | None = None) -> Model | None:
    """None without two transports in a block. Cells without a covariate, where one is wanted, are left out."""
    beside = covariate if covariate is not None else dict.fromkeys(values, 0.0)
    kept = {cell: value for cell, value in values.items()
            if value > 0 and math.isfinite(value) and math.isfinite(beside.get(cell, math.nan))}
    blocks, names = sorted({block for block, _ in kept}), sorted({name for _, name in kept})
    if len(names) < 2 or len(kept) < len(blocks) + 1:
        return None
    design = np.zeros((len(kept), len(blocks) + len(names) + (covariate is not None)))
    for row, cell in enumerate(kept):
        design[row, blocks.index(cell[0])] = design[row, len(blocks) + names.index(cell[1])] = 1.0
        if covariate is not None:
            design[row, -1] = covariate[cell]
    if covariate is not None:
        design[:, -1] -= design[:, -1].mean()
    logs = np.log(list(kept.values()))
    return _fitted(design, logs, blocks, names, [name for _, name in kept], covariate is not None)


def _fitted(design: np.ndarray, logs: np.ndarray, blocks: list[int], names: list[str], cells: list[str],
            has_covariate: bool) -> Model | None:
    """Least squares with the transports' effects adding up to nothing, so that a block's effect is its average."""
    constraint = np.zeros(design.shape[1])
    constraint[len(blocks):len(blocks) + len(names)] = 1.0
    full = np.vstack([design, constraint])
    if np.linalg.matrix_rank(full) < full.shape[1]:
        return None  # such as two halves of the blocks that have no transport in common
    inverse = np.linalg.pinv(full)
    effects = inverse @ np.append(logs, 0.0)
    freedom = len(logs) - (design.shape[1] - 1)
    left = logs - design @ effects
    residual = math.sqrt(float(left @ left) / freedom) if freedom > 0 else 0.0
    covariance = inverse[:, :-1] @ inverse[:, :-1].T
    slope = None
    if has_covariate:
        middle, width = float(effects[-1]), 0.0
        if freedom > 0:
            width = quantile(freedom) * residual * math.sqrt(float(covariance[-1, -1]))
        slope = Estimate(len(logs), middle, middle - width, middle + width, freedom) if width else Estimate(
            len(logs), middle)
    return Model(tuple(blocks), tuple(names), slope, residual, freedom, effects, covariance,
                 {name: cells.count(name) for name in names})
