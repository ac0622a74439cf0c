"""What a service of one's own would cost by each transport: the first screen's figures for any case, and traffic."""

from __future__ import annotations

from dataclasses import dataclass

from pushbench.analysis.cases import Choice, Outcome, outcome
from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import Modelled, modelled
from pushbench.model.predict import Reach, reaches, wire_bytes_per_s
from pushbench.model.work import work
from pushbench.setup.cases import Case
from pushbench.stats import estimates as stats

MONTH_S = 30 * 86_400.0
GIB = 1024.0**3


@dataclass(frozen=True)
class PlanRow:
    """`late_s`: what a user waits, at the percentile of `choice.wait`, or at most where polls set it."""

    choice: Choice
    traffic_bytes_per_s: stats.Estimate | None
    late_s: float | None
    usual_s: float | None  # of polls: on average
    reaches: tuple[Reach, ...]

    @property
    def memory_gib(self) -> stats.Estimate | None:
        return self.choice.memory_mb.times(1e6 / GIB) if self.choice.memory_mb else None

    @property
    def mbit_per_s(self) -> stats.Estimate | None:
        return self.traffic_bytes_per_s.times(8e-6) if self.traffic_bytes_per_s else None

    @property
    def gb_a_month(self) -> stats.Estimate | None:
        return self.traffic_bytes_per_s.times(MONTH_S * 1e-9) if self.traffic_bytes_per_s else None


@dataclass(frozen=True)
class Proposal:
    case: Case
    outcome: Outcome
    rows: tuple[PlanRow, ...]
    model: Modelled


def proposal(case: Case, figures: Figures) -> Proposal | None:
    """None where the run has too few cells for a model."""
    model = modelled(figures)
    if not model.stands:
        return None
    found = outcome(case, figures)
    return Proposal(case, found, tuple(_row(each, case, model) for each in found.choices), model)


def _row(choice: Choice, case: Case, model: Modelled) -> PlanRow:
    one, needed = model.models[choice.base], work(case, choice.base)
    late_s = usual_s = None
    if choice.interval_s:
        late_s, usual_s = choice.interval_s + case.rtt_s / 2, (choice.interval_s + case.rtt_s) / 2
    elif choice.wait:
        late_s = choice.wait.ms.middle / 1000 + case.rtt_s / 2
    return PlanRow(choice, wire_bytes_per_s(one, needed), late_s, usual_s, tuple(reaches(one, needed)))
