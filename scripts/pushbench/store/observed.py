"""observed.json: what browsers and proxies were seen to do, in tables of cells.

Committed like complexity.json, so that its diff shows what another version does otherwise. A run keeps the copy of the
tree that it was made from. What is timed lies beside what is seen, as figures of a cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pushbench.plain import parse_json
from pushbench.store.written import write_record

FILE = "observed.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class SeenCell:
    """One thing that was tried. `seen` is a word or two that a claim may name, `detail` tells a reader what that was.

    `figures` are by name with its unit, such as p50_ms; they differ from one observation to the next.
    """

    row: str
    column: str
    seen: str
    detail: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SeenTable:
    """`tools` are the programs that were observed, with their versions; `source` is the file that observes them.

    A `timed` table says something else each time: what is seen in it is held against nothing.
    """

    id: str
    title: str
    note: str
    tools: Mapping[str, str]
    source: str
    cells: tuple[SeenCell, ...]
    timed: bool = False

    def cell(self, row: str, column: str) -> SeenCell | None:
        return next((cell for cell in self.cells if (cell.row, cell.column) == (row, column)), None)

    @property
    def rows(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cell.row for cell in self.cells))

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cell.column for cell in self.cells))


@dataclass(frozen=True)
class Observed:
    """`not_observed`: tables that this machine could not fill, and why."""

    tables: tuple[SeenTable, ...] = ()
    not_observed: Mapping[str, str] = field(default_factory=dict)

    def table(self, table_id: str) -> SeenTable | None:
        return next((table for table in self.tables if table.id == table_id), None)

    def with_table(self, table: SeenTable) -> Observed:
        """In the order of their names, whoever was observed first."""
        tables = {each.id: each for each in self.tables} | {table.id: table}
        missing = {name: why for name, why in self.not_observed.items() if name != table.id}
        return replace(self, tables=tuple(tables[name] for name in sorted(tables)), not_observed=missing)

    def without(self, table_id: str, why: str) -> Observed:
        """What an earlier machine saw stays."""
        if self.table(table_id) is not None:
            return self
        return replace(self, not_observed={**self.not_observed, table_id: why})

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "tables": [asdict(table) for table in self.tables],
                "not_observed": dict(sorted(self.not_observed.items()))}


def write(found: Observed, path: Path) -> None:
    write_record(found.to_json(), path)


def read(path: Path) -> Observed | None:
    """None where it is not there or is something else: a report is worth more than these tables."""
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
        return Observed(tuple(_table(**table) for table in data["tables"]), dict(data["not_observed"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _table(cells: list[dict[str, Any]], **rest: Any) -> SeenTable:
    return SeenTable(cells=tuple(SeenCell(**cell) for cell in cells), **rest)


def difference(before: SeenTable | None, table: SeenTable, now: SeenCell) -> str:
    """How a cell of `table` is not as it is recorded, in one line; empty if it is. What is timed has to be there."""
    old = before.cell(now.row, now.column) if before is not None else None
    where = f"{table.id}: {now.row}, {now.column}"
    if old is None:
        return f"{where}: is not recorded: run make observe"
    if table.timed or old.seen == now.seen:
        return ""
    return f"{where}: seen is '{now.seen}' ({now.detail}), recorded is '{old.seen}' ({old.detail})"


def copy_into(run_dir: Path, results: Path) -> None:
    """What was observed with the tree that a run was made from becomes part of the run."""
    found = read(results / FILE)
    if found is not None:
        write(found, run_dir / FILE)
