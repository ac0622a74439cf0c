"""What changed between two runs, in words: the same on a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from pushbench import prose
from pushbench.analysis.comparison import EQUAL, UNKNOWN, Change
from pushbench.report.words import wording
from pushbench.stats import estimates as stats

HOW = ("Changes are told apart from chance by Welch's t over blocks, all of them together by Holm's correction: over "
       "all figures a false alarm comes in one of twenty comparisons at most. CPU and latency count as changed where "
       "they changed beside the floor, too.")
_MOST_DIGITS = 3  # of a percentage


def word(change: Change) -> str:
    return "" if change.verdict == EQUAL else change.verdict


def delta(change: Change) -> str:
    """'+52% [+50,+54]'; '~' where it is not told apart from chance."""
    return "–" if change.ratio is None else "~" if change.verdict == EQUAL else percent(change.ratio)


def percent(ratio: stats.Estimate) -> str:
    """Whole percents. A change that is told apart from none and less than half of one has the digits that show it."""
    if ratio.low is None or ratio.high is None:
        return f"{_percent(ratio.middle, 0)}%"
    told_apart = not ratio.low <= 1 <= ratio.high
    digits = prose.digits_showing((ratio.middle - 1) * 100, most=_MOST_DIGITS if told_apart else 0)
    middle, low, high = (_percent(value, digits) for value in (ratio.middle, ratio.low, ratio.high))
    return f"{middle}% [{low},{high}]"


def _percent(ratio: float, digits: int) -> str:
    """'+0' for what is next to nothing on either side."""
    share = round((ratio - 1) * 100, digits)
    return f"{share or 0.0:+.{digits}f}"


def sides(change: Change) -> tuple[str, str]:
    """The old and the new figure; with more digits where they changed and would read alike."""
    old, new = wording.half_width(change.old), wording.half_width(change.new)
    if old == new and change.verdict not in (EQUAL, UNKNOWN):
        return prose.apart(change.old.middle, change.new.middle)
    return old, new


def unknown(changes: Sequence[Change]) -> str:
    """Of how many figures nothing can be told, and why; empty where there is none."""
    count = sum(change.verdict == UNKNOWN for change in changes)
    return count and (f"? = fewer than {stats.MIN_BLOCKS} blocks in a run: no interval, nothing can be told "
                      f"({count} of {prose.plural(len(changes), 'figure')})") or ""


def headline(changes: Sequence[Change], threshold: float) -> str:
    """The answer in one line."""
    known = sum(change.verdict != UNKNOWN for change in changes)
    worse = sum(change.is_regression for change in changes)
    if worse:
        return f"{prose.plural(worse, 'regression')} beyond {threshold:g} % in {prose.plural(known, 'figure')}"
    if not known:
        return "nothing can be told"
    return f"no regression beyond {threshold:g} % in {prose.plural(known, 'figure')}, corrected for their number"
