"""One thing that can be read off a trial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pushbench.store.records import Trial

Reader = Callable[[Trial], "float | None"]


@dataclass(frozen=True)
class Metric:
    key: str
    title: str
    unit: str
    read: Reader
    lower_is_better: bool = True
    compared: bool = False  # `compare` judges these; the rest would only repeat them
    # Smallest absolute step that can matter in this unit; `compare` ignores less (0.02 ms → 0.03 ms is no
    # regression).
    resolution: float = 0.0
    caveat: Callable[[Trial], str] = lambda trial: ""  # what a figure of this trial holds that others do not
    in_steps: bool = False  # found by a search, so that equal values are only equal to a step of it
    at_least: Callable[[Trial], str] = lambda trial: ""  # why the true figure may be higher than what was found
    additive: bool = False  # may be next to nothing, where scatter is no share of the figure: arithmetic mean


def at(*path: str, scale: float = 1.0) -> Reader:
    def read(trial: Trial) -> float | None:
        value = trial.number(*path)
        return None if value is None else value * scale

    return read


def total(trial: Trial, *paths: tuple[str, ...]) -> float | None:
    """The sum of what stands there; None where one of them is missing."""
    parts = [trial.number(*path) for path in paths]
    return None if None in parts else sum(part for part in parts if part)
