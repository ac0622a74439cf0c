"""complexity.json: how much code each transport takes on either side, and what it leaves to an application.

Committed like evidence.json, so that its diff shows what a change did. A run keeps the copy of the tree that it was
made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pushbench.plain import parse_json
from pushbench.store.metric import Metric
from pushbench.store.metrics import METRICS
from pushbench.store.written import write_record

FILE = "complexity.json"
SCHEMA_VERSION = 1
PROGRAMS, BROWSER = ("servers", "loadgen"), "browser"
SIDES = (*PROGRAMS, BROWSER)

# What claims may compare of it. No trial tells it.
COUNTED: dict[str, Metric] = {key: Metric(key, title, "", lambda trial: None) for key, title in (
    ("code_lines", "lines of code"), ("code_branches", "branches in the code"), ("code_mccabe", "McCabe complexity"))}
TOLD = METRICS | COUNTED


@dataclass(frozen=True)
class CodeSize:
    """The own folder of a transport on one side. `code_mccabe` is the sum over its functions, `most` the largest."""

    folder: str
    side: str
    files: int
    code_lines: int
    functions: int
    code_mccabe: int
    code_branches: int
    most: int


@dataclass(frozen=True)
class Duty:
    """Something that must be done by somebody: by whom with this transport, and the line that proves it."""

    folder: str
    duty: str
    who: str
    how: str
    file: str
    line: int


@dataclass(frozen=True)
class Complexity:
    tools: Mapping[str, str | None]
    rows: tuple[CodeSize, ...]
    left_out: Mapping[str, str]  # file: why it is not counted
    duties: tuple[Duty, ...]

    def row(self, folder: str, side: str) -> CodeSize | None:
        return next((row for row in self.rows if (row.folder, row.side) == (folder, side)), None)

    @property
    def folders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.folder for row in self.rows))

    @property
    def by_duty(self) -> dict[str, dict[str, Duty]]:
        """In the order of the record: by duty, then by folder."""
        found: dict[str, dict[str, Duty]] = {}
        for each in self.duties:
            found.setdefault(each.duty, {})[each.folder] = each
        return found

    def with_browser_of(self, before: Complexity) -> Complexity:
        """What an earlier machine counted stays, where this one cannot."""
        rows = tuple(row for row in before.rows if row.side == BROWSER)
        return replace(self, rows=self.rows + rows, tools={**before.tools, **self.tools})

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "tools": dict(self.tools), "rows": [asdict(row) for row in self.rows],
                "left_out": dict(self.left_out), "duties": [asdict(duty) for duty in self.duties]}


def write(found: Complexity, path: Path) -> None:
    write_record(found.to_json(), path)


def read(path: Path) -> Complexity | None:
    """None where it is not there or is something else: a report is worth more than this table."""
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
        rows = tuple(CodeSize(**row) for row in data["rows"])
        if any(isinstance(row.code_branches, bool) or not isinstance(row.code_branches, int) for row in rows):
            return None
        return Complexity(dict(data["tools"]), rows, dict(data["left_out"]),
                          tuple(Duty(**duty) for duty in data["duties"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def copy_into(run_dir: Path, results: Path) -> None:
    """What is counted of the tree that a run was made from becomes part of the run."""
    found = read(results / FILE)
    if found is not None:
        write(found, run_dir / FILE)
