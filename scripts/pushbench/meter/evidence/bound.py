"""How much a server's own code can matter: its share of a delivery's CPU, times how much more code another runs.

Exact counts say how many instructions differ; a run's CPU says what share of a delivery they are. Together they bound
what a protocol's own work can change, however noisy the machine was.
"""

from __future__ import annotations

from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis import ratios
from pushbench.analysis.figures import Figure, Figures
from pushbench.meter.evidence.record import Record
from pushbench.setup import transports
from pushbench.stats import estimates as stats

# Everyone is told each notification, one after the other, as when instructions are counted.
SCENARIO = "broadcast"
SUBJECT, OTHER, LIBRARY = "sse", "websocket", "websocket-beast"
_MORE = 0.5  # a difference that one would notice in the code


@dataclass(frozen=True)
class Bound:
    """`share` is that of user space in a delivery by SSE; `instructions` are those of a delivery, by transport.

    `library` is what a delivery by Beast's own stream costs in this run, over SSE: the bound put to the test.
    """

    share: stats.Estimate | None
    instructions: dict[str, int]
    library: stats.Estimate | None = None

    def ratio(self, transport: str) -> stats.Estimate | None:
        """What a delivery by `transport` costs over one by SSE, if they differ by instructions in user space alone."""
        if self.share is None or transport not in self.instructions:
            return None
        more = self.instructions[transport] / self.instructions[SUBJECT] - 1
        ends = sorted(1 + end * more for end in (self.share.low, self.share.high) if end is not None)
        return stats.Estimate(self.share.n, 1 + self.share.middle * more, *ends)

    @property
    def lines(self) -> list[str]:
        return [line for line in (self._of_share(), self._of_instructions(), self._of_library()) if line]

    def _of_share(self) -> str:
        if self.share is None:
            return ""
        return (f"User space is {_figure(self.share, 100, '%')} of what a delivery by {_title(SUBJECT)} costs"
                f" the server in {SCENARIO}, so {_percent(_MORE)} more instructions there would move the whole by"
                f" {_percent(self.share.middle * _MORE)}.")

    def _of_instructions(self) -> str:
        if OTHER not in self.instructions:
            return ""
        counts = (f"{_title(SUBJECT)} runs {prose.number(self.instructions[SUBJECT])} instructions in user space for a"
                  f" delivery, {_title(OTHER)} {prose.number(self.instructions[OTHER])}")
        ratio = self.ratio(OTHER)
        return counts + (f": that can move the whole by {_percent(abs(ratio.middle - 1))}." if ratio else ".")

    def _of_library(self) -> str:
        ratio = self.ratio(LIBRARY)
        if ratio is None:
            return ""
        seen = f"; this run measured {_figure(self.library)}" if self.library else ""
        return (f"{_title(LIBRARY)} runs {prose.number(self.instructions[LIBRARY])}, which alone makes a delivery"
                f" {_figure(ratio)} times as dear{seen}.")


def bound(figures: Figures, record: Record | None) -> Bound | None:
    """None where nobody counted. It holds as far as an instruction of one takes as long as one of the other."""
    counted = {row.transport: row.instructions for row in (record.rows if record else ())
               if row.event == "delivery" and row.instructions}
    if SUBJECT not in counted:
        return None
    user, total, library = (_figure_of(figures, *which) for which in (
        (SUBJECT, "user"), (SUBJECT, "cpu"), (LIBRARY, "cpu")))
    return Bound(ratios.between(user, total) if user and total else None, counted,
                 ratios.between(library, total) if library and total else None)


def _figure_of(figures: Figures, transport: str, part: str) -> Figure | None:
    return figures.get(SCENARIO, figures.main_case(SCENARIO), transport, f"server_{part}_us_per_delivery")


def _title(transport: str) -> str:
    return transports.transport_of(transport).title


def _percent(share: float) -> str:
    percent = round(share * 100, 1)
    return f"{prose.number(percent)} %" if percent else "less than 0.1 %"


def _figure(estimate: stats.Estimate, scale: float = 1, unit: str = "") -> str:
    """'12 % [8–18]': with its interval, where there is one."""
    told = estimate.times(scale)
    return prose.estimate(told.middle, told.low, told.high, unit)
