"""One entry a commit: the evidence that it recorded, and what it moved against the entry before."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pushbench.history.commits import Commit
from pushbench.meter.evidence import check, record
from pushbench.meter.evidence.check import Drift
from pushbench.meter.evidence.record import Record

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Entry:
    commit: Commit
    record: Record
    moved: tuple[Drift, ...] = ()
    same_build: bool = True  # as the entry before: else another compiler may have moved it

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "commit": self.commit.name, "committed": self.commit.committed,
                "subject": self.commit.subject, "compiler": self.record.compiler,
                "build_type": self.record.build_type, "same_build": self.same_build,
                "rows": [row.to_json() for row in self.record.rows],
                "moved": [{"row": each.row, "what": each.what, "old": each.old, "new": each.new}
                          for each in self.moved]}

    @property
    def lines(self) -> list[str]:
        """What it moved, in the words of `evidence --check`."""
        another = [] if self.same_build else ["another build than before: figures may differ"]
        return another + ([each.text for each in self.moved] or ["nothing moved"])


def entries(commits: Sequence[Commit], text_at: Callable[[Commit], str | None]) -> tuple[list[Entry], list[str]]:
    """And a remark for each commit whose evidence cannot be read: it is passed over."""
    found: list[Entry] = []
    remarks: list[str] = []
    for commit in commits:
        now, why = parse(text_at(commit))
        if now is None:
            remarks.append(f"{commit.short} is left out: {why}")
        elif not found:
            found.append(Entry(commit, now))
        else:
            before = found[-1].record
            found.append(Entry(commit, now, tuple(check.changes(before, now)), check.is_same_build(before, now)))
    return found, remarks


def parse(text: str | None) -> tuple[Record | None, str]:
    """A record, or why there is none."""
    if text is None:
        return None, f"it has no {record.FILE}"
    try:
        return record.of_text(text), ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return None, f"its {record.FILE} cannot be read ({type(error).__name__})"


def json_lines(found: Sequence[Entry]) -> str:
    return "".join(json.dumps(each.to_json(), ensure_ascii=False) + "\n" for each in found)
