"""The cost model of a run: made from all of its steady workloads, and held against those that it did not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median_low

from pushbench.analysis.costs import Unit, variant_in
from pushbench.analysis.events import DELIVERY
from pushbench.analysis.figures import Figures
from pushbench.model import cells as of_cells
from pushbench.model.cells import MeasuredCell
from pushbench.model.check import Score, best
from pushbench.model.design import DESIGNS, REQUEST, SENT, WAKE_HEARTBEAT, WAKE_REQUEST
from pushbench.model.fit import Fitted, fitted, wire_fitted
from pushbench.model.predict import QUANTITIES, Bend, TransportModel, by_term, cpu_us_per_s
from pushbench.model.work import work
from pushbench.prose import plural
from pushbench.setup import transports
from pushbench.setup.cases import Case
from pushbench.stats import estimates as stats

FEWEST_CELLS, FEWEST_SCENARIOS = 6, 4  # of a transport: with fewer, each cell would tell a term of its own


@dataclass(frozen=True)
class Modelled:
    """`gaps` says of a transport why it has no model. With a gap nothing is planned: a choice needs all of them."""

    cells: tuple[MeasuredCell, ...]
    design: str
    bend: Bend
    models: Mapping[str, TransportModel]
    scores: tuple[Score, ...]
    gaps: Mapping[str, str]
    tried: Mapping[str, list[Score]]  # by design, the one that was taken among them

    @property
    def stands(self) -> bool:
        return not self.gaps


@lru_cache(maxsize=4)
def modelled(figures: Figures) -> Modelled:
    found = of_cells.cells((group.scenario, group.case, group.variant, list(group.good.values()))
                           for group in figures.groups.values())
    gaps = {row.name: why for row in transports.TRANSPORTS.values() if row.is_choice
            and (why := _too_few([cell for cell in found if cell.transport == row.name]))}
    kept = [cell for cell in found if cell.transport not in gaps]
    if not kept:
        return Modelled(tuple(found), "", Bend(0.0, 1.0, 1.0), {}, (), gaps, {})
    design, tried = best(kept, DESIGNS)
    cpu, checked = fitted(kept, design), tried[design.name]
    rates = [cell.work.events for cell in kept if cell.work.events > 0]
    models = {name: _of_one(name, [cell for cell in kept if cell.transport == name], cpu, checked)
              for name in dict.fromkeys(cell.transport for cell in kept)}
    return Modelled(tuple(kept), design.name, Bend(cpu.exponent, min(rates), max(rates)), models, tuple(checked), gaps,
                    tried)


def _too_few(cells: Sequence[MeasuredCell]) -> str:
    scenarios = {cell.scenario for cell in cells}
    if len(cells) >= FEWEST_CELLS and len(scenarios) >= FEWEST_SCENARIOS:
        return ""
    return (f"{plural(len(cells), 'cell')} of {plural(len(scenarios), 'scenario')}, and a model needs {FEWEST_CELLS} "
            f"of {FEWEST_SCENARIOS}")


def _of_one(name: str, cells: Sequence[MeasuredCell], cpu: Fitted, checked: Sequence[Score]) -> TransportModel:
    off = [score.p90 for score in checked if score.transport == name and score.p90 is not None]
    return TransportModel(name, cpu.of(name), *wire_fitted(cells), max(off, default=1.0),
                          median_low(cell.blocks for cell in cells), _most(cells))


def _most(cells: Sequence[MeasuredCell]) -> dict[str, float]:
    found = {quantity: max(getattr(cell.work, quantity) for cell in cells) for quantity in QUANTITIES}
    return {quantity: value for quantity, value in found.items() if value > 0}


def cores(case: Case, base: str, model: Modelled) -> stats.Estimate:
    return cpu_us_per_s(model.models[base], model.bend, work(case, base)).times(1e-6)


def units(case: Case, base: str, home: str, model: Modelled, figures: Figures) -> list[tuple[float, Unit]]:
    """The same cost as events of two kinds, first what a delivery takes, or a poll: what a reader can picture."""
    one, needed = model.models[base], work(case, base)
    terms = by_term(one, model.bend, needed)
    kept_alive = terms[WAKE_HEARTBEAT] + one.us.get(SENT, 0.0) * needed.heartbeats
    asking = terms[WAKE_REQUEST] + terms[REQUEST]
    telling = sum(terms.values()) - kept_alive - asking
    row, told = transports.TRANSPORTS[base], needed.deliveries
    if row.polls:
        return [(needed.requests, _unit(asking / needed.requests, "a poll", one, model)),
                (told, _unit(telling / told, "what a notification adds to a poll", one, model))]
    answered = asking * (1 - needed.apart / needed.requests) if needed.requests else 0.0
    telling, asking = telling + answered, asking - answered
    delivery = delivery_by_block(home, base, figures)
    return [(told, replace(_unit(telling / told, "a delivery", one, model), scenario=home, by_block=delivery)),
            (float(case.users), _unit((kept_alive + asking) / case.users, "a second of waiting", one, model))]


def _unit(us: float, what: str, one: TransportModel, model: Modelled) -> Unit:
    mine = [cell for cell in model.cells if cell.transport == one.transport]
    told = stats.Estimate(one.blocks, us) if one.blocks < stats.MIN_BLOCKS else (
        stats.Estimate(one.blocks, us, us / (1 + one.off), us * (1 + one.off)))
    return Unit(told, f"{what}, by the cost model of {plural(len(mine), 'cell')}",
                tuple(file for cell in mine for file in cell.files))


def delivery_by_block(home: str, base: str, figures: Figures) -> Mapping[int, float]:
    """Of the workload that is nearest, as it was measured: there transports are compared where both met one noise."""
    variant = variant_in(home, base, figures)
    figure = figures.get(home, figures.main_case(home), variant, DELIVERY) if variant else None
    return figure.by_block if figure else {}
