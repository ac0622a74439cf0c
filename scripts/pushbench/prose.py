"""Numbers and lists as text: the same in every output."""

from __future__ import annotations

NBSP = "\u00a0"  # a number and its unit stay on one line


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
