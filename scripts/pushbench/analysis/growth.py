"""How cost grows with the connections: cost ~ n^k, and what k is. The largest number comes from `scale`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis.figures import Figure, Figures, case_value
from pushbench.setup import transports
from pushbench.stats import estimates as stats

SCENARIO, LARGEST = "growth", "scale"
CPU, MEMORY = "server_cpu_us_per_delivery", "user_kib_per_connection"
FEWEST_COUNTS = 3  # two points make a line through both, whatever they are
# Memory comes in pages, and a server takes some at its first clients: over ten of them that says nothing.
FEWEST_FOR_MEMORY = 100
# Below, what a notification costs but once is a large share, and would decide the exponent of the whole curve.
FIT_FROM = 1000

ByCount = Mapping[float, float]  # connections → cost of each


@dataclass(frozen=True)
class GrowthCurve:
    """One transport: what each connection costs at each number of them, and the exponent of the total."""

    variant: str
    name: str
    points: tuple[tuple[float, Figure], ...]
    exponent: stats.Estimate | None

    @property
    def fitted(self) -> str:
        """The numbers of connections that the exponent is taken from."""
        return prose.listing([prose.number(count) for count in fitted(_by_block(self.points))])

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(file for _, figure in self.points for file in figure.files))


@dataclass(frozen=True)
class Growth:
    cpu: tuple[GrowthCurve, ...]
    memory: tuple[GrowthCurve, ...]
    servers: tuple[int, ...] = ()  # processes behind the largest number

    def __bool__(self) -> bool:
        return bool(self.cpu or self.memory)

    @property
    def rows(self) -> list[tuple[GrowthCurve, GrowthCurve | None]]:
        """CPU and memory of each transport side by side."""
        memory = {series.variant: series for series in self.memory}
        return [(series, memory.get(series.variant)) for series in self.cpu]


def exponent(each: ByCount) -> float | None:
    """k of total ~ n^k, by least squares over logarithms. None with too few points, or a cost that is not above 0."""
    if any(count <= 0 or cost <= 0 for count, cost in each.items()):
        return None  # without that point it would be another line
    points = [(math.log(count), math.log(count * cost)) for count, cost in sorted(each.items())]
    line = stats.line(points) if len(points) >= FEWEST_COUNTS else None
    return None if line is None else line.slope


def exponent_over(blocks: Sequence[ByCount]) -> stats.Estimate | None:
    """The mean over the blocks that have all counts from FIT_FROM on: fewer points would be another line."""
    counts = fitted(blocks)
    whole = [block for block in blocks if counts and {*counts} <= {*block}]
    found = [exponent({count: block[count] for count in counts}) for block in whole]
    return stats.arithmetic_mean([each for each in found if each is not None])


def fitted(blocks: Sequence[ByCount]) -> tuple[float, ...]:
    """The numbers of connections, from FIT_FROM on, of the blocks that have the most of them."""
    return max((tuple(sorted(count for count in block if count >= FIT_FROM)) for block in blocks), key=len, default=())


def growth(figures: Figures) -> Growth:
    return Growth(tuple(_all_series(figures, CPU, 0)), tuple(_all_series(figures, MEMORY, FEWEST_FOR_MEMORY)),
                  _servers(figures))


def _servers(figures: Figures) -> tuple[int, ...]:
    shares = (trial.raw.get("scale") for group in figures.groups.values() if group.scenario == LARGEST
              for trial in group.good.values())
    return tuple(sorted({int(share["servers"]) for share in shares if isinstance(share, dict)}))


def _all_series(figures: Figures, metric: str, least: int) -> Iterable[GrowthCurve]:
    for variant in figures.variants(SCENARIO):
        points = [point for point in _points(figures, variant, metric) if point[0] >= least]
        if len(points) >= 2:
            yield GrowthCurve(variant, transports.name_of(variant), tuple(points), exponent_over(_by_block(points)))


def _points(figures: Figures, variant: str, metric: str) -> list[tuple[float, Figure]]:
    found = [(case_value(case), figures.get(SCENARIO, case, variant, metric)) for case in figures.cases(SCENARIO)]
    found += [(_connections(figures, case, variant), figures.get(LARGEST, case, variant, metric))
              for case in figures.cases(LARGEST)]
    return sorted(((count, figure) for count, figure in found if count and figure), key=lambda point: point[0])


def _connections(figures: Figures, case: str, variant: str) -> float | None:
    """A scenario that varies nothing says only in its trials how many it had."""
    group = figures.group(LARGEST, case, variant)
    return next((trial.number("connections") for trial in group.good.values()), None) if group else None


def _by_block(points: Sequence[tuple[float, Figure]]) -> list[dict[float, float]]:
    blocks = sorted({block for _, figure in points for block in figure.by_block})
    return [{count: figure.by_block[block] for count, figure in points if block in figure.by_block}
            for block in blocks]
