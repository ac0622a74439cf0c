"""What shall not be, as --fail-if says it of a run: 'latency_p99 of sse in sparse > 50ms'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushbench.errors import UsageError
from pushbench.gate import limits, names
from pushbench.store.metric import Metric

FORM = ("FIGURE [of TRANSPORT[/TRANSPORT]] [in SCENARIO] [at CASE] OP VALUE, such as 'latency_p99 of sse in sparse "
        "> 50ms'")
_COMPARES = re.compile(r"(.*?)\s*(>=|<=|==|!=|>|<)([^<>=!]*)")


@dataclass(frozen=True)
class Threshold:
    """`subject`, `scenario`: empty for each that the run has. `base`: the other side of a ratio, or empty.

    `limit` is in the unit of the figure; of a ratio it is a number.
    """

    text: str
    metric: Metric
    subject: str
    base: str
    scenario: str
    case: str | None
    is_bad: str  # the comparison that shall not be so
    limit: float
    why: str = ""
    where: str = "--fail-if"  # or a file and a line of it

    @property
    def unit(self) -> str:
        return "" if self.base else self.metric.unit


def parse(text: str, why: str = "", where: str = "--fail-if") -> Threshold:
    """Figure, unit and form are judged here; transports and scenarios by what there is of them, in places.py."""
    try:
        return _parse(text, why, where)
    except ValueError as error:
        raise UsageError(f"{where}: '{text}' {error}") from None


def _parse(text: str, why: str, where: str) -> Threshold:
    match = _COMPARES.fullmatch(text.strip())
    words = re.sub(r"\s*/\s*", "/", match[1]).split() if match else []
    if match is None or not words or len(words) % 2 == 0:
        raise ValueError(f"is not {FORM}")
    figure, said = words[0], _said(words[1:])
    metric = names.find(figure)
    if metric is None:
        raise ValueError(f"names no figure; near are {', '.join(names.near_figures(figure))}")
    subject, slash, base = said.get("of", "").partition("/")
    if slash and not (subject and base):
        raise ValueError("has no transport on one side of its /")
    if subject and subject == base:
        raise ValueError(f"holds {subject} against itself, which is 1 whatever it does; name another on one side of its"
                         " /")
    unit = "" if base else metric.unit
    limit = limits.read_limit(match[3], unit, figure if not base else "a ratio", names.names_unit(figure, metric))
    return Threshold(" ".join(text.split()), metric, subject, base, said.get("in", ""), said.get("at"), match[2], limit,
                     why, where)


def _said(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in zip(words[::2], words[1::2], strict=True):
        if key not in ("of", "in", "at"):
            raise ValueError(f"has '{key}' where 'of', 'in', 'at' or a comparison would be right: {FORM}")
        if key in found:
            raise ValueError(f"says '{key}' twice")
        found[key] = value
    return found
