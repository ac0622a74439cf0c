"""What clients of a scenario do that steady ones do not: its table `behaviour`, as options of the load generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pushbench.units import compact_number, format_duration, parse_duration_s


def _share(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise ValueError("must be a share of the clients from 0 to 1, like 0.05")
    return f"{value:g}"


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError("must be a number from 0 on")
    return compact_number(value)


def _time(value: Any) -> str:
    return format_duration(parse_duration_s(value))


def _how(value: Any) -> str:
    if value not in ("jitter", "fixed"):
        raise ValueError("must be \"jitter\" or \"fixed\"")
    return str(value)


# Each key, the option that it becomes, and how its value is read: into what the option takes.
_OPTIONS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "churn": ("--churn", _number),
    "slow_readers": ("--slow-readers", _share),
    "slow_rate": ("--slow-rate", _number),
    "vanish": ("--vanish", _share),
    "cut": ("--cut", _time),
    "cut_share": ("--cut-share", _share),
    "reconnect": ("--reconnect", _how),
    "reconnect_after": ("--reconnect-after", _time),
}
_RESUME = "resume"  # true, as it is by itself, or false


def behaviour(value: Any) -> dict[str, Any]:
    """As it is written, when all of it can be read."""
    if not isinstance(value, dict) or not value:
        raise ValueError("must be a table with one key at least of " + ", ".join((*_OPTIONS, _RESUME)))
    for key, raw in value.items():
        if key == _RESUME:
            if not isinstance(raw, bool):
                raise ValueError("resume must be true or false")
        elif key not in _OPTIONS:
            raise ValueError(f"has no key \"{key}\"; known are {', '.join((*_OPTIONS, _RESUME))}")
        else:
            try:
                _OPTIONS[key][1](raw)
            except ValueError as error:
                raise ValueError(f"{key} {error}") from None
    return dict(value)


def options_of(table: dict[str, Any]) -> list[str]:
    """The same as options of the load generator."""
    options = [word for key, raw in table.items() if key != _RESUME
               for word in (_OPTIONS[key][0], _OPTIONS[key][1](raw))]
    return [*options, *([] if table.get(_RESUME, True) else ["--no-resume"])]
