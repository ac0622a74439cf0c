"""What the sliders of the page compute with: the model of a run, for browser/plan.js."""

from __future__ import annotations

from typing import Any

from pushbench.analysis import costs, spreading
from pushbench.analysis.cases import paired
from pushbench.analysis.costs import SHARED
from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import Modelled, delivery_by_block, modelled
from pushbench.model import predict, work
from pushbench.model.design import REFERENCE_PER_S, SMALL_BYTES
from pushbench.setup import transports
from pushbench.setup.cases import Case
from pushbench.stats.estimates import MIN_BLOCKS
from pushbench.store.folder import REFERENCE


def is_possible(found: Modelled, figures: Figures) -> bool:
    """Sliders compare by intervals, and take waits from workloads of both kinds."""
    return found.stands and all(one.blocks >= MIN_BLOCKS for one in found.models.values()) and all(
        costs.homes(shared, figures) for shared in (False, True))


def model(figures: Figures) -> dict[str, Any]:
    found = modelled(figures)
    bases = sorted(found.models, key=transports.sort_key)
    return {
        "run": named(figures),
        "exponent": found.bend.exponent, "least_per_s": found.bend.least, "most_per_s": found.bend.most,
        "beyond": predict.BEYOND, "reference_per_s": REFERENCE_PER_S, "small_bytes": SMALL_BYTES,
        "busy": spreading.BUSY,
        "transports": [_transport(base, found, figures) for base in bases],
        "homes": {name: [_home(scenario, clients, bases, figures)
                         for scenario, clients in costs.homes(shared, figures).items()]
                  for name, shared in (("own", False), ("shared", True))},
    }


def named(figures: Figures) -> str:
    """How `make plan` is told of this run; empty where it is the one that it takes by itself."""
    folder = figures.run.folder.resolve().name
    return "" if folder == REFERENCE else folder


def _transport(base: str, found: Modelled, figures: Figures) -> dict[str, Any]:
    row, one = transports.TRANSPORTS[base], found.models[base]
    held = costs.memory_kib(base, figures)
    return {
        "name": base, "title": row.title, "colour": row.colour, "polls": row.polls, "asks_again": row.asks_again,
        "silence_s": work.LONGER_S if row.asks_again else work.HEARTBEAT_S, "us": dict(one.us), "off": one.off,
        "wire_bytes": dict(one.wire_bytes), "wire_off": one.wire_off, "most": dict(one.most),
        "memory_kib": held.estimate.to_json() if held else None,
    }


def _home(scenario: str, clients: float, bases: list[str], figures: Figures) -> dict[str, Any]:
    """A workload that waits come from, and the pairs that were compared in it."""
    case = Case("home", "Home", round(clients), 1.0, scenario in SHARED, 1.0)
    waits = {base: wait.ms.middle for base in bases if (wait := costs.wait(case, scenario, base, figures))}
    at_once = {base: by_block for base in bases if not transports.TRANSPORTS[base].polls
               and (by_block := delivery_by_block(scenario, base, figures))}
    pairs = {f"{a}|{b}": found.ratio.to_json() for a in at_once for b in at_once
             if a != b and (found := paired(scenario, (a, at_once[a]), (b, at_once[b]), figures))}
    return {"clients": clients, "waits": waits, "pairs": pairs}
