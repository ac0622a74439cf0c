"""How far the cost model lies off, in words and as a table: the same in the report, its summary and after a plan."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from pushbench import prose
from pushbench.analysis.foretold import Foretold
from pushbench.analysis.modelling import Modelled
from pushbench.model.check import ALL, HOWS, MEDIAN_TARGET, P90_TARGET, Score, of_all
from pushbench.setup import transports

TARGETS = f"median {MEDIAN_TARGET * 100:.0f} %, 9 of 10 cells within {P90_TARGET * 100:.0f} %"


def missing(model: Modelled) -> str:
    """Why there is none."""
    return "; ".join(f"{transports.name_of(name)} has {why}" for name, why in model.gaps.items())


def about(model: Modelled) -> str:
    """What it is made from, and what waking up costs by the rate of events."""
    scenarios = prose.listing(list(dict.fromkeys(cell.scenario for cell in model.cells)))
    ten_times = 10 ** -model.bend.exponent
    return (f"Server CPU as a sum: waking up for an event, each notification, each frame or answer sent, each request, "
            f"each KiB beyond 128 bytes. Fitted to {prose.plural(len(model.cells), 'cell')} of {scenarios} by least "
            f"squares over relative errors, no term below nothing. Where 10 times as many events come, waking up for "
            f"each costs {prose.number(ten_times)} times less. Held against cells that it was not made from:")


def score(each: Score) -> str:
    """'4.7 %, 17 % (8 of 10 cells)': the median of the error, and what 9 of 10 stay within."""
    if each.median is None or each.p90 is None:
        return "none can be predicted"
    known = len(each.errors)
    of_all = f"{known} of {len(each.misses)}" if known < len(each.misses) else f"{known}"
    return f"{_percent(each.median)}, {_percent(each.p90)} ({of_all} cells)"


def _percent(share: float) -> str:
    return f"{float(f'{share * 100:.2g}'):g}{prose.NBSP}%"


def rows(model: Modelled) -> list[tuple[str, list[str], str]]:
    """Name, a score for each way to check, and how far its cells lie apart from block to block; last all of them."""
    found = []
    for name in sorted(model.models, key=transports.sort_key):
        mine = {each.how: each for each in model.scores if each.transport == name}
        scatter = [cell.scatter for cell in model.cells if cell.transport == name and cell.scatter is not None]
        noise = _percent(median(scatter)) if scatter else "–"
        found.append((transports.name_of(name), [score(mine[how]) for how in HOWS], noise))
    return [*found, (ALL, [score(each) for each in of_all(model.scores)], "")]


def tried(model: Modelled) -> list[tuple[str, list[str]]]:
    """Each design, and its error over all transports: what the one that was taken was chosen by."""
    return [(f"{name} (taken)" if name == model.design else name, [score(each) for each in of_all(scores)])
            for name, scores in model.tried.items()]


def markdown(model: Modelled) -> list[str]:
    """The errors by transport, what was aimed at, and the designs that were tried."""
    lines = [about(model), "", f"| | {' | '.join(HOWS)} | blocks of a cell scatter by |", "|---|---:|---:|---:|"]
    lines += [f"| {name} | {' | '.join(told)} | {noise} |" for name, told, noise in rows(model)]
    lines += ["", f"The median of the relative error, and what 9 of 10 cells stay within. {verdict(model)}", "",
              "Designs that were tried, over all transports:", "",
              f"| design | {' | '.join(HOWS)} |", "|---|---:|---:|"]
    return lines + [f"| {name} | {' | '.join(scores)} |" for name, scores in tried(model)]


def verdict(model: Modelled) -> str:
    """Whether it is as good as it was meant to be, and what it is worst at."""
    missed = [each for each in model.scores if each.errors and not each.met]
    if not missed:
        return f"That is within what was aimed at: {TARGETS}."
    names = prose.listing(list(dict.fromkeys(transports.name_of(each.transport) for each in missed)))
    worst = max((miss for each in missed for miss in each.misses if miss.error is not None),
                key=lambda miss: abs(miss.error or 0.0))
    cell = f"{worst.cell.scenario} {worst.cell.case}".strip()
    is_reached = all(each.met for each in of_all(model.scores))
    reached = "reached over all transports together, missed" if is_reached else "missed"
    return (f"Aimed at: {TARGETS}; {reached} by {names}, furthest in {cell} "
            f"({transports.name_of(worst.cell.transport)}, off by {_percent(abs(worst.error or 0.0))}). Intervals of "
            "plans and cases are as wide as the error.")


def foretold_json(found: Sequence[Foretold]) -> list[dict[str, Any]]:
    return [{"scenario": each.scenario, "transport": each.transport, "connections": each.connections,
             "cores": each.cores.to_json(), "measured_cores": each.measured_cores, "off": each.off,
             "memory_off": each.memory_off, "trials": list(each.files)} for each in found]


def to_json(model: Modelled) -> dict[str, Any]:
    return {
        "design": model.design, "gaps": dict(model.gaps), "exponent": model.bend.exponent,
        "events_per_s": [model.bend.least, model.bend.most],
        "transports": {name: {"cpu_us": dict(one.us), "wire_bytes": dict(one.wire_bytes), "off": one.off,
                              "wire_off": one.wire_off, "most": dict(one.most)} for name, one in model.models.items()},
        "tried": [{"design": name, "how": each.how, "median": each.median, "p90": each.p90}
                  for name, scores in model.tried.items() for each in of_all(scores)],
        "scores": [{"transport": each.transport, "how": each.how, "median": each.median, "p90": each.p90,
                    "cells": [{"scenario": miss.cell.scenario, "case": miss.cell.case, "error": miss.error,
                               "scatter": miss.cell.scatter} for miss in each.misses]} for each in model.scores],
    }
