"""Where a verdict turns along what a scenario varies: between which of the cases that were run.

Nothing is interpolated: between two cases nobody measured, and what turns at a network's round trip turns as a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from pushbench.analysis.figures import FIT, Figures
from pushbench.analysis.measures import MISSING, UNCLEAR, Measured, findings
from pushbench.setup.claims import Measure


@dataclass(frozen=True)
class Walk:
    """One pair in one workload. `decided` are the cases with a verdict, from the smallest on."""

    measure: Measure
    workload: str
    decided: tuple[tuple[str, Measured], ...]
    undecided: tuple[str, ...]

    @property
    def turns(self) -> list[tuple[tuple[str, Measured], tuple[str, Measured]]]:
        """Neighbours of which each says something else. What is undecided in between makes the border that vague."""
        return [(a, b) for a, b in pairwise(self.decided) if a[1].verdict != b[1].verdict]


def walks(measure: Measure, figures: Figures) -> Iterator[Walk]:
    """None of a measure that walks along nothing, nor of a workload that was not run."""
    for workload in measure.workloads if measure.along else ():
        by_pair: dict[tuple[str, str], list[tuple[str, Measured]]] = {}
        for case in figures.cases(workload):
            if case != FIT and case.startswith(f"{measure.along}="):
                for found in findings(replace(measure, workloads=(workload,), case=case), figures):
                    by_pair.setdefault((found.subject, found.against), []).append((case, found))
        for cases in by_pair.values():
            decided = tuple(each for each in cases if each[1].verdict not in (UNCLEAR, MISSING))
            if len(decided) > 1:  # one case is no walk
                open_cases = tuple(case for case, found in cases if found.verdict in (UNCLEAR, MISSING))
                yield Walk(measure, workload, decided, open_cases)
