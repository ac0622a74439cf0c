"""What changed between two runs, in words: the same on a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from pushbench import prose
from pushbench.analysis.comparison import EQUAL, UNKNOWN, Change
from pushbench.stats import estimates as stats

HOW = ("Changes are told apart from chance by Welch's t over blocks, all of them together by Holm's correction: over "
       "all figures a false alarm comes in one of twenty comparisons at most. CPU and latency count as changed where "
       "they changed beside the floor, too.")


def word(change: Change) -> str:
    return "" if change.verdict == EQUAL else change.verdict


def delta(change: Change) -> str:
    """'+52% [+50,+54]'; '~' where it is not told apart from chance."""
    return "–" if change.ratio is None else "~" if change.verdict == EQUAL else percent(change.ratio)


def percent(ratio: stats.Estimate) -> str:
    text = f"{(ratio.middle - 1) * 100:+.0f}%"
    if ratio.low is None or ratio.high is None:
        return text
    return f"{text} [{(ratio.low - 1) * 100:+.0f},{(ratio.high - 1) * 100:+.0f}]"


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
