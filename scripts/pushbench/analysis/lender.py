"""Whose cost model very large runs and the cells of a map are held against: a run's own, or the reference run's.

A run of hours for a few scenarios has too few cells for a model of its own. The reference run beside it may lend its
model, but only where both were made on a machine of the same kind: another one has other costs.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import modelled
from pushbench.errors import PushbenchError
from pushbench.store.folder import REFERENCE
from pushbench.store.records import load_run

ALIKE = ("cpu_model", "cores", "kernel")


def model_figures(figures: Figures) -> Figures:
    """The figures that the model is made from: those given where they are enough, or where nobody can lend."""
    folder = figures.run.folder.resolve()
    beside = folder.parent / REFERENCE
    if modelled(figures).stands or beside == folder or not beside.is_dir():
        return figures
    lent = _loaded(beside)
    return lent if lent is not None and is_alike(figures, lent) else figures


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> Figures | None:
    try:
        return Figures(load_run(folder))
    except PushbenchError:
        return None


def is_alike(one: Figures, other: Figures) -> bool:
    """Whether both were made on the same kind of machine; one that does not say is like no other."""
    machines = [each.run.context.get("machine") for each in (one, other)]
    known = [tuple(machine.get(key) for key in ALIKE) for machine in machines if isinstance(machine, dict)]
    return len(known) == 2 and known[0] == known[1] and None not in known[0]
