"""Which attempt of a block counts: pairs stay pairs.

What is compared is run back to back, and repeated together when one of it was void. So the figures of one block are
those of one attempt: the first in which all were good, else the first of those in which the most were. Never a trial
of one attempt beside one of another: they lie apart in time, and the machine may have changed between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pushbench.store.records import Trial

Place = tuple[str, str, int, str]


def place_of(trial: Trial) -> Place:
    """The same for all trials that are compared within a block. A duet holds both of its sides by itself."""
    return trial.scenario, trial.case, trial.block, trial.variant if "duet" in trial.raw else ""


def counting(trials: Iterable[Trial]) -> list[Trial]:
    """Of the good trials, those of the attempt that counts."""
    good = [trial for trial in trials if trial.ok]
    sizes = Counter((place_of(trial), trial.attempt) for trial in good)
    chosen: dict[Place, int] = {}
    for (place, attempt), size in sizes.items():
        best = chosen.get(place)
        if best is None or (size, -attempt) > (sizes[place, best], -best):
            chosen[place] = attempt
    return [trial for trial in good if chosen[place_of(trial)] == trial.attempt]
