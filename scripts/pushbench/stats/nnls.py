"""Least squares whose coefficients are never below nothing: a cost is no gift, whatever noise makes of it.

The active set of Lawson & Hanson ("Solving Least Squares Problems", 1974, chapter 23).
"""

from __future__ import annotations

import numpy as np

_ROUNDING = 1e-10  # of columns scaled to length 1
_ROUNDS_A_COLUMN = 10  # it ends long before: this bounds what rounding could make of it


def nnls(matrix: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """x ≥ 0 for which matrix · x is nearest to what is wanted; 0 for a column of nothing."""
    lengths = np.linalg.norm(matrix, axis=0)
    scale = np.where(lengths > 0, lengths, 1.0)
    scaled = matrix / scale
    return np.asarray(_solve(scaled, wanted) / scale)


def _solve(matrix: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    columns = matrix.shape[1]
    found, free = np.zeros(columns), np.zeros(columns, dtype=bool)
    for _ in range(_ROUNDS_A_COLUMN * columns):
        pull = np.where(free, -np.inf, matrix.T @ (wanted - matrix @ found))
        best = int(np.argmax(pull))
        if pull[best] <= _ROUNDING:
            break
        free[best] = True
        found = _within(matrix, wanted, found, free)
    return found


def _within(matrix: np.ndarray, wanted: np.ndarray, start: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The best of those that are free. Who would go below nothing stops there, and is free no more."""
    found = start.copy()
    while free.any():
        best = np.zeros_like(found)
        best[free] = np.linalg.lstsq(matrix[:, free], wanted, rcond=None)[0]
        falling = free & (best <= 0)
        if not falling.any():
            return best
        step = float(np.min(found[falling] / np.maximum(found[falling] - best[falling], _ROUNDING)))
        found = np.where(free, found + min(step, 1.0) * (best - found), 0.0)
        free &= found > _ROUNDING
    return np.zeros_like(found)
