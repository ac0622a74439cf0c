"""speed.json: every row, every run behind it, and the machine it was measured on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pushbench import prose
from pushbench.meter.speed.rows import SHOWN, Goal
from pushbench.meter.speed.runs import Repetition
from pushbench.plain import parse_json
from pushbench.store.schema import fault
from pushbench.store.written import write_record

FILE, FOLDER = "speed.json", "speed"
PARTIAL_FILE = "partial.json"  # of some parts alone: a whole table that is there stays
SCHEMA_VERSION = 1
_TUPLES = ("spread", "values", "base_values", "sources")
_SAME_MACHINE = ("cpu_model", "cores", "cores_allowed", "memory_bytes", "kernel")


@dataclass(frozen=True)
class Speed:
    rows: tuple[Goal, ...]
    runs: tuple[Repetition, ...] = ()
    started_utc: str = ""
    wall_s: float = 0.0
    repetitions: int = 0
    repetitions_of: dict[str, int] = field(default_factory=dict)  # by part: memory is measured once
    only: tuple[str, ...] = ()
    commit: dict[str, Any] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)
    cpus: dict[str, str] = field(default_factory=dict)

    @property
    def short(self) -> list[Goal]:
        return [row for row in self.rows if row.short]

    @property
    def passed(self) -> bool:
        return bool(self.rows) and not self.short

    @property
    def judged(self) -> list[Goal]:
        return [row for row in self.rows if row.verdict != SHOWN]

    @property
    def by_group(self) -> dict[str, list[Goal]]:
        groups: dict[str, list[Goal]] = {}
        for row in self.rows:
            groups.setdefault(row.group, []).append(row)
        return groups

    @property
    def answer(self) -> str:
        if not self.judged:
            return "Nothing was measured against a target."
        if self.passed:
            return f"Every target is met, of {len(self.judged)}."
        return f"Short of {len(self.short)} of {prose.plural(len(self.judged), 'target')}."

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "started_utc": self.started_utc, "wall_s": round(self.wall_s, 3),
                "passed": self.passed, "repetitions": self.repetitions, "repetitions_of": self.repetitions_of,
                "only": list(self.only), **self.commit, "machine": self.machine, "cpus": self.cpus,
                "rows": [row.to_json() for row in self.rows], "runs": [run.to_json() for run in self.runs]}


def write(speed: Speed, folder: Path) -> Path:
    path = folder / (PARTIAL_FILE if speed.only else FILE)
    write_record(speed.to_json(), path)
    return path


def read(folder: Path) -> tuple[Speed | None, str]:
    """What a run's folder has, without the single runs; None and, where a file is there all the same, a remark."""
    try:
        data = parse_json((Path(folder) / FILE).read_text(encoding="utf-8"))
        if wrong := fault("speed", data):
            return None, f"{FILE} cannot be read: it is not as results/schema says ({wrong})"
        return _of_json(data), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return None, f"{FILE} cannot be read ({type(error).__name__})"


def _of_json(data: dict[str, Any]) -> Speed:
    names = [each.name for each in fields(Goal)]
    rows = [Goal(**{name: _value(name, row[name]) for name in names}) for row in data["rows"]]
    return Speed(tuple(rows), (), str(data["started_utc"]), float(data["wall_s"]), int(data["repetitions"]),
                 {str(part): int(count) for part, count in data["repetitions_of"].items()},
                 tuple(data["only"]), {"commit": data["commit"], "dirty": data["dirty"]}, dict(data["machine"]),
                 dict(data["cpus"]))


def _value(name: str, value: Any) -> Any:
    return tuple(value) if name in _TUPLES and value is not None else value


def belongs_to(speed: Speed, context: Mapping[str, Any]) -> bool:
    """Whether it is whole, and of the same commit and machine. Uncommitted changes are nothing to tell them by."""
    machine = context.get("machine") or {}
    return (not speed.only and speed.commit.get("commit") is not None
            and speed.commit["commit"] == context.get("commit")
            and speed.commit.get("dirty") is False and context.get("dirty") is False
            and all(speed.machine.get(key) == machine.get(key) for key in _SAME_MACHINE))


def copy_into(run_dir: Path, results: Path, context: Mapping[str, Any]) -> bool:
    """The speed of this commit on this machine, where it was measured, becomes part of the run."""
    speed, _ = read(results / FOLDER)
    if speed is None or not belongs_to(speed, context):
        return False
    try:
        shutil.copyfile(results / FOLDER / FILE, run_dir / FILE)
    except OSError:
        return False  # a run is worth more than this table
    return True
