"""The value of a threshold: '50ms' of a figure in µs, '8KiB', '5%'. The units are those of `loadgen --fail-if`."""

from __future__ import annotations

import math
import re

_KINDS: dict[str, tuple[str, float]] = {  # what a unit measures, and how large it is in the smallest of its kind
    "ns": ("time", 1), "us": ("time", 1e3), "µs": ("time", 1e3), "ms": ("time", 1e6), "s": ("time", 1e9),
    "m": ("time", 60e9), "h": ("time", 3600e9),
    "B": ("bytes", 1), "bytes": ("bytes", 1), "kB": ("bytes", 1e3), "KiB": ("bytes", 1024), "MB": ("bytes", 1e6),
    "MiB": ("bytes", 1024**2), "GB": ("bytes", 1e9), "GiB": ("bytes", 1024**3),
    "": ("plain", 100), "ratio": ("plain", 100), "%": ("plain", 1),
    "cores": ("cores", 1), "ppm": ("ppm", 1), "count": ("count", 1), "pages": ("count", 1), "requests": ("count", 1),
    "/s": ("per second", 1), "1/s": ("per second", 1), "per_s": ("per second", 1), "deliveries/s": ("per second", 1),
    "notifications/s": ("per second", 1),
    "/min": ("per minute", 1), "per_minute": ("per minute", 1),
}
_WRITTEN = {
    "time": "ns, us, ms, s, m or h", "bytes": "B, kB, KiB, MB, MiB, GB or GiB", "plain": "% or no unit",
    "cores": "cores or no unit", "ppm": "ppm or no unit", "count": "no unit", "per second": "/s or no unit",
    "per minute": "/min or no unit"}
_NEEDED = ("time", "bytes")  # 50 of what? Nobody can see it
_VALUE = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)")


def read_limit(written: str, unit: str, name: str, names_unit: bool) -> float:
    """In the figure's own unit. ValueError says what is wrong with it. `names_unit`: the figure's name says it."""
    match = _VALUE.fullmatch(written.strip())
    if match is None or not math.isfinite(float(match[1])):
        raise ValueError(f"compares with '{written.strip()}', which is no number such as 50ms or 0.5")
    value, given = float(match[1]), match[2]
    kind, size = _KINDS[unit]
    if not given:
        if value and kind in _NEEDED and not names_unit:
            raise ValueError(f"does not say {written.strip()} of what: add {_WRITTEN[kind]}")
        return value
    if _KINDS.get(given, ("", 0.0))[0] != kind:
        raise ValueError(f"gives {name} in '{given}'; it takes {_WRITTEN[kind]}")
    return value * _KINDS[given][1] / size


def is_known(unit: str) -> bool:
    return unit in _KINDS
