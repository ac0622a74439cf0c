"""Numbers and lists as text: the same in every output."""

from __future__ import annotations

import math

NBSP = "\u00a0"  # a number and its unit stay on one line


NEXT_TO_NOTHING = "≈ 0"
LEAST = 1e-9  # what is less is nothing in any unit: a model that finds no use for a term gives it 1e-110 of a µs
MOST_DIGITS = 4  # of a figure, however narrow its interval
SINGLE_DIGIT_OFF = 0.02  # of a figure, by rounding it to one digit
MILLION = 6  # from this power of ten on: "5 M" instead of "5,000,000"


def number(value: float | None) -> str:
    """Three significant digits, no exponent, thousands apart: 0.912, 10.3, 1,240, 5.04 M."""
    if value is None:
        return "–"
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 10**MILLION:
        return _to_place(value, _magnitude(value) - 2)
    if size >= 100:
        return f"{value:,.0f}".replace("-", "−")
    decimals = 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    # A whole number is a setting or a count (10 per second), hardly ever a measurement.
    text = f"{value:.0f}" if value == int(value) else f"{value:.{decimals}f}"
    return text.replace("-", "−")


def figure(middle: float, low: float | None = None, high: float | None = None, *, signed: bool = False) -> str:
    """A measured figure, with as many digits as its interval allows.

    The last digit is the first that is in doubt (the second, where the first is a 1): 5.04 ± 2.6 is "5". What cannot
    be negative, as a cost cannot, but has an interval that begins below nothing, is only known to be less than its end.
    """
    if not signed and bounded_only(low, high):
        return f"< {_upper(high)}" if high is not None and high > 0 else NEXT_TO_NOTHING
    if not signed and (middle < 0 or is_nothing(middle, high)):
        return NEXT_TO_NOTHING
    if low is None or high is None or high <= low:
        return number(middle)
    half = (high - low) / 2
    place = _magnitude(half) - (1 if _leading(half) < 2 else 0)
    place = min(max(place, _magnitude(middle) - MOST_DIGITS + 1), _magnitude(middle))
    # One digit alone may be a fifth off: a bar of 65.7 under a label of 70, beside one of 65.6 under 66.
    coarse = place == _magnitude(middle) and abs(round(middle, -place) - middle) > SINGLE_DIGIT_OFF * abs(middle)
    return _to_place(middle, place - 1 if coarse else place)


def interval(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """The two ends, to the second digit of half their distance: '3.1–8.3 M'. Empty where a figure says it all."""
    if low is None or high is None or (not signed and bounded_only(low, high)) or is_nothing(low, high):
        return ""
    if high <= low:
        return number(low)
    place = max(_magnitude((high - low) / 2) - 1, _magnitude(max(abs(low), abs(high))) - MOST_DIGITS + 1)
    # Of an interval over logarithms the lower end may be far below half the distance, and is not nothing.
    beneath = low > 0 and round(low, -place) == 0
    first, last = _to_place(low, _magnitude(low) - 1 if beneath else place), _to_place(high, place)
    if last.endswith("M") and first.endswith("M"):
        first = first.removesuffix(f"{NBSP}M")
    return f"{first} to {last}" if low < 0 else f"{first}–{last}"  # −3–−2 is hard to read


def estimate(middle: float, low: float | None, high: float | None, unit: str = "", *, signed: bool = False) -> str:
    """'10.3 µs [10.1–10.5]'; the figure alone where its interval would only repeat it."""
    text, ends = figure(middle, low, high, signed=signed), interval(low, high, signed=signed)
    return f"{text} {unit}".strip() + (f" [{ends}]" if ends not in ("", text) else "")


def bounded_only(low: float | None, high: float | None) -> bool:
    """Of what cannot be negative: whether an interval tells no more than how much it is at most."""
    return low is not None and high is not None and low < 0


def is_nothing(middle: float, high: float | None) -> bool:
    return 0 < max(abs(middle), abs(high or 0)) < LEAST


def _magnitude(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def _leading(value: float) -> float:
    """From 1 to 10; half of 0.02 − 0.01 is a 5, whatever binary fractions make of it."""
    return round(value / 10.0 ** _magnitude(value), 6)


def _to_place(value: float, place: int) -> str:
    """Rounded to a power of ten."""
    rounded = round(value, -place)
    if abs(rounded) >= 10**MILLION:
        return f"{rounded / 10**MILLION:,.{max(0, MILLION - place)}f}{NBSP}M".replace("-", "−")
    text = f"{rounded:,.{max(0, -place)}f}".replace("-", "−")
    return text.removeprefix("−") if rounded == 0 else text


def _upper(value: float) -> str:
    """Two digits, rounded up: what is said to be less than that is."""
    place = _magnitude(value) - 1
    # Away from binary fractions: 0.21 is 21.000000000000004 hundredths.
    steps = math.ceil(round(value / 10.0**place, 6))
    text = _to_place(steps * 10.0**place, place)
    return text.rstrip("0").rstrip(".") if "." in text and text[-1].isdigit() else text


def listing(words: list[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
