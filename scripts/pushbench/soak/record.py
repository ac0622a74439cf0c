"""The one table: what was done, what was seen, what was promised, and whether it held. As JSON, and for a person."""

from __future__ import annotations
from pushbench.store.written import write_record

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


FOLDER, FILE = "soak", "soak.json"
SCHEMA_VERSION = 1
_PIPE_WIDTH = 160  # a log has no width of its own


@dataclass(frozen=True)
class Promise:
    """`kept` is None where it is told and not judged."""

    name: str
    done: str
    seen: str
    promised: str
    kept: bool | None

    @property
    def verdict(self) -> str:
        return "" if self.kept is None else "kept" if self.kept else "BROKEN"


@dataclass(frozen=True)
class SoakRecord:
    promises: tuple[Promise, ...]
    settings: Mapping[str, Any]
    context: Mapping[str, Any]

    @property
    def broken(self) -> list[Promise]:
        return [promise for promise in self.promises if promise.kept is False]

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "passed": not self.broken, "settings": dict(self.settings),
                **self.context, "promises": [asdict(promise) for promise in self.promises]}


def write(record: SoakRecord, results: Path) -> Path:
    path = results / FOLDER / FILE
    write_record(record.to_json(), path)
    return path


def show(record: SoakRecord, console: Console) -> None:
    table = Table(box=None, padding=(0, 1, 0, 0))
    for title in ("", "what", "done", "seen", "promised"):
        table.add_column(title, overflow="fold")
    for promise in record.promises:
        style = "bold red" if promise.kept is False else "green"
        table.add_row(Text(promise.verdict, style=style), *map(Text, (promise.name, promise.done, promise.seen,
                                                                      promise.promised)))
    wide = console if console.is_terminal else Console(file=console.file, width=_PIPE_WIDTH, markup=False)
    wide.print(table)
    for promise in record.broken:
        console.print(Text(f"BROKEN: {promise.name}: {promise.seen}; promised: {promise.promised}"), soft_wrap=True)
