"""Every trial and every figure, as far as a page can carry them: what is left out is said, and where it stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pushbench import prose
from pushbench.analysis.figures import Figure, Figures
from pushbench.store.records import Run, Trial

MOST_TRIALS = 2000  # a run of so many is listed whole, and its figures have their blocks in the page
MOST_ODD = 500  # of a larger run: trials that there is something to say of
MOST_FIGURES = 4000
LEAST_ROW_BYTES = 60  # of a figure's row in the page


@dataclass(frozen=True)
class TrialList:
    trials: Sequence[Trial]
    said: str  # of what is not in it; empty: all are


@dataclass(frozen=True)
class FigureGroup:
    """All figures of one scenario, case and transport, and the trials that most of them come from."""

    scenario: str
    case: str
    variant: str
    files: tuple[str, ...]
    blocks: int
    figures: list[Figure]

    def own_files(self, figure: Figure) -> tuple[str, ...]:
        return () if figure.files == self.files else figure.files


def is_whole(run: Run) -> bool:
    return len(run.trials) <= MOST_TRIALS


def trials(run: Run) -> TrialList:
    if is_whole(run):
        return TrialList(run.trials, "")
    odd = [trial for trial in run.trials if not trial.ok or trial.reasons or trial.marks]
    beyond = f", the first {MOST_ODD:,} of {len(odd):,} such" if len(odd) > MOST_ODD else ""
    said = (f"{len(run.trials):,} trials are too many for a page. Listed are those that are not valid, or marked"
            f"{beyond}. All of them are in the folder trials/, and make csv writes a table.")
    return TrialList(odd[:MOST_ODD], said)


def figures(found: Figures, most: int) -> tuple[list[FigureGroup], str]:
    """In groups, and what is left out."""
    every = found.all()
    groups = []
    for (scenario, case, variant), members in groupby(every[:most], key=_place):
        own = list(members)
        files = [figure.files for figure in own]
        usual = max(files, key=files.count)
        blocks = [figure.estimate.n for figure in own]
        groups.append(FigureGroup(scenario, case, variant, usual, max(blocks, key=blocks.count), own))
    left = len(every) - most
    return groups, f"{prose.number(left)} more {'is' if left == 1 else 'are'} in summary.json." if left > 0 else ""


def fewer(most: int, beyond_bytes: int) -> int:
    """How many figures to list where the page was too large by so much."""
    return max(0, most - math.ceil(beyond_bytes / LEAST_ROW_BYTES))


def _place(figure: Figure) -> tuple[str, str, str]:
    return figure.key.scenario, figure.key.case, figure.key.variant
