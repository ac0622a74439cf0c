"""What a library costs beside what the protocol costs: WebSocket by Beast's own stream, by Node's package ws and by our
code, and SSE on the same pump."""

from __future__ import annotations

from dataclasses import dataclass

from pushbench.analysis import costs
from pushbench.analysis.duets import duet
from pushbench.analysis.figures import Figures
from pushbench.stats import estimates as stats

PROTOCOL, LIBRARY, OTHER = "websocket", "websocket-beast", "sse"
FURTHER = "node-ws"  # runs in one scenario only, beside the others
SCENARIO, CPU = "broadcast", costs.DELIVERY
IDLE, LIBRARIES = "idle", "libraries"


@dataclass(frozen=True)
class LibraryCost:
    """One cost: the same protocol by two libraries, and two protocols by the same code."""

    what: str
    library: stats.Estimate
    protocol: stats.Estimate | None
    files: tuple[str, ...]
    by: str = LIBRARY

    @property
    def is_dearer(self) -> bool:
        """The library costs more than what two protocols differ by, whichever way those differ."""
        if self.protocol is None or not (self.library.has_interval and self.protocol.has_interval):
            return False
        low, high = self.protocol.low or 0.0, self.protocol.high or 0.0
        return low > 0 and (self.library.low or 0.0) > max(high, 1 / low)


@dataclass(frozen=True)
class LibraryPrice:
    compared: tuple[LibraryCost, ...]

    @property
    def stands(self) -> bool:
        """Only where every cost says so."""
        return bool(self.compared) and all(each.is_dearer for each in self.compared)

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(file for each in self.compared for file in each.files))


def finding(figures: Figures) -> LibraryPrice | None:
    """None where no other library was run."""
    waiting = IDLE if costs.memory_kib(LIBRARY, figures, IDLE) else LIBRARIES
    compared = (_cpu(figures), _memory(figures, waiting, LIBRARY), _memory(figures, LIBRARIES, FURTHER))
    found = tuple(each for each in compared if each is not None)
    return LibraryPrice(found) if found else None


def _cpu(figures: Figures) -> LibraryCost | None:
    """By duets where both pairs ran so, else by trials of the same block."""
    duets = [duet(figures, SCENARIO, variant, PROTOCOL) for variant in (LIBRARY, OTHER)]
    if duets[0] and duets[1]:
        return LibraryCost("CPU", duets[0].ratio, duets[1].ratio, duets[0].files + duets[1].files)
    case = figures.main_case(SCENARIO)
    found = {variant: figures.get(SCENARIO, case, variant, CPU) for variant in (PROTOCOL, LIBRARY, OTHER)}
    blocks = {variant: figure.by_block if figure else {} for variant, figure in found.items()}
    library = stats.paired_ratio(blocks[LIBRARY], blocks[PROTOCOL])
    files = tuple(file for figure in found.values() if figure for file in figure.files)
    return None if library is None else LibraryCost("CPU", library, stats.paired_ratio(
        blocks[OTHER], blocks[PROTOCOL]), files)


def _memory(figures: Figures, scenario: str, by: str) -> LibraryCost | None:
    found = {base: costs.memory_kib(base, figures, scenario) for base in (PROTOCOL, by, OTHER)}
    blocks = {base: amount.by_block if amount else {} for base, amount in found.items()}
    library = stats.paired_ratio(blocks[by], blocks[PROTOCOL])
    files = tuple(file for amount in found.values() if amount for file in amount.files)
    return None if library is None else LibraryCost("memory in all", library, stats.paired_ratio(
        blocks[OTHER], blocks[PROTOCOL]), files, by)
