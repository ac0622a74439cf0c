"""Durations and numbers as people write them, read strictly."""

import math
import re

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)(us|ms|s|m|min|h)$")
_SECONDS = {"us": 1e-6, "ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def parse_duration_s(value: object) -> float:
    """'100us', '250ms', '2s', '1.5m', '1h' in seconds. A bare number is refused: nobody can see its unit."""
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a duration with its unit, like \"250ms\", \"2s\" or \"10m\"")
    return float(match.group(1)) * _SECONDS[match.group(2)]


def format_duration(seconds: float) -> str:
    """The shortest form that the C++ programs and `parse_duration_s` read back to the same value."""
    microseconds = round(seconds * 1e6)
    for unit, size in (("s", 1_000_000), ("ms", 1000)):
        if microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{microseconds}us"


def human_duration(seconds: float) -> str:
    """For people: '45 s', '9 min 20 s', '2 h 05 min'."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def compact_number(value: float) -> str:
    """50.0 as '50', 0.25 as '0.25': for command lines and labels."""
    return str(int(value)) if float(value).is_integer() else f"{value:.6g}"
