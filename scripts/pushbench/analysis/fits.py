"""Memory per connection as the slope of a line over connection counts, and how far the measured points are from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pushbench.stats import estimates as stats
from pushbench.store.metric import Metric
from pushbench.store.records import Trial

MIN_COUNTS = 5  # fewer connection counts make a line, but no trustworthy slope


@dataclass(frozen=True)
class Fit:
    """One line per block. A residual is what a trial lies off its block's line, in the unit of the total (KiB).

    `residual_share` is the largest residual in relation to the line there. It is mostly one of the smallest count,
    as `residual` is mostly one of the largest: together they tell a bend from noise.
    """

    lines: dict[int, stats.Line]
    counts: tuple[float, ...]
    files: tuple[str, ...]

    @property
    def slopes(self) -> dict[int, float]:
        return {block: line.slope for block, line in self.lines.items()}

    @property
    def intercept(self) -> stats.Estimate | None:
        return stats.arithmetic_mean([line.intercept for line in self.lines.values()])

    @property
    def residual(self) -> float:
        return max(abs(off) for line in self.lines.values() for _, off in line.residuals)

    @property
    def residual_share(self) -> float | None:
        """None where a line is not above 0 at some count: a share of nothing says nothing."""
        shares = [abs(off) / line.at(count) if line.at(count) > 0 else None
                  for line in self.lines.values() for count, off in line.residuals]
        known = [share for share in shares if share is not None]
        return max(known) if known and len(known) == len(shares) else None

    @property
    def tells_residual(self) -> bool:
        """A line through two points meets both: then there is no residual to speak of."""
        return len(self.counts) > 2

    @property
    def note(self) -> str:
        care = f" (fewer than {MIN_COUNTS}: read it with care)" if len(self.counts) < MIN_COUNTS else ""
        return f"slope over {len(self.counts)} connection counts{care}"


def fit(trials: Iterable[tuple[int, Trial]], metric: Metric) -> Fit | None:
    """From (block, trial) pairs; None where no block has two connection counts."""
    points: dict[int, list[tuple[float, float]]] = defaultdict(list)
    files = []
    for block, trial in trials:
        count, each = trial.number("connections"), metric.read(trial)
        if count and each is not None:
            points[block].append((count, count * each))
            files.append(trial.file)
    found = {block: stats.line(sorted(block_points)) for block, block_points in sorted(points.items())}
    lines = {block: line for block, line in found.items() if line is not None}
    if not lines:
        return None
    counts = {count for line in lines.values() for count, _ in line.points}
    return Fit(lines, tuple(sorted(counts)), tuple(files))
