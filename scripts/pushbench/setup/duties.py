"""bench/complexity.toml: what of a transport's folder is not counted, and who does what an application needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pushbench.errors import UsageError
from pushbench.setup.fields import text
from pushbench.setup.tables import read_keys, read_toml
from pushbench.setup.transports import TRANSPORTS

FILE = Path(__file__).resolve().parents[3] / "bench" / "complexity.toml"
DUTIES = ("resume", "reconnect", "heartbeat", "framing", "auth")
FOLDERS = tuple(dict.fromkeys(row.folder for row in TRANSPORTS.values() if row.is_choice))


@dataclass(frozen=True)
class Told:
    """`marker` stands once in `file`: that line is the proof."""

    folder: str
    duty: str
    who: str
    how: str
    file: str
    marker: str


@dataclass(frozen=True)
class Counting:
    """`browser`: the smallest client of each folder's transport that a page can run, one file."""

    left_out: Mapping[str, str]
    duties: tuple[Told, ...]
    browser: Mapping[str, str] = field(default_factory=dict)


def load(path: Path = FILE) -> Counting:
    values = read_keys(str(path), read_toml(path, "what is counted"),
                       {"left_out": _table, "browser": _table, "duty": _tables})
    left_out, browser = ({name: _read_text(f"{path}: [{key}] {name}", value)
                          for name, value in values.get(key, {}).items()} for key in ("left_out", "browser"))
    found = tuple(_duty(f"{path}: [[duty]] {number}", each) for number, each in enumerate(values.get("duty", []), 1))
    lacking = {(folder, duty) for folder in FOLDERS for duty in DUTIES} - {(each.folder, each.duty) for each in found}
    if lacking:
        folder, duty = min(lacking)
        raise UsageError(f"{path}: [[duty]]: nothing says who does the {duty} of {folder}")
    return Counting(left_out, tuple(sorted(found, key=lambda each: (DUTIES.index(each.duty),
                                                                    FOLDERS.index(each.folder)))), browser)


def _duty(where: str, table: Any) -> Told:
    keys = ("folder", "duty", "who", "how", "file", "marker")
    values = read_keys(where, table, dict.fromkeys(keys, text))
    for key in keys:
        if key not in values:
            raise UsageError(f'{where}: the key "{key}" is missing')
    for key, known in (("folder", FOLDERS), ("duty", DUTIES)):
        if values[key] not in known:
            raise UsageError(f'{where}: {key} = "{values[key]}": must be one of {", ".join(known)}')
    return Told(**values)


def _read_text(where: str, value: Any) -> str:
    try:
        return text(value)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table, each of its values a text")
    return value


def _tables(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("must be tables, each headed [[duty]]")
    return value
