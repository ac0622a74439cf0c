"""The tables of docs/a-million.md, from the runs that are kept in results/: no figure of them is typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pushbench import prose
from pushbench.analysis.figures import Figures
from pushbench.analysis.foretold import foretold
from pushbench.analysis.million import carried, demand
from pushbench.errors import PushbenchError
from pushbench.model.work import HEARTBEAT_S
from pushbench.report import marks
from pushbench.report.words import million as words
from pushbench.store.records import load_run

LARGE, MOST = "scale", carried.SCENARIO  # the scenarios by which a kept run is found


def write(document: Path, reference: Path, longer: Sequence[Path]) -> None:
    for name, text in texts(reference, longer).items():
        marks.put_between(document, begin(name), end(name), text)


def begin(name: str) -> str:
    return f"<!-- {name}:begin -->\n"


def end(name: str) -> str:
    return f"<!-- {name}:end -->\n"


def texts(reference: Path, longer: Sequence[Path]) -> dict[str, str]:
    """By the name of their marks. `longer` are kept runs of the profile full, the newest first."""
    large_run, most_run = (_with(scenario, longer) for scenario in (LARGE, MOST))
    figures, large, most = (Figures(load_run(run)) for run in (reference, large_run, most_run))
    held = demand.held(figures)
    shared = {variant: figure for variant in large.variants(LARGE)
              if (figure := large.get(LARGE, large.main_case(LARGE), variant, demand.CPU_US))}
    seen = foretold(large)
    rates = [line for case in demand.RATES for line in (*words.rate(case, demand.told(case, figures, large)), "")]
    found = {
        "memory": words.memory(held, reference.name),
        "rates": [*rates, *_sources(reference, large_run)],
        "once": words.once(seen, LARGE, large_run.name, shared),
        "ports": words.ports(),
        "settings": words.settings(_limits(most), most_run.name),
        "processes": words.processes(),
        "load": words.load_memory(held, reference.name),
        "held": words.held([*seen, *foretold(most)], _runs(large_run, *([most_run] if foretold(most) else []))),
        "real": [*words.real(carried.carried(most), held, carried.failed(most), most_run.name), "",
                 _machines(figures, most)],
    }
    return {name: "\n".join(lines).replace("\u00a0", " ") + "\n" for name, lines in found.items()}


def _with(scenario: str, runs: Sequence[Path]) -> Path:
    found = next((run for run in runs if scenario in (load_run(run).context.get("scenarios") or {})), None)
    if found is None:
        raise PushbenchError(f"results/: no kept run has the scenario {scenario}: run it, and make reference keeps it")
    return found


def _runs(*runs: Path) -> str:
    return prose.listing([f"`results/{run.name}/`" for run in runs])


def _machines(reference: Figures, most: Figures) -> str:
    """Memory goes with the kernel, CPU with the processor too."""
    paper, real = (words.machine(each.run.context) for each in (reference, most))
    if paper == real:
        return f"All of this page is of one kind of machine: {real}."
    return (f"This was carried by another kind of machine than the paper is of: {real}; the paper is of {paper}. Bytes "
            "of a connection go with the kernel and may be compared; CPU may not.")


def _limits(figures: Figures) -> dict[str, Any]:
    limits = figures.run.context.get("limits")
    return limits if isinstance(limits, dict) else {}


def _sources(reference: Path, large: Path) -> list[str]:
    return [f"Server cores, Mbit/s: the cost model of `results/{reference.name}/` (docs/plan.md says how it is made "
            "and how far it is off; ± is the interval). Processes = upper end of cores / 0.8, rounded up: of one "
            "thread each, none busier than that; where all are told the same, of the larger figure of the two: "
            "deliveries, as measured, are the cores of the next table's µs, without heartbeats. Load generator: µs of "
            "CPU for a delivery, or for a poll, × how many a second; µs from the scenario `sparse` of "
            f"`results/{reference.name}/`; where all are told the same, from `scale` of `results/{large.name}/`. Who "
            f"hears nothing for {HEARTBEAT_S:g} s is sent a heartbeat by SSE and WebSocket, "
            f"{prose.number(demand.CONNECTIONS / HEARTBEAT_S)} a second for a million: where little is told, they are "
            "the cost."]
