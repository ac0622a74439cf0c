"""What moved between two records, and whether that may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pushbench import prose
from pushbench.meter.evidence.record import FIGURES, EventCost, Record

# What the memory routines of the C library do depends on the processor: 0.5 % between two that we tried.
INSTRUCTIONS_WITHIN = 0.02
_NEARLY = ("instructions", "heap_bytes_per_connection")
# A call in fewer than one of a hundred deliveries is none of a delivery: the heap grows with the history, by a brk()
# now and then, and when it does depends on all that was there before.
RARE_CALLS = 0.01


@dataclass(frozen=True)
class Drift:
    row: str
    what: str
    old: float | None
    new: float | None
    is_wrong: bool  # of one and the same compiler

    @property
    def text(self) -> str:
        share = f" ({prose.percent(self.new / self.old - 1, 1)} %)" if self.old and self.new else ""
        old, new = prose.apart(self.old, self.new)
        return f"{self.row}: {self.what} {old} → {new}{share}"


def changes(old: Record, new: Record) -> list[Drift]:
    """Every figure that both could have and that is not the same. A part that was not measured now is no change."""
    names = {row.key: row.name for row in (*old.rows, *new.rows)}
    found: list[Drift] = []
    for key, name in names.items():
        before, after = old.row(*key), new.row(*key)
        if before is None or after is None:
            found.append(Drift(name, "rows", float(before is not None), float(after is not None), True))
        else:
            found += _of_row(before, after, new)
    return found


def _of_row(old: EventCost, new: EventCost, record: Record) -> Iterator[Drift]:
    for figure in FIGURES:
        if figure in record.missing:
            continue
        if figure == "calls":
            before, after = old.calls or {}, new.calls or {}
            for call in sorted({*before, *after}):
                if max(before.get(call, 0), after.get(call, 0)) < RARE_CALLS:
                    continue
                yield from _moved(new.name, f"{call} per {new.event}", before.get(call, 0), after.get(call, 0), 0)
        else:
            within = INSTRUCTIONS_WITHIN if figure in _NEARLY else 0
            yield from _moved(new.name, figure.replace("_", " "), getattr(old, figure), getattr(new, figure), within)


def _moved(row: str, what: str, old: float | None, new: float | None, within: float) -> Iterator[Drift]:
    if old == new:
        return
    far = old is None or new is None or abs(new - old) > within * abs(old)
    yield Drift(row, what, old, new, far)


def is_same_build(old: Record, new: Record) -> bool:
    return old.compiler is not None and _built(old) == _built(new)


def _built(record: Record) -> tuple[str, str | None]:
    """Without the first word, which is the name that the compiler was called by: c++, g++."""
    return (record.compiler or "").partition(" ")[2], record.build_type


def fails(old: Record, new: Record) -> list[Drift]:
    """The changes that end a check. Another compiler may make other code of the same program."""
    return [change for change in changes(old, new) if change.is_wrong] if is_same_build(old, new) else []
