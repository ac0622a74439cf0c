"""What a case's cost is a sum of, in words."""

from __future__ import annotations

import math

from pushbench import prose
from pushbench.analysis.cases import Choice, CostPart
from pushbench.report.words import wording

ADDS = 0.001  # of a cost: a part that is less of it has no figure of its own


def made_of(choice: Choice) -> str:
    """'167/s × 40 µs [32.0–50.5] (a delivery, by ...); a second of waiting: ≈ 0'.

    Who is told 20 times a second, at random, is silent long enough for a heartbeat once in 10^120 years. In the sum
    that is right, and adds nothing; as a figure, it would be a row of zeros that nobody can read.
    """
    whole = math.fsum(_us_per_s(part) for part in choice.parts)
    return "; ".join(_told(part, whole) for part in choice.parts)


def _told(part: CostPart, whole: float) -> str:
    if _us_per_s(part) < ADDS * whole:
        return f"{part.unit.source.partition(', ')[0]}: {prose.NEXT_TO_NOTHING}"
    return f"{prose.number(part.per_s)}/s × {wording.estimate(part.unit.us, 'µs')} ({part.unit.source})"


def _us_per_s(part: CostPart) -> float:
    return part.per_s * part.unit.us.middle
