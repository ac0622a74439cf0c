"""TOML files that people write: each key by its reader; what is wrong is one line that names file, key and value."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pushbench.errors import UsageError


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """`what` the file holds: 'a scenario'."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text; {what} is a TOML file") from None
    except RecursionError:
        raise UsageError(f"{path}: is not valid TOML: it is nested too deeply") from None
    except ValueError as error:  # no TOML, or a number of thousands of digits
        raise UsageError(f"{path}: is not valid TOML: {error}") from None


def read_keys(where: str, table: Any, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """The values of those keys that are there."""
    if not isinstance(table, dict):
        raise UsageError(f"{where}: must be a table of keys")
    values: dict[str, Any] = {}
    for key, raw in table.items():
        if key not in readers:
            raise UsageError(f"{where}: unknown key \"{key}\"; known are {', '.join(readers)}")
        try:
            values[key] = readers[key](raw)
        except ValueError as error:
            # A table is too long for a line.
            given = "" if isinstance(raw, dict) else f" = {shown(raw)}"
            raise UsageError(f"{where}: {key}{given}: {error}") from None
    return values


def shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
