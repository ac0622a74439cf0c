"""The cases that a reader may be in, as bench/cases.toml says them: how many users, how often, how late it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushbench import prose
from pushbench.errors import UsageError
from pushbench.setup.fields import duration, text, whole
from pushbench.setup.tables import read_keys, read_toml

CASES_FILE = Path(__file__).resolve().parents[3] / "bench" / "cases.toml"
AT_ONCE_S = 0.2  # what a person takes for at once
_READ: dict[str, Callable[[Any], Any]] = {
    "id": text, "title": text, "users": whole(1, 10_000_000), "own_every": duration(0.001, 7 * 86_400),
    "shared_every": duration(0.001, 7 * 86_400), "staleness": duration(0.01, 3600),
}
_EVERY = ("own_every", "shared_every")


@dataclass(frozen=True)
class Case:
    id: str
    title: str
    users: int
    every_s: float  # a user hears something this often
    shared: bool  # all hear the same, at the same time
    staleness_s: float
    payload_bytes: int = 128  # as in the workloads that cases are near to
    rtt_s: float = 0.0  # of the users' network, which no run over loopback holds

    @property
    def poll_interval_s(self) -> float:
        """The longest that keeps the staleness: what a poll finds has half a round trip still before it."""
        return self.staleness_s - self.rtt_s / 2

    @property
    def deliveries_per_s(self) -> float:
        return self.users / self.every_s

    @property
    def text(self) -> str:
        """In one line. Made from the numbers, so that the two cannot disagree."""
        told = "all told the same" if self.shared else "each notified"
        return f"{prose.plural(self.users, 'user')}, {told} {often(self.every_s)}; {self.patience}"

    @property
    def patience(self) -> str:
        if self.staleness_s <= AT_ONCE_S:
            return "it must come at once"
        return f"{span(self.staleness_s)} late is fine"


def often(every_s: float) -> str:
    """'once a minute', 'every 4 s', '20 times a second'."""
    for seconds, unit in ((1.0, "a second"), (60.0, "a minute"), (3600.0, "an hour"), (86_400.0, "a day")):
        if abs(every_s - seconds) < 1e-9:
            return f"once {unit}"
    return f"{prose.number(1 / every_s)} times a second" if every_s < 1 else f"every {span(every_s)}"


def span(seconds: float) -> str:
    """A time to wait as people say it: '100 ms', '5 s', '10 min'."""
    if seconds < 1:
        return f"{prose.number(seconds * 1000)}{prose.NBSP}ms"
    if seconds < 60 or seconds % 60:
        return f"{prose.number(seconds)}{prose.NBSP}s"
    return f"{seconds / 60:.0f}{prose.NBSP}min"


def load_cases(path: Path = CASES_FILE) -> list[Case]:
    """All cases, in the order of the file. Every mistake is one line that names the case and the key."""
    data = read_toml(path, "a list of cases")
    entries = data.get("case")
    if set(data) != {"case"} or not isinstance(entries, list) or not entries:
        raise UsageError(f"{path}: must hold tables [[case]] and nothing else")
    found = [_case(f"{path}: case {place}", entry) for place, entry in enumerate(entries, 1)]
    ids = [case.id for case in found]
    if twice := next((each for each in ids if ids.count(each) > 1), None):
        raise UsageError(f"{path}: id = \"{twice}\" is there twice")
    return found


def _case(where: str, entry: Any) -> Case:
    name = entry.get("id") if isinstance(entry, dict) else None
    where += f" ({name})" if isinstance(name, str) else ""
    values = read_keys(where, entry, _READ)
    if missing := [key for key in _READ if key not in values and key not in _EVERY]:
        raise UsageError(f"{where}: the key \"{missing[0]}\" is missing")
    given = [key for key in _EVERY if key in values]
    if len(given) != 1:
        raise UsageError(f"{where}: give either \"own_every\" or \"shared_every\"")
    return Case(values["id"], values["title"], values["users"], values[given[0]], given[0] == "shared_every",
                values["staleness"])
