"""Which transport costs the least at each rate of notifications and each wait that users accept: maps, and borders.

Each client has a topic of its own, and the wait is the poll interval. By CPU, by bytes on the wire, by memory; each by
the cost model, so that all of a map comes from one place, and every cell that was measured can be held against it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pushbench.analysis import costs
from pushbench.analysis.cases import apart
from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import Modelled, cores, modelled
from pushbench.model.predict import reaches, wire_bytes_per_s
from pushbench.model.work import work
from pushbench.setup import transports
from pushbench.setup.cases import Case
from pushbench.stats import estimates as stats
from pushbench.stats.equivalence import is_equivalent

CLIENTS, PAYLOAD_BYTES = 1000, 128
RATES = tuple(float(each) for each in np.geomspace(0.01, 10, 76))  # notifications a client and second
WAITS_S = tuple(float(each) for each in np.geomspace(0.1, 30, 61))
CPU, TRAFFIC, MEMORY = "server CPU", "bytes on the wire", "memory"
TOLD_AT_S = (1.0, 10.0)  # where the sentence gives the border


@dataclass(frozen=True)
class MapCell:
    """`least` costs the least; `with_it`: who an interval does not tell from it. `beyond`: it is extrapolated."""

    least: str
    with_it: tuple[str, ...]
    beyond: bool
    lead: float  # logarithm of what the least of another family costs over what this one does


@dataclass(frozen=True)
class CostMap:
    """`cells` by wait, then by rate."""

    of: str
    cells: tuple[tuple[MapCell, ...], ...]

    @property
    def found(self) -> list[str]:
        """Who costs the least anywhere, in the order of tables."""
        return sorted({cell.least for row in self.cells for cell in row}, key=transports.sort_key)


@dataclass(frozen=True)
class MapBorder:
    """Notifications a client and second from which another costs less; the band is where the two are not told apart."""

    wait_s: float
    before: str
    after: str
    rate: float
    low: float
    high: float | None


def maps(figures: Figures) -> list[CostMap]:
    """None of a run that has too few cells for a model, nor of what was not measured of every transport."""
    model = modelled(figures)
    found = [_map(of, model, figures) for of in (CPU, TRAFFIC, MEMORY)] if model.stands else []
    return [each for each in found if each is not None]


def case_at(rate: float, wait_s: float) -> Case:
    return Case("map", "a cell of a map", CLIENTS, 1 / rate, False, wait_s, PAYLOAD_BYTES)


def _map(of: str, model: Modelled, figures: Figures) -> CostMap | None:
    held = {base: amount.estimate for base in model.models if (amount := costs.memory_kib(base, figures))}
    if (of == MEMORY and held.keys() != model.models.keys()) or (
            of == TRAFFIC and not all(one.wire_bytes for one in model.models.values())):
        return None
    return CostMap(of, tuple(tuple(_cell(of, case_at(rate, wait_s), model, held) for rate in RATES)
                             for wait_s in WAITS_S))


def _cell(of: str, case: Case, model: Modelled, held: dict[str, stats.Estimate]) -> MapCell:
    if of == CPU:
        found = {base: cores(case, base, model) for base in model.models}
    elif of == TRAFFIC:
        found = {base: bytes_per_s for base, one in model.models.items()
                 if (bytes_per_s := wire_bytes_per_s(one, work(case, base)))}
    else:
        found = held
    least = min(found, key=lambda base: found[base].middle)
    beyond = of != MEMORY and bool(reaches(model.models[least], work(case, least)))
    with_it = tuple(base for base in found if base != least and not _dearer(found[base], found[least]))
    others = [each.middle for base, each in found.items() if family(base) != family(least)]
    return MapCell(least, with_it, beyond, math.log(min(others, default=math.inf) / found[least].middle))


def _dearer(each: stats.Estimate, least: stats.Estimate) -> bool:
    """Shown to be, and by more than is of any use to know."""
    ratio = apart(each, least)
    return ratio.low is not None and ratio.low > 1 and not is_equivalent(ratio)


def family(base: str) -> str:
    """Streams cost so nearly the same that a map of one against the other would show noise."""
    row = transports.TRANSPORTS[base]
    return base if row.polls or row.asks_again else "stream"


def is_open(cell: MapCell) -> bool:
    """Whether one of another family may cost as little."""
    return any(family(base) != family(cell.least) for base in cell.with_it)


def is_all_open(found: CostMap) -> bool:
    return all(is_open(cell) for row in found.cells for cell in row)


def borders(found: CostMap) -> list[MapBorder]:
    """At some waits, from the lowest rate up: where the family that costs the least changes."""
    told = []
    for wait_s in TOLD_AT_S:
        row = found.cells[min(range(len(WAITS_S)), key=lambda place: abs(math.log(WAITS_S[place] / wait_s)))]
        for place in range(1, len(row)):
            if family(row[place].least) != family(row[place - 1].least):
                told.append(_border(wait_s, row, place))
    return told


def _border(wait_s: float, row: Sequence[MapCell], place: int) -> MapBorder:
    """The band reaches from the last cell below that is told to the first one above."""
    low = next((at for at in range(place - 1, -1, -1) if not is_open(row[at])), 0)
    high = next((at for at in range(place, len(row)) if not is_open(row[at])), None)
    middle = math.sqrt(RATES[place - 1] * RATES[place])
    return MapBorder(wait_s, row[place - 1].least, row[place].least, middle, RATES[low],
                     None if high is None else RATES[high])
