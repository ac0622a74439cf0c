"""What one run of the programs gave, and how the figures of many runs are found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Repetition:
    """One server and one client. A figure that could not be measured is None, and `error` or a remark says why."""

    part: str
    subject: str
    repetition: int
    figures: Mapping[str, float | None]
    remarks: tuple[str, ...] = ()
    error: str | None = None
    commands: Mapping[str, list[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Series:
    """One figure over the repetitions, in their order; None where there is none."""

    source: str  # the part and the subject, as the runs in speed.json name them
    values: tuple[float | None, ...]
    trouble: tuple[str, ...] = ()

    def over(self, base: Series) -> tuple[float | None, ...]:
        """The ratio within each repetition: what drifts between two repetitions drops out."""
        pairs = zip(self.values, base.values, strict=False)
        ratios = [a / b if a is not None and b else None for a, b in pairs]
        missing = max(len(self.values), len(base.values)) - len(ratios)
        return (*ratios, *[None] * missing)


class Runs:
    """All runs, by part and subject."""

    def __init__(self, runs: Sequence[Repetition]) -> None:
        self._runs: dict[tuple[str, str], list[Repetition]] = {}
        for run in sorted(runs, key=lambda run: run.repetition):
            self._runs.setdefault((run.part, run.subject), []).append(run)

    def series(self, part: str, subject: str, figure: str, scale: float = 1.0) -> Series:
        found = self._runs.get((part, subject), [])
        values = [run.figures.get(figure) for run in found]
        said = [f"{subject}: {run.error}" for run in found if run.error]
        disturbed = [run for run in found if run.remarks]
        if disturbed:
            said.append(f"{subject}: {len(disturbed)} of {len(found)} disturbed ({disturbed[0].remarks[0]})")
        return Series(f"{part}/{subject}", tuple(None if value is None else value * scale for value in values),
                      tuple(dict.fromkeys(said)))
