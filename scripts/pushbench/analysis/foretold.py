"""Runs of very many clients against what the model says of them: it was made without them, from a few thousand."""

from __future__ import annotations

from dataclasses import dataclass

from pushbench.analysis.figures import FIT, Figures
from pushbench.analysis.lender import model_figures
from pushbench.analysis.memory import TOTAL
from pushbench.analysis.modelling import modelled
from pushbench.model.cells import cells
from pushbench.model.predict import Reach, cpu_us_per_s, reaches
from pushbench.setup import transports
from pushbench.stats import estimates as stats

LARGE = ("twenty-thousand", "scale", "most-connections")


@dataclass(frozen=True)
class Foretold:
    """Server CPU in cores, and user and kernel memory in MB, by the model and as they were measured."""

    scenario: str
    transport: str
    connections: float
    cores: stats.Estimate
    measured_cores: float
    memory_mb: stats.Estimate | None
    measured_mb: float | None
    reaches: tuple[Reach, ...]
    files: tuple[str, ...]

    @property
    def off(self) -> float:
        return self.cores.middle / self.measured_cores - 1

    @property
    def memory_off(self) -> float | None:
        return self.memory_mb.middle / self.measured_mb - 1 if self.memory_mb and self.measured_mb else None


def foretold(figures: Figures) -> list[Foretold]:
    """None where no such scenario was run, or there is no model, nor one that is lent."""
    source = model_figures(figures)
    model = modelled(source)
    found = []
    groups = [(group.scenario, group.case, group.variant, list(group.good.values()))
              for group in figures.groups.values()]
    for cell in cells(groups, LARGE) if model.stands else ():
        one, count = model.models[cell.transport], cell.work.connections
        each = source.get("idle", FIT, cell.transport, TOTAL)
        held = figures.get(cell.scenario, "", cell.transport, TOTAL)
        found.append(Foretold(
            cell.scenario, cell.transport, count, cpu_us_per_s(one, model.bend, cell.work).times(1e-6),
            cell.cpu_us_per_s / 1e6, each.estimate.times(count * 1024 / 1e6) if each else None,
            held.estimate.middle * count * 1024 / 1e6 if held else None, tuple(reaches(one, cell.work)), cell.files))
    return sorted(found, key=lambda each: (each.connections, transports.sort_key(each.transport)))
