"""How things are called and written: transports, scenarios, numbers. The same words in every output."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Transport:
    """A row of every table. Okabe–Ito colours and markers, so that colour-blind readers tell them apart."""

    base: str
    name: str
    colour: str
    marker: str
    is_choice: bool  # a transport one can choose, not the floor or the price of a library
    brings: str = ""  # what it has beside cost, for readers to whom two cost the same
    is_shown: bool = True  # the twin of the A/A test stands in no table or chart beside the others


TRANSPORTS = (
    Transport("sse", "SSE", "#009E73", "o", True,
              "plain HTTP, and the browser reconnects and resumes by itself"),
    Transport("websocket", "WebSocket", "#0072B2", "s", True,
              "the client can send on it too, and binary data"),
    Transport("websocket-beast", "WebSocket (Beast's)", "#56B4E9", "P", False),
    Transport("long-poll", "Long poll", "#CC79A7", "D", True, "ordinary requests that pass every proxy"),
    Transport("short-poll", "Short poll", "#D55E00", "^", True,
              "ordinary requests, nothing kept open between them"),
    Transport("floor", "Floor (bare TCP)", "#8A8A8A", "x", False),
    Transport("sse-twin", "SSE under another name", "#009E73", "o", False, is_shown=False),
)
HOSE = "hose-"  # a server that never pauses and speaks what the rest of the name says
NBSP = "\u00a0"  # a number and its unit stay on one line
_BY_BASE = {transport.base: transport for transport in TRANSPORTS}
# Short polls at other intervals than the first get orange: the same family, still told apart.
SECOND_SHORT_POLL = "#E69F00"


def base_of(variant: str) -> str:
    """'short-poll@5s' → 'short-poll'."""
    return variant.split("@", 1)[0]


def transport_of(variant: str) -> Transport:
    base = base_of(variant)
    if base.startswith(HOSE):
        spoken = base.removeprefix(HOSE)
        return replace(_BY_BASE.get("floor" if spoken == "lines" else spoken) or _unknown(base), is_choice=False)
    return _BY_BASE.get(base) or _unknown(base)


def _unknown(base: str) -> Transport:
    return Transport(base, base, "#444444", "v", True)


def sort_key(variant: str) -> tuple[int, float, str]:
    """Order of rows: as in TRANSPORTS, unknown ones last, short polls by interval."""
    bases = [transport.base for transport in TRANSPORTS]
    base = transport_of(variant).base
    place = bases.index(base) if base in bases else len(bases)
    return place, interval_s(variant), variant


def interval_s(variant: str) -> float:
    """Seconds behind the '@' of a variant; 0 without."""
    text = variant.partition("@")[2]
    for unit, seconds in (("ms", 0.001), ("s", 1.0), ("m", 60.0)):
        if text.endswith(unit):
            try:
                return float(text[: -len(unit)]) * seconds
            except ValueError:
                return 0.0
    return 0.0


def name_of(variant: str, poll_interval_ms: float | None = None) -> str:
    """'Short poll, 1 s'. The interval comes from the variant's name or, if none is there, its trials."""
    name = transport_of(variant).name
    if base_of(variant) != "short-poll":
        return name
    seconds = interval_s(variant) or (poll_interval_ms or 0) / 1000
    return f"{name}, {number(seconds)} s" if seconds else name


def colour_of(variant: str) -> str:
    if base_of(variant) == "short-poll" and interval_s(variant) > 1:
        return SECOND_SHORT_POLL
    return transport_of(variant).colour


def number(value: float | None) -> str:
    """Three significant digits, no exponent, thousands apart: 0.912, 10.3, 1,240."""
    if value is None:
        return "–"
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 100:
        return f"{value:,.0f}".replace("-", "−")
    decimals = 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    # A whole number is a setting or a count (10 per second), hardly ever a measurement.
    text = f"{value:.0f}" if value == int(value) else f"{value:.{decimals}f}"
    return text.replace("-", "−")


def listing(words: list[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
