"""Text that somebody else wrote, as it may stand on a terminal, in a file and on a page: nothing in it steers them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

# What no reader sees: characters that steer a terminal, and those that neither UTF-8 nor XML can hold. Line ends and
# tabs are none of them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MAY_HOLD_SOME = re.compile(r"\\[bfru]|[\x7f-\x9f\ufffe\uffff]")  # as they stand in the text of JSON
MOST_DIGITS = 30  # of a whole number, with its sign
_MAY_BE_HUGE = re.compile(rf"\d{{{MOST_DIGITS}}}|[eE]\+?\d{{3}}")  # others are read faster, by json alone
_ESCAPES = str.maketrans({"\n": "\\n", "\t": "\\t", "\r": "\\r"})


def visible(text: str) -> str:
    return _UNSEEN.sub("\ufffd", text)


def in_one_line(text: str) -> str:
    """A name with a line end in it shows it as it would be typed."""
    return visible(text.translate(_ESCAPES))


def in_markdown(text: str) -> str:
    """As a cell of a table or a line of its own: no tag, no end of the cell."""
    return in_one_line(text).replace("<", "&lt;").replace("|", "\\|")


def as_code(text: str) -> str:
    shown = in_one_line(text).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`"


def parse_json(text: str) -> Any:
    """Whatever is wrong with it is a ValueError. NaN, Infinity and numbers that no arithmetic can hold are None: they
    are no measurements."""
    hooks: dict[str, Any] = {"parse_int": _whole, "parse_float": _finite} if _MAY_BE_HUGE.search(text) else {}
    try:
        found = json.loads(text, parse_constant=lambda name: None, **hooks)
        return _visible_in(found) if _MAY_HOLD_SOME.search(text) else found
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= MOST_DIGITS else None


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _visible_in(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): _visible_in(of) for key, of in value.items()}
    return [_visible_in(each) for each in value] if isinstance(value, list) else value
