"""The same measure on every machine that has it, one below the other: a forest plot. Nothing is pooled.

Machines differ for reasons that no number in their summaries tells, so a mean of them would be of whoever sent most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pushbench import prose
from pushbench.analysis.measures import band
from pushbench.setup import transports
from pushbench.setup.claims import Claim, Measure
from pushbench.share.axis import Axis, axis
from pushbench.share.folder import Shared
from pushbench.store.counted import TOLD as METRICS

MATTERS = 0.10  # a duet's ratio within this of 1 is no practical difference, as in the claims that rest on duets

_NO_INTERVAL = 1e12  # wider than any


@dataclass(frozen=True)
class ForestRow:
    shared: Shared
    figure: Mapping[str, Any]
    axis: Axis
    verdict: str = ""

    @property
    def at(self) -> float:
        return self.axis.place(self.figure["middle"])

    @property
    def from_to(self) -> tuple[float, float] | None:
        """None without an interval."""
        low, high = self.figure["low"], self.figure["high"]
        return None if low is None else (self.axis.place(low), self.axis.place(high))

    @property
    def leaves(self) -> tuple[bool, bool]:
        """Whether the interval goes on beyond the panel, to the left and to the right."""
        low, high = self.figure["low"], self.figure["high"]
        return (False, False) if low is None else (not self.axis.holds(low), not self.axis.holds(high))

    @property
    def width(self) -> float:
        """Of the interval, for sorting; as a share of the figure, where there is one."""
        low, high, middle = (self.figure[name] for name in ("low", "high", "middle"))
        return _NO_INTERVAL if low is None else (high - low) / (abs(middle) or 1)

    @property
    def text(self) -> str:
        low, middle, high = (self.figure[name] for name in ("low", "middle", "high"))
        return prose.figure(middle, low, high, signed=True)

    @property
    def interval(self) -> str:
        return prose.interval(self.figure["low"], self.figure["high"], signed=True)


@dataclass(frozen=True)
class ForestPanel:
    """`band`: between these a difference does not matter. `line`: no difference, or the threshold."""

    id: str
    title: str
    unit: str
    rows: tuple[ForestRow, ...]
    axis: Axis
    band: tuple[float, float] | None
    line: float | None

    @property
    def band_places(self) -> tuple[float, float] | None:
        return None if self.band is None else (self.axis.place(self.band[0]), self.axis.place(self.band[1]))


@dataclass(frozen=True)
class OfClaim:
    id: str
    text: str
    condition: str
    verdicts: str  # 'no practical difference on 2, depends on 1'
    panels: tuple[ForestPanel, ...]


def duets(shared: Sequence[Shared], a: str, b: str) -> list[ForestPanel]:
    """Server CPU per delivery of `a` over `b`, a panel a workload."""
    found: dict[str, list[tuple[Shared, Mapping[str, Any], str]]] = {}
    for each in shared:
        for duet in each.document["duets"]:
            if (duet["a"], duet["b"]) == (a, b):
                found.setdefault(duet["workload"], []).append((each, duet, ""))
    edges = 1 / (1 + MATTERS), 1 + MATTERS
    return [_panel(f"duet-{workload}", workload, "×", rows, edges, 1.0, True) for workload, rows in found.items()]


def of_claims(shared: Sequence[Shared], claims: Sequence[Claim]) -> list[OfClaim]:
    """In the order of the claims; those that this pushbench does not have come last, by what is known of them."""
    known = {claim.id: claim for claim in claims}
    ids = dict.fromkeys(claim["id"] for each in shared for claim in each.document["claims"])
    order = [claim.id for claim in claims if claim.id in ids] + [name for name in ids if name not in known]
    return [_of_claim(name, known.get(name), shared) for name in order]


def _of_claim(name: str, claim: Claim | None, shared: Sequence[Shared]) -> OfClaim:
    told = [(each, found) for each in shared for found in each.document["claims"] if found["id"] == name]
    by_measure: dict[tuple[str, ...], list[tuple[Shared, Mapping[str, Any], str]]] = {}
    for each, found in told:
        for measure in found["measures"]:
            key = tuple(measure[part] for part in ("title", "workload", "compare", "subject", "against", "metric"))
            by_measure.setdefault(key, []).append((each, measure, measure["verdict"]))
    counts = Counter(found["verdict"] for _, found in told)
    return OfClaim(name, claim.text if claim else "A claim that this pushbench does not have.",
                   claim.conditions[0] if claim and claim.conditions else "",
                   ", ".join(f"{verdict} on {count}" for verdict, count in counts.most_common()),
                   tuple(_of_measure(name, place, key, rows, claim)
                         for place, (key, rows) in enumerate(by_measure.items())))


def _of_measure(claim_id: str, place: int, key: tuple[str, ...], rows: list[tuple[Shared, Mapping[str, Any], str]],
                claim: Claim | None) -> ForestPanel:
    title, workload, compare, subject, against, metric = key
    of = next((each for each in (claim.deciding if claim else ()) if (each.metric, each.compare, each.subject) == (
        metric, compare, subject)), None)
    sides = transports.name_of(subject) + (f" / {transports.name_of(against)}" if compare == "ratio" else
                                           f" − {transports.name_of(against)}" if compare == "difference" else "")
    unit = "×" if compare == "ratio" else METRICS[metric].unit if metric in METRICS else ""
    edges, line = _held_against(of, compare)
    return _panel(f"{claim_id}-{place}", f"{title}, {sides}, in {workload}", unit, rows, edges, line,
                  compare == "ratio")


def _held_against(measure: Measure | None, compare: str) -> tuple[tuple[float, float] | None, float | None]:
    if measure is not None and measure.threshold is not None:
        return None, measure.threshold
    line = {"ratio": 1.0, "difference": 0.0}.get(compare)
    return (band(measure) if measure is not None and compare != "value" else None), line


def _panel(name: str, title: str, unit: str, rows: list[tuple[Shared, Mapping[str, Any], str]],
           edges: tuple[float, float] | None, line: float | None, log: bool) -> ForestPanel:
    middles = [figure["middle"] for _, figure, _ in rows]
    ends = [end for _, figure, _ in rows for end in (figure["low"], figure["high"]) if end is not None]
    found = axis(middles, ends, [*(edges or ()), *([] if line is None else [line])], log)
    placed = tuple(ForestRow(shared, figure, found, verdict) for shared, figure, verdict in rows)
    return ForestPanel(name, title, unit, placed, found, edges, line)
