"""evidence.json: one row a transport, of one build. Committed, so that its diff shows what a change did."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from pushbench.setup import transports
from pushbench.store.written import write_record

FILE = "evidence.json"
SCHEMA_VERSION = 1
EMPTY = "empty poll"


@dataclass(frozen=True)
class EventCost:
    """What one event takes at the server and on the wire. None: not measured, and `missing` says why."""

    transport: str
    event: str  # a delivery, or a poll that finds nothing
    instructions: int | None = None  # in user space
    calls: Mapping[str, float] | None = None  # of the server, by name
    bytes_in: float | None = None  # to the client, payload of TCP
    bytes_out: float | None = None
    data_segments_in: float | None = None
    data_segments_out: float | None = None
    heap_bytes_per_connection: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.transport, self.event

    @property
    def name(self) -> str:
        title = transports.transport_of(self.transport).title
        return f"{title}, {self.event}" if self.event == EMPTY else title

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"calls": dict(sorted(self.calls.items())) if self.calls is not None else None}


# What a row holds beside its names, in the order of the table.
FIGURES = tuple(each.name for each in fields(EventCost) if each.name not in ("transport", "event"))


@dataclass(frozen=True)
class Record:
    compiler: str | None
    build_type: str | None
    settings: Mapping[str, Any]
    rows: tuple[EventCost, ...]
    missing: Mapping[str, str] = field(default_factory=dict)  # part of the figures: why it was not measured

    def row(self, transport: str, event: str = "delivery") -> EventCost | None:
        return next((row for row in self.rows if row.key == (transport, event)), None)

    @property
    def build(self) -> str:
        return f"{self.compiler or 'unknown compiler'}, {self.build_type or 'unknown build type'}"

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "compiler": self.compiler, "build_type": self.build_type,
                "settings": dict(self.settings), "rows": [row.to_json() for row in self.rows]}


def write(record: Record, path: Path) -> None:
    write_record(record.to_json(), path)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no figure")


def read(path: Path) -> tuple[Record | None, str]:
    """What is there; None and, where a file is there all the same, a remark."""
    try:
        return of_text(path.read_text(encoding="utf-8")), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return None, f"{path.name} cannot be read ({type(error).__name__})"


def of_text(text: str) -> Record:
    """Raises what json and a wrong structure raise: ValueError, KeyError, TypeError, AttributeError."""
    try:
        return of_json(json.loads(text, parse_constant=_refuse))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def of_json(data: Mapping[str, Any]) -> Record:
    names = [each.name for each in fields(EventCost)]
    rows = tuple(EventCost(**{name: row[name] for name in names}) for row in data["rows"])
    for row in rows:
        _must_hold_numbers(row)
    return Record(data["compiler"], data["build_type"], dict(data["settings"]), rows)


def _must_hold_numbers(row: EventCost) -> None:
    values = [getattr(row, name) for name in FIGURES if name != "calls"]
    for value in [*values, *(row.calls or {}).values()]:
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise TypeError(f"{row.transport}: {value!r} is no number")


def copy_into(run_dir: Path, results: Path) -> bool:
    """The evidence of the tree that a run was made from becomes part of the run."""
    if read(results / FILE)[0] is None:
        return False
    try:
        shutil.copyfile(results / FILE, run_dir / FILE)
    except OSError:
        return False  # a run is worth more than this table
    return True
