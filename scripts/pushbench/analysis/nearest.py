"""What a case costs by the workload that is nearest to it: of a run that has too few cells for a cost model."""

from __future__ import annotations

from pushbench.analysis import costs
from pushbench.analysis.costs import Unit
from pushbench.analysis.figures import Figures
from pushbench.setup import transports
from pushbench.setup.cases import Case


def summed(case: Case, home: str, base: str, figures: Figures) -> list[tuple[float, Unit]] | None:
    """Of a run that has too little for a model: what its nearest workload measured. None where a part is missing."""
    told = case.deliveries_per_s
    asks = case.users / case.poll_interval_s
    units = ((asks, costs.poll(asks, figures)), (told, costs.found(case, home, figures))) if (
        transports.TRANSPORTS[base].polls) else (
        (told, costs.delivery(case, home, base, figures)), (case.users, costs.idle(base, case.users, figures)))
    known = [(per_s, unit) for per_s, unit in units if unit is not None]
    return known if len(known) == len(units) else None


def gap(base: str, home: str, figures: Figures) -> str:
    """Why a transport has no cost: not run, or no trial of it stands."""
    for scenario in (home, "idle"):
        variant = costs.variant_in(scenario, base, figures)
        if variant is None:
            return f"not run in {scenario}"
        group = figures.group(scenario, figures.main_case(scenario), variant)
        if group is None or not group.good:
            count = len(figures.bad_trials(scenario, None, variant))
            return f"no valid trial of {count} in {scenario}"
    if not transports.TRANSPORTS[base].polls and costs.idle(base, 1, figures) is None:
        return "its heartbeats were not measured"
    return f"gave no such figure in {home} or idle"
