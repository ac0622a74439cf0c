"""Nothing is concluded from a build that nobody would use: figures are shown, answers and verdicts are not given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pushbench.analysis.answer import Answer
from pushbench.analysis.measures import MISSING
from pushbench.analysis.verdicts import Judgement
from pushbench.report.first import First, cards_of
from pushbench.report.words.choosing import Advice
from pushbench.report.words.reading import NO_CHOICE, Reading


def headline(why: str) -> str:
    return f"No recommendation: {why}. Measure with a Release build."


def readings(found: Sequence[Reading], why: str) -> list[Reading]:
    return [Reading((), NO_CHOICE, f"Withheld, since {why}.") for _ in found]


def answers(found: Sequence[Answer]) -> list[Answer]:
    """The tables without a mark at the least: that would be a winner all the same."""
    return [replace(each, rows=tuple(replace(row, cells={metric: replace(cell, standing="")
                                                         for metric, cell in row.cells.items()}) for row in each.rows))
            for each in found]


def first(found: First, judgements: Sequence[Judgement], why: str) -> First:
    """The costs of the cases stay to be seen; none of them is called the choice."""
    outcomes = [replace(outcome, picks=(), missing=(why,)) for outcome, _ in found.cases]
    advice = Advice("No choice", why, "Measure with a Release build.")
    return replace(found, lead=headline(why), cases=tuple((each, advice) for each in outcomes),
                   cards=cards_of(judgements), library=None, library_files=(), trust=found.trust_alone)


def judgement(found: Judgement, why: str) -> Judgement:
    """Also of each comparison: a reader would take the parts for the whole."""
    primary, secondary = (tuple(replace(each, verdict=MISSING, why=why) for each in part)
                          for part in (found.primary, found.secondary))
    seen = tuple(replace(each, verdict=MISSING, why=why) for each in found.seen)
    return replace(found, verdict=MISSING, primary=primary, secondary=secondary, turn=None, everything=(), seen=seen,
                   finding=f"Not measured: {why}.")
