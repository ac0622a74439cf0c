"""Where the time that is left goes: to the figure whose interval is widest against what its claim needs.

Never to one that is nearly significant: who stops when the result pleases finds results that are none. So the rule is
written into context.json before the run, it looks at widths alone, and the middle of an estimate is not even handed
to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# An interval as wide as the smallest difference that matters can hardly be told from it; at a quarter to each side
# whatever does not lie at the very edge is decided.
SHARE_OF_BAND = 0.25
RULE = ("After the planned blocks, one more block at a time for the comparison whose half-width is the largest in "
        "relation to what its claim needs, a quarter of the smallest difference that matters; until all have that, or "
        "the time is over. A border, where an answer turns, comes after all comparisons: it says more about an answer "
        "and does not decide it. A half-width is told from the scatter of all comparisons of its scenario together, so "
        "that none stops because its own few blocks lie close together by luck. Where an estimate lies is not looked "
        "at.")


@dataclass(frozen=True)
class Need:
    """One comparison that a claim rests on. `half_width` of the logarithm of a ratio; None with too few blocks."""

    scenario: str
    variants: tuple[str, ...]  # that one more block must hold
    half_width: float | None
    wanted: float
    is_border: bool = False  # where an answer turns, which tells more about it and does not decide it

    @property
    def lacks(self) -> float:
        """How many times too wide. One of which nothing is known yet lacks the most."""
        return float("inf") if self.half_width is None else self.half_width / self.wanted

    def to_json(self) -> dict[str, Any]:
        return {"scenario": self.scenario, "variants": list(self.variants), "half_width": self.half_width,
                "wanted": self.wanted, "is_border": self.is_border}


def most_wanting(needs: Sequence[Need], without: Sequence[Need] = ()) -> Need | None:
    """The next to get a block, or None when all are as narrow as they must be. `without`: those that cannot."""
    barred = {(each.scenario, each.variants) for each in without}
    left = [each for each in needs if each.lacks > 1 and (each.scenario, each.variants) not in barred]
    return max(left, key=lambda each: (not each.is_border, each.lacks)) if left else None
