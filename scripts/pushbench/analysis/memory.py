"""Where the memory of a connection goes: the parts of it, each a slope over connection counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis.figures import FIT, Figure, Figures
from pushbench.stats import estimates as stats
from pushbench.store.metrics import BOTH_ENDS
from pushbench.store.records import Run

USER, HEAP, RETAINED = "user_kib_per_connection", "heap_used_kib_per_connection", "heap_retained_kib_per_connection"
KERNEL, CLIENT = "kernel_kib_per_connection", "kernel_client_kib_per_connection"
OBJECTS, BUFFERS = "kernel_objects_kib_per_connection", "kernel_buffers_kib_per_connection"
TOTAL = "memory_kib_per_connection"  # user space and kernel, the server's end: what decides
OTHER = "user_other"  # computed from the others

# They rest on /proc/slabinfo, which root alone may read.
_OF_SLABS = (KERNEL, OBJECTS, CLIENT, TOTAL, "memory_kib_per_connection")

SCENARIOS = (("idle", "A connection that waits"), ("growth", "A connection that is told something"),
             ("libraries", "A connection that waits, by server and library"))
COLUMNS = (
    (HEAP, "heap in use", "what the program asked for and has not given back"),
    (OTHER, "user space otherwise", "what the process holds beyond that, such as free memory that the allocator keeps"),
    (RETAINED, "of it kept free", "free memory that the allocator keeps for later"),
    (OBJECTS, "kernel objects", "what the kernel keeps for the server's end: socket, file, epoll entry"),
    (BUFFERS, "kernel buffers", "bytes that wait in the socket buffers of the server's end"),
    (TOTAL, "server in all", "user space and kernel"),
    (CLIENT, "client's end", "what the kernel keeps for the other end, which only a benchmark has on the same machine"),
)


@dataclass(frozen=True)
class Amount:
    """KiB per connection; `by_block` may be subtracted where figures may not."""

    estimate: stats.Estimate
    by_block: Mapping[int, float]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    variant: str
    name: str
    amounts: dict[str, Amount]
    lines: tuple[Figure, ...]  # the fits that the amounts come from

    @property
    def stacked(self) -> list[tuple[str, float]]:
        """The parts that add up to the total, as far as this run tells them apart. Below nothing is noise."""
        user = (HEAP, OTHER) if HEAP in self.amounts else (USER,)
        kernel = (OBJECTS, BUFFERS) if OBJECTS in self.amounts and BUFFERS in self.amounts else (KERNEL,)
        return [(part, max(self.amounts[part].estimate.middle, 0.0)) for part in (*user, *kernel)
                if part in self.amounts]


@dataclass(frozen=True)
class Table:
    scenario: str
    title: str
    counts: tuple[float, ...]
    rows: tuple[Stack, ...]
    both_ends: bool  # of an older run: the kernel's part holds both ends

    @property
    def conditions(self) -> str:
        listed = prose.listing([prose.number(count) for count in self.counts])
        return f"slopes over {listed} connections" if listed else ""


def gap(part: str, run: Run) -> str:
    """What stands in for a figure that no trial has."""
    machine = run.context.get("machine")
    denied = isinstance(machine, dict) and machine.get("reads_slabinfo") is False
    return "needs root" if denied and part in _OF_SLABS else "not measured"


def tables(figures: Figures) -> list[Table]:
    """One for each scenario over connection counts that was run."""
    found = [_table(scenario, title, figures) for scenario, title in SCENARIOS]
    return [table for table in found if table.rows]


def _table(scenario: str, title: str, figures: Figures) -> Table:
    rows = [_row(scenario, variant, figures) for variant in figures.variants(scenario)]
    kept = tuple(row for row in rows if row.amounts)
    lines = [line for row in kept for line in row.lines]
    counts = {count for line in lines if line.fit for count in line.fit.counts}
    return Table(scenario, title, tuple(sorted(counts)), kept, any(BOTH_ENDS in line.note for line in lines))


def _row(scenario: str, variant: str, figures: Figures) -> Stack:
    found = {metric: figures.get(scenario, FIT, variant, metric)
             for metric in (TOTAL, USER, HEAP, RETAINED, KERNEL, OBJECTS, BUFFERS, CLIENT)}
    lines = {metric: figure for metric, figure in found.items() if figure is not None}
    amounts = {metric: Amount(line.estimate, line.by_block, line.files) for metric, line in lines.items()}
    if USER in amounts and HEAP in amounts:
        _add(amounts, OTHER, _less(amounts[USER], amounts[HEAP]))
    return Stack(variant, figures.name(variant, scenario), amounts, tuple(lines.values()))


def _less(a: Amount, b: Amount) -> Amount | None:
    """The difference within each block, then the mean over blocks."""
    blocks = sorted(a.by_block.keys() & b.by_block.keys())
    by_block = {block: a.by_block[block] - b.by_block[block] for block in blocks}
    estimate = stats.arithmetic_mean(list(by_block.values()))
    return None if estimate is None else Amount(estimate, by_block, tuple(dict.fromkeys(a.files + b.files)))


def _add(amounts: dict[str, Amount], part: str, amount: Amount | None) -> None:
    if amount is not None:
        amounts[part] = amount
