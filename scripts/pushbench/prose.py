"""Numbers and lists as text: the same in every output."""

from __future__ import annotations

import math

NBSP = "\u00a0"  # a number and its unit stay on one line


NEXT_TO_NOTHING = "≈ 0"
MOST_DIGITS = 4  # of a figure, however narrow its interval
SINGLE_DIGIT_OFF = 0.02  # of a figure, by rounding it to one digit
_FINEST = 9  # decimals: what differs by less is a rounding of the machine's
MILLION = 6  # from this power of ten on: "5 M" instead of "5,000,000"
# Nobody counts zeros: what is less is only told to be that, and what is more than any figure of a run likewise. The
# page's scripts have the same bounds, in browser/numbers.js.
LEAST, MOST = 0.0001, 1e15
UNDER_LEAST = "< 0.0001"
OVER_MOST, UNDER_MOST = f"> 1,000,000,000{NBSP}M", f"< −1,000,000,000{NBSP}M"


def number(value: float | None) -> str:
    """Three significant digits, no exponent, thousands apart: 0.912, 10.3, 1,240, 5.04 M."""
    if value is None:
        return "–"
    size = abs(value)
    if size == 0:
        return "0"
    if beyond := _beyond(value):
        return beyond
    if size >= 10**MILLION:
        return _to_place(value, _magnitude(value) - 2)
    if size >= 100:
        return f"{value:,.0f}".replace("-", "−")
    decimals = 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    # A whole number is a setting or a count (10 per second), hardly ever a measurement.
    text = f"{value:.0f}" if value == int(value) else f"{value:.{decimals}f}"
    return text.replace("-", "−")


def apart(one: float | None, other: float | None) -> tuple[str, str]:
    """Two numbers that are not the same, with the digits that show it: 432 and 432 are 432.1 and 432.0."""
    texts = number(one), number(other)
    if one is None or other is None or one == other:
        return texts
    place = _magnitude(max(abs(one), abs(other))) - MOST_DIGITS + 1
    while texts[0] == texts[1] and place > -_FINEST:
        texts = _to_place(one, place), _to_place(other, place)
        place -= 1
    return texts


def percent(share: float, least: int = 0) -> str:
    """'+12', with the digits, `least` or more, that show that it is something: '-0.04'."""
    return f"{share * 100:+.{digits_showing(share * 100, least)}f}"


def digits_showing(value: float, least: int = 0, most: int = _FINEST) -> int:
    """How many decimals it takes until what is something is not printed as nothing: 2 of 0.04."""
    digits = least
    while value and digits < most and round(value, digits) == 0:
        digits += 1
    return digits


def figure(middle: float, low: float | None = None, high: float | None = None, *, signed: bool = False) -> str:
    """A measured figure, with as many digits as its interval allows.

    The last digit is the first that is in doubt (the second, where the first is a 1): 5.04 ± 2.6 is "5". What cannot
    be negative, as a cost cannot, but has an interval that begins below nothing, is only known to be less than its end.
    """
    if not signed and bounded_only(low, high):
        return less_than(high) if high is not None and high > 0 else NEXT_TO_NOTHING
    if not signed and middle < 0:
        return NEXT_TO_NOTHING
    if beyond := _beyond(middle, signed=signed):
        return beyond
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
    if low is None or high is None or (not signed and bounded_only(low, high)):
        return ""
    if high <= low:
        return number(low)
    if max(abs(low), abs(high)) < LEAST or min(low, high) > MOST:
        return ""
    first, last = (_beyond(end, signed=signed) for end in (low, high))
    if first or last:
        return _between(first or number(low), last or number(high), low)
    place = max(_magnitude((high - low) / 2) - 1, _magnitude(max(abs(low), abs(high))) - MOST_DIGITS + 1)
    # Of an interval over logarithms the lower end may be far below half the distance, and is not nothing.
    beneath = low > 0 and round(low, -place) == 0
    first, last = _to_place(low, _magnitude(low) - 1 if beneath else place), _to_place(high, place)
    if last.endswith("M") and first.endswith("M"):
        first = first.removesuffix(f"{NBSP}M")
    return _between(first, last, low)


def _between(first: str, last: str, low: float) -> str:
    return f"{first} to {last}" if low < 0 else f"{first}–{last}"  # −3–−2 is hard to read


def estimate(middle: float, low: float | None, high: float | None, unit: str = "", *, signed: bool = False) -> str:
    """'10.3 µs [10.1–10.5]'; the figure alone where its interval would only repeat it."""
    text, ends = figure(middle, low, high, signed=signed), interval(low, high, signed=signed)
    return f"{text} {unit}".strip() + (f" [{ends}]" if ends not in ("", text) else "")


def bounded_only(low: float | None, high: float | None) -> bool:
    """Of what cannot be negative: whether an interval tells no more than how much it is at most."""
    return low is not None and high is not None and low < 0


def less_than(high: float) -> str:
    """Of a figure that is only known to be less than an end."""
    return f"< {_upper(max(high, LEAST))}"


def is_bound(text: str) -> bool:
    """Whether a figure's text only says on which side of something it lies."""
    return text.startswith(("<", ">", NEXT_TO_NOTHING))


def _beyond(value: float, *, signed: bool = False) -> str:
    """What is said of a number that would be a row of zeros; empty for all others."""
    if 0 < abs(value) < LEAST:
        return UNDER_LEAST if value > 0 and not signed else NEXT_TO_NOTHING
    return OVER_MOST if value > MOST else UNDER_MOST if value < -MOST else ""


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


def plural(count: float, word: str) -> str:
    """'1 user', '20,000 users'."""
    return f"{number(count)} {word}" if count == 1 else f"{number(count)} {word}s"
