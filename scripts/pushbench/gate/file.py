"""Thresholds as a file: bench/thresholds.toml, or one of your own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pushbench.errors import UsageError
from pushbench.gate.threshold import Threshold, parse
from pushbench.setup.fields import text
from pushbench.setup.tables import read_keys, read_toml

DEFAULT = Path(__file__).resolve().parents[3] / "bench" / "thresholds.toml"
_KEYS: dict[str, Callable[[Any], Any]] = {"fail_if": text, "why": text}


def read(path: Path) -> list[Threshold]:
    """A file without a threshold would let everything pass: that is a mistake."""
    found = read_toml(path, "a list of thresholds")
    if unknown := sorted(found.keys() - {"threshold"}):
        raise UsageError(f"{path}: unknown key \"{unknown[0]}\"; each threshold is headed [[threshold]]")
    tables = found.get("threshold")
    if not isinstance(tables, list) or not tables:
        raise UsageError(f"{path}: has no [[threshold]]; one is fail_if = \"latency_p99 of sse in sparse > 50ms\"")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_one(path, number, table, lines) for number, table in enumerate(tables, start=1)]


def _one(path: Path, number: int, table: Any, lines: list[str]) -> Threshold:
    where = f"{path}: [[threshold]] {number}"
    values = read_keys(where, table, _KEYS)
    if "fail_if" not in values:
        raise UsageError(f"{where}: the key \"fail_if\" is missing")
    return parse(values["fail_if"], values.get("why", ""), f"{path}:{_line_of(values['fail_if'], lines)}")


def _line_of(said: str, lines: list[str]) -> int:
    """A parsed TOML file does not know its lines; an annotation wants to."""
    return next((number for number, line in enumerate(lines, start=1) if f'"{said}"' in line), 1)
