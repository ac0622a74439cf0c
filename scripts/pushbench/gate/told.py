"""What a gate says on a terminal, and the code that it ends with."""

from __future__ import annotations

from collections.abc import Sequence

from pushbench import prose
from pushbench.errors import NOTHING_JUDGED, WORSE
from pushbench.gate.judge import FAILED, HELD, NOT_JUDGED, OPEN, Judged
from pushbench.gate.threshold import Threshold

EXIT_CODES = ("exit code: 0 each threshold that could be judged held, 1 a failure, 2 a mistake in what was asked for, "
              "3 a threshold failed, 4 none could be judged, or with --strict not all. Through make each of them but 0 "
              "becomes 2.")
ORDER = (FAILED, OPEN, NOT_JUDGED, HELD)


def seen(judged: Judged) -> str:
    """'10.3 µs [10.1–10.5]', or that there is none."""
    if judged.estimate is None:
        return "–"
    one = judged.estimate
    return prose.estimate(one.middle, one.low, one.high, _unit(judged.threshold), signed=one.middle < 0)


def limit(threshold: Threshold) -> str:
    """What shall not be, in the unit of the figure: '> 50 ms'."""
    return f"{threshold.is_bad} {prose.number(threshold.limit)} {_unit(threshold)}".strip()


def _unit(threshold: Threshold) -> str:
    return "×" if threshold.base else "" if threshold.unit in ("count", "ratio") else threshold.unit


def line(judged: Judged) -> str:
    """'failed: latency_p99 of sse in sparse > 50ms: 63 ms [61–65] at broadcast · SSE'."""
    at = f" at {judged.place}" if judged.place else ""
    value = f" {seen(judged)}" if judged.estimate else ""
    why = f" ({judged.why})" if judged.why and judged.estimate else f" {judged.why}" if judged.why else ""
    return f"{judged.verdict}: {judged.threshold.text}:{value}{at if judged.estimate else ''}{why}"


def lines(rows: Sequence[Judged]) -> list[tuple[str, str]]:
    """A verdict and its line each, what failed first. Where a threshold held at several places, one line for them."""
    found: list[tuple[str, str]] = []
    for threshold in dict.fromkeys(row.threshold for row in rows):
        of_it = [row for row in rows if row.threshold == threshold]
        held = [row for row in of_it if row.verdict == HELD]
        found += [(row.verdict, line(row)) for row in of_it if row.verdict != HELD]
        if len(held) > 1:
            found.append((HELD, f"{HELD}: {threshold.text}: at {len(held)} places"))
        else:
            found += [(HELD, line(row)) for row in held]
    return sorted(found, key=lambda each: ORDER.index(each[0]))


def counts(rows: Sequence[Judged]) -> str:
    """'1 failed, 2 cannot tell, 5 held'."""
    found = [(verdict, sum(row.verdict == verdict for row in rows)) for verdict in ORDER]
    return ", ".join(f"{count} {verdict}" for verdict, count in found if count)


def exit_code(rows: Sequence[Judged], strict: bool = False) -> int:
    verdicts = {row.verdict for row in rows}
    if FAILED in verdicts:
        return WORSE
    if HELD not in verdicts or (strict and verdicts != {HELD}):
        return NOTHING_JUDGED
    return 0


def last_line(rows: Sequence[Judged], code: int) -> str:
    """make says 2 whatever went wrong, so the line says which it was."""
    return f"gate: {counts(rows)}; exit code {code}"
