"""How much a server's own code can matter: its share of a delivery's CPU, times how much more code another runs.

Exact counts say how many instructions differ; a run's CPU says what share of a delivery they are. Together they bound
what a protocol's own work can change, however noisy the machine was.
"""

from __future__ import annotations

from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis import ratios
from pushbench.analysis.figures import Figures
from pushbench.meter.evidence.record import Record
from pushbench.setup import transports
from pushbench.stats import estimates as stats

# Everyone is told each notification, one after the other, as when instructions are counted.
SCENARIO = "broadcast"
SUBJECT, OTHER, LIBRARY = "sse", "websocket", "websocket-beast"
_MORE = 0.5  # a difference that one would notice in the code


@dataclass(frozen=True)
class Bound:
    """`share` is that of user space in a delivery by SSE; `instructions` are those of a delivery, by transport."""

    share: stats.Estimate | None
    instructions: dict[str, int]

    def moved(self, transport: str) -> float | None:
        """By what share of the whole a delivery by `transport` differs, if it differs in user space alone."""
        if self.share is None or transport not in self.instructions:
            return None
        return self.share.middle * (self.instructions[transport] / self.instructions[SUBJECT] - 1)

    @property
    def lines(self) -> list[str]:
        return [line for line in (self._of_share(), self._of_instructions(), self._of_library()) if line]

    def _of_share(self) -> str:
        if self.share is None:
            return ""
        between = ""
        if self.share.low is not None and self.share.high is not None:
            between = f" ({_percent(self.share.low)} to {_percent(self.share.high)})"
        return (f"User space is {_percent(self.share.middle)}{between} of what a delivery by {_title(SUBJECT)} costs"
                f" the server in {SCENARIO}, so {_percent(_MORE)} more instructions there would move the whole by"
                f" {_percent(self.share.middle * _MORE)}.")

    def _of_instructions(self) -> str:
        if OTHER not in self.instructions:
            return ""
        counts = (f"A delivery takes {prose.number(self.instructions[SUBJECT])} instructions in user space by"
                  f" {_title(SUBJECT)} and {prose.number(self.instructions[OTHER])} by {_title(OTHER)}")
        moved = self.moved(OTHER)
        return counts + (f": that can move the whole by {_percent(abs(moved))}." if moved is not None else ".")

    def _of_library(self) -> str:
        moved = self.moved(LIBRARY)
        if moved is None:
            return ""
        return (f"{_title(LIBRARY)} takes {prose.number(self.instructions[LIBRARY])}, which alone makes a delivery"
                f" {prose.number(1 + moved)} times as dear.")


def bound(figures: Figures, record: Record | None) -> Bound | None:
    """None where nobody counted. It holds as far as an instruction of one takes as long as one of the other."""
    counted = {row.transport: row.instructions for row in (record.rows if record else ())
               if row.event == "delivery" and row.instructions}
    return Bound(_user_share(figures), counted) if SUBJECT in counted else None


def _user_share(figures: Figures) -> stats.Estimate | None:
    case = figures.main_case(SCENARIO)
    user, total = (figures.get(SCENARIO, case, SUBJECT, f"server_{part}_us_per_delivery") for part in ("user", "cpu"))
    return ratios.between(user, total) if user and total else None


def _title(transport: str) -> str:
    return transports.transport_of(transport).title


def _percent(share: float) -> str:
    return f"{prose.number(round(share * 100, 1))} %"
