"""calibration.json: what was checked, and what a person reads of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pushbench import prose
from pushbench.meter.calibration.checks import REACHES, SECOND_METER, Check
from pushbench.plain import parse_json
from pushbench.store.schema import fault

FILE = "calibration.json"
SCHEMA_VERSION = 1
QUESTION = "Can these numbers be trusted on this machine?"


@dataclass(frozen=True)
class Calibration:
    checks: tuple[Check, ...]
    started_utc: str = ""
    wall_s: float = 0.0
    # How late timers woke on the cores of each side, p90: what a trial's own must be like.
    wakeup_p90_us: dict[str, float] = field(default_factory=dict)

    @property
    def failures(self) -> list[Check]:
        return [check for check in self.checks if not check.passed]

    @property
    def passed(self) -> bool:
        return bool(self.checks) and not self.failures

    @property
    def advice(self) -> list[str]:
        """What to do, each thing once."""
        return list(dict.fromkeys(check.advice for check in self.failures))

    @property
    def rule(self) -> str:
        """What a reader of the table has to know who sees a figure that passed and lies further away than it may."""
        return REACHES if any(check.group == SECOND_METER and " [" in check.seen for check in self.checks) else ""

    @property
    def by_group(self) -> dict[str, list[Check]]:
        groups: dict[str, list[Check]] = {}
        for check in self.checks:
            groups.setdefault(check.group, []).append(check)
        return groups

    @property
    def outcome(self) -> str:
        """How many checks passed, or which did not, as a part of a sentence."""
        if self.passed:
            return f"{prose.plural(len(self.checks), 'check')} of the meter passed before the run"
        groups = list(dict.fromkeys(check.group for check in self.failures))
        return (f"{len(self.failures)} of {len(self.checks)} checks of the meter failed"
                f" ({prose.listing(groups)})")

    @property
    def answer(self) -> str:
        if not self.checks:
            return "Unknown: nothing was checked."
        return f"{'Yes' if self.passed else 'With care'}: {self.outcome}."

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "started_utc": self.started_utc, "wall_s": round(self.wall_s, 3),
                "passed": self.passed, "wakeup_p90_us": self.wakeup_p90_us,
                "checks": [check.to_json() for check in self.checks]}


def read(run_dir: Path) -> tuple[Calibration | None, str]:
    """The calibration of a run, or None and a remark why there is none that can be read."""
    path = Path(run_dir) / FILE
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
        if wrong := fault("calibration", data):
            return None, f"{FILE} cannot be read: it is not as results/schema says ({wrong})"
        checks = tuple(Check(**check) for check in data["checks"])
        wakeups = {str(side): float(value) for side, value in (data.get("wakeup_p90_us") or {}).items()}
        return Calibration(checks, str(data.get("started_utc", "")), float(data.get("wall_s", 0.0)), wakeups), ""
    except FileNotFoundError:
        return None, "The meter was not calibrated in this run"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return None, f"{FILE} cannot be read ({type(error).__name__})"


def show(calibration: Calibration, console: Console) -> None:
    """All checks as a table, then the answer and what to do."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    for title in ("", "check", "expected", "seen"):
        table.add_column(title, overflow="fold")
    for check in calibration.checks:
        mark = Text("ok", style="green") if check.passed else Text("FAILED", style="bold red")
        table.add_row(mark, f"{check.group}: {check.name}", check.expected, check.seen)
    console.print(table)
    if calibration.rule:
        console.print(Text(calibration.rule, style="dim"), soft_wrap=True)
    console.print(Text(f"{QUESTION} {calibration.answer}", style="bold"), soft_wrap=True)
    for advice in calibration.advice:
        console.print(Text(f"! {advice}"), soft_wrap=True)
