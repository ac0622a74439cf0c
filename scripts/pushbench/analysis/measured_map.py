"""The cells of a crossover map that were measured, and whether the model says the same of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushbench.analysis.figures import Figures, Group
from pushbench.analysis.lender import model_figures
from pushbench.analysis.mapping import family
from pushbench.analysis.modelling import Modelled, modelled
from pushbench.model.cells import known_as, per_second
from pushbench.model.predict import cpu_us_per_s
from pushbench.setup import transports
from pushbench.stats import estimates as stats
from pushbench.store.records import number_in


@dataclass(frozen=True)
class MapPoint:
    """Which cost the least server CPU there. `told`: whether an interval tells; `foretold`: which by the model."""

    scenario: str
    case: str
    rate: float
    wait_s: float
    least: str
    told: bool
    foretold: str
    files: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return family(self.foretold) == family(self.least)


def measured(figures: Figures) -> list[MapPoint]:
    """Of workloads with a topic for each client, where short polls and a stream were both run."""
    model = modelled(model_figures(figures))
    found = [_point(group, figures, model) for group in figures.groups.values() if model.stands and _polls(group)]
    return sorted((each for each in found if each is not None), key=lambda each: (each.rate, each.wait_s))


def _polls(group: Group) -> bool:
    row = transports.transport_of(group.variant)
    return row.polls and not row.silent and bool(group.good) and known_as(group.variant) is not None


def _point(polled: Group, figures: Figures, model: Modelled) -> MapPoint | None:
    """The rivals of a poll are those of its scenario and case that do not poll."""
    trial = next(iter(polled.good.values()))
    rate, clients, topics = (trial.number(name) or 0.0 for name in ("rate_per_s", "connections", "topics"))
    if not rate or topics != clients or not polled.poll_interval_ms:
        return None
    groups = {row.name: group for row in transports.TRANSPORTS.values() if row.is_choice and not row.polls
              and (group := figures.group(polled.scenario, polled.case, row.name)) and group.good}
    if not any(family(base) == "stream" for base in groups):
        return None
    groups[transports.base_of(polled.variant)] = polled
    costs = {base: _cores(group) for base, group in groups.items()}
    foretold = {base: _foretold(base, group, model) for base, group in groups.items()}
    least = min(costs, key=lambda base: _middle(costs[base]))
    ratios = [stats.paired_ratio(costs[base], costs[least]) for base in costs if family(base) != family(least)]
    told = all(ratio is not None and ratio.low is not None and ratio.low > 1 for ratio in ratios)
    files = tuple(trial.file for group in groups.values() for trial in group.good.values())
    return MapPoint(polled.scenario, polled.case, rate / clients, polled.poll_interval_ms / 1000, least, told,
                    min(foretold, key=lambda base: foretold[base]), files)


def _cores(group: Group) -> Mapping[int, float]:
    return {block: cores for block, trial in group.good.items()
            if (cores := number_in(trial.result, "server", "cpu_cores"))}


def _middle(by_block: Mapping[int, float]) -> float:
    found = stats.mean(list(by_block.values()))
    return found.middle if found else float("inf")


def _foretold(base: str, group: Group, model: Modelled) -> float:
    """By the model, of the very same work: what the server had to do in those windows."""
    works = [done for trial in group.good.values() if (done := per_second(trial, base)) is not None]
    costs = [cpu_us_per_s(model.models[base], model.bend, done).middle for done in works]
    return sum(costs) / len(costs) if costs else float("inf")
