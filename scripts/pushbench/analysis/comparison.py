"""Two runs side by side: what changed by more than chance, and got anything worse?

Each change is held against chance by Welch's t over the blocks, and all of them together by Holm's correction, so that
two runs of the same program are told apart as seldom as one comparison would. What a busier machine makes dearer is
dearer for the floor as well, so CPU and latency count as changed only where they changed alone and beside the floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pushbench.analysis.duets import duets
from pushbench.analysis.figures import FIT, SLOPES, Figure, Figures, Key
from pushbench.setup import transports
from pushbench.stats import equivalence, estimates as stats
from pushbench.stats.student import CONFIDENCE
from pushbench.store.metrics import BOTH_ENDS, METRICS
from pushbench.store.rules import SATURATION

BETTER, WORSE, CHANGED = "better", "WORSE", "changed"
SMALL = "small"  # surely another figure, and by less than the threshold
EQUAL, UNKNOWN = "~", "?"
FLOOR = "floor"
DUETS = "duets, server CPU per delivery (ratio)"
BESIDE_FLOOR = ("server_cpu_us_per_delivery", "server_cpu_us_per_idle_connection_s", "latency_p50_ms", "latency_p99_ms")


@dataclass(frozen=True)
class Beside:
    """The same figure as a ratio to the floor of the same blocks, in either run, and what became of that ratio."""

    old: stats.Estimate
    new: stats.Estimate
    ratio: stats.Estimate

    @property
    def p(self) -> float | None:
        return equivalence.p_of_ratio(self.ratio)


@dataclass(frozen=True)
class Change:
    """One figure in both runs. `ratio` = new / old; `p` is how likely chance alone makes it, None where unknown."""

    heading: str
    row: str
    old: stats.Estimate
    new: stats.Estimate
    ratio: stats.Estimate | None
    p: float | None
    lower_is_better: bool = True
    is_judged: bool = True  # a better or worse, not only another figure
    verdict: str = UNKNOWN
    beside: Beside | None = None  # of what a busier machine makes dearer, where both runs have a floor

    @property
    def is_regression(self) -> bool:
        return self.verdict == WORSE

    @property
    def percent(self) -> float:
        return (self.ratio.middle - 1) * 100 if self.ratio else 0.0


def compare(old: Figures, new: Figures, threshold: float) -> list[Change]:
    """All figures that both runs have and that are worth a line, metric by metric; a verdict is for all together."""
    found = []
    for figure in new.all():
        key = figure.key
        before = old.get(key.scenario, key.case, key.variant, key.metric)
        # Kernel memory of both ends against that of one end is no comparison.
        alike = before is not None and (BOTH_ENDS in before.note) == (BOTH_ENDS in figure.note)
        if before is not None and alike and _is_compared(key, new):
            found.append((list(METRICS).index(key.metric), _change(before, figure, old, new)))
    changes = [change for _, change in sorted(found, key=lambda pair: pair[0])]
    return judged([*_of_duets(old, new), *changes], threshold)


def _of_duets(old: Figures, new: Figures) -> list[Change]:
    """A duet tells that two moved apart and not which of them moved, except where one of them is the floor."""
    before = {(each.title, each.a, each.b): each for each in duets(old)}
    changes = []
    for after in duets(new):
        known = before.get((after.title, after.a, after.b))
        if known is not None and transports.transport_of(after.b).is_shown:
            ratio = stats.independent_ratio(list(after.by_block.values()), list(known.by_block.values()))
            row = f"{after.title} · {transports.name_of(after.a)} / {transports.name_of(after.b)}"
            changes.append(Change(DUETS, row, known.ratio, after.ratio, ratio,
                                  equivalence.p_of_ratio(ratio) if ratio else None, is_judged=after.b == FLOOR))
    return changes


def judged(changes: Sequence[Change], threshold: float, level: float = 1 - CONFIDENCE) -> list[Change]:
    """With a verdict each, after Holm's correction for their number. `level`: how often chance may tell one apart."""
    corrected = equivalence.holm({place: change.p for place, change in enumerate(changes) if change.p is not None})
    return [replace(change, verdict=_verdict(change, corrected.get(place), threshold, level))
            for place, change in enumerate(changes)]


def _verdict(change: Change, p: float | None, threshold: float, level: float) -> str:
    if p is None:
        return UNKNOWN
    if p >= level:
        return EQUAL
    if abs(change.percent) <= threshold:
        return SMALL
    if not change.is_judged:
        return CHANGED
    return BETTER if (change.percent < 0) == change.lower_is_better else WORSE


def _is_compared(key: Key, figures: Figures) -> bool:
    """Each thing once: memory and idle CPU by the idle scenario, capacity by its own search."""
    if not transports.transport_of(key.variant).is_shown:
        return False
    if not METRICS[key.metric].compared or key.scenario in ("wrk", SATURATION):
        return False
    if key.metric in SLOPES:
        fitted = figures.get(key.scenario, FIT, key.variant, key.metric) is not None
        return key.scenario == "idle" and key.case == (FIT if fitted else figures.main_case("idle"))
    if key.metric == "server_cpu_us_per_idle_connection_s":
        return key.case == figures.main_case(key.scenario)
    return (key.scenario == "capacity") == (key.metric == "capacity_deliveries_per_s")


def _change(before: Figure, after: Figure, old: Figures, new: Figures) -> Change:
    metric = METRICS[after.key.metric]
    ratio = stats.independent_ratio(list(after.by_block.values()), list(before.by_block.values()))
    known = before.estimate.has_interval and after.estimate.has_interval
    if ratio is not None and not known:
        ratio = stats.Estimate(ratio.n, ratio.middle)
    p = equivalence.p_of_ratio(ratio) if ratio else None
    beside = _beside_floor(before, after, old, new)
    if p is not None and ratio is not None and beside is not None:
        p = max(p, _p_beside_floor(ratio, beside))
    if known and abs(after.estimate.middle - before.estimate.middle) <= metric.resolution:
        p = 1.0
    return Change(f"{metric.title}{f' ({metric.unit})' if metric.unit else ''}", _row(after.key), before.estimate,
                  after.estimate, ratio, p, metric.lower_is_better, is_judged=after.key.variant != FLOOR,
                  beside=beside)


def _beside_floor(before: Figure, after: Figure, old: Figures, new: Figures) -> Beside | None:
    """None where no floor tells."""
    key = after.key
    floors = [figures.get(key.scenario, key.case, FLOOR, key.metric) for figures in (old, new)]
    if key.metric not in BESIDE_FLOOR or key.variant == FLOOR or None in floors:
        return None
    sides = [stats.ratios_by_block(figure.by_block, floor.by_block)
             for figure, floor in zip((before, after), floors, strict=True) if floor is not None]
    first, second, ratio = stats.mean(sides[0]), stats.mean(sides[1]), stats.independent_ratio(sides[1], sides[0])
    return None if first is None or second is None or ratio is None else Beside(first, second, ratio)


def _p_beside_floor(ratio: stats.Estimate, beside: Beside) -> float:
    """How likely chance makes the change against the floor of the same blocks; 0 where that has no interval."""
    p = beside.p
    if p is None:
        return 0.0
    # The other way round beside the floor: the machine changed, not the program.
    return p if (beside.ratio.middle > 1) == (ratio.middle > 1) else 1.0


def _row(key: Key) -> str:
    place = f"{key.scenario} {key.case}"
    if not key.case or key.scenario == "idle":  # of idle, only one case is compared
        place = key.scenario
    elif key.case.startswith(key.scenario):  # 'payload payload=32' would say it twice
        place = key.case
    return f"{place} · {transports.name_of(key.variant)}"
