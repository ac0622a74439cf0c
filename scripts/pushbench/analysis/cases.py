"""Which transport for a case, and what each would cost there: sums of what this run measured, never a hope.

The rule: of those that keep the case's staleness, from as many processes as that takes, the one that costs the least
server CPU. What costs the same within 10 %, by an interval, is the same: then the order of the table of transports
decides, and the report names them all. What this run cannot tell apart from the least is named beside it, never passed
over. Where a transport is missing, nothing is recommended.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pushbench import prose
from pushbench.analysis import costs, modelling, nearest, spreading
from pushbench.analysis.costs import Unit, Wait
from pushbench.analysis.duets import duet
from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import modelled
from pushbench.setup import transports
from pushbench.setup.cases import Case, span
from pushbench.stats import estimates as stats
from pushbench.stats.equivalence import is_equivalent

LARGE = 1.5  # half as much again, which hosts of this kind do to a trial on a bad minute
EQUAL, UNCLEAR, DEARER, LEAST = "no practical difference", "not told apart", "dearer", "least"


@dataclass(frozen=True)
class CostPart:
    """`per_s` events a second, each of which costs a unit."""

    per_s: float
    unit: Unit


@dataclass(frozen=True)
class Compared:
    """CPU of one case by two transports. `how` says what the deliveries were compared by."""

    ratio: stats.Estimate
    how: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One transport in one case. `gap` says why it has no figure."""

    base: str
    name: str
    interval_s: float | None  # of polls
    parts: tuple[CostPart, ...] = ()
    cores: stats.Estimate | None = None
    memory_mb: stats.Estimate | None = None
    memory_files: tuple[str, ...] = ()
    wait: Wait | None = None
    in_time: bool = False
    processes: int = 1  # that its users are spread over
    gap: str = ""
    times: float | None = None  # its CPU over that of the least of those in time, as the two figures stand
    compared: Compared | None = None  # the same with the noise taken out that both had: what decides
    standing: str = ""  # against that least; empty where it is not in time or unknown

    @property
    def lacks(self) -> str:
        """What its cost does not hold, so that it cannot be held against another."""
        unsaid = "" if self.wait or self.interval_s else "its wait was not measured"
        return next((part.unit.gap for part in self.parts if part.unit.gap), unsaid)

    @property
    def files(self) -> tuple[str, ...]:
        waited = self.wait.files if self.wait else ()
        compared = self.compared.files if self.compared else ()
        return tuple(dict.fromkeys([file for part in self.parts for file in part.unit.files]
                                   + [*self.memory_files, *waited, *compared]))


@dataclass(frozen=True)
class Outcome:
    """`picks` is empty where nothing can be recommended, and `missing` then says why."""

    case: Case
    home: str | None  # the measured workload that is nearest
    choices: tuple[Choice, ...]
    picks: tuple[Choice, ...]
    empty_share: float  # of polls that would find nothing
    missing: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        return bool(self.picks) and not any(each.standing == UNCLEAR for each in self.picks)


def outcomes(cases: Sequence[Case], figures: Figures) -> list[Outcome]:
    return [outcome(case, figures) for case in cases]


def outcome(case: Case, figures: Figures) -> Outcome:
    home = costs.home(case, figures)
    bases = [row.name for row in transports.TRANSPORTS.values() if row.is_choice]
    found = [_choice(case, home, base, figures) for base in bases]
    missing = tuple(f"{each.name}: {why}" for each in found if (why := each.gap or each.lacks))
    ranked = tuple(found) if missing else _ranked(found, figures)
    return Outcome(case, home, ranked, _picks(ranked), empty_share(case), missing)


def empty_share(case: Case) -> float:
    """Of polls at the longest interval that keeps the staleness, when notifications come at random."""
    return math.exp(-case.poll_interval_s / case.every_s)


def _choice(case: Case, home: str | None, base: str, figures: Figures) -> Choice:
    polls = transports.TRANSPORTS[base].polls
    interval_s = case.poll_interval_s if polls else None
    title = transports.TRANSPORTS[base].title
    name = f"{title}, {span(interval_s)}" if interval_s else title
    if home is None:
        near = prose.listing(list(costs.SHARED if case.shared else costs.OWN), "or")
        return Choice(base, name, interval_s, gap=f"no valid trial of {near}")
    model = modelled(figures)
    units = modelling.units(case, base, home, model, figures) if model.stands else (
        nearest.summed(case, home, base, figures))
    if units is None:
        return Choice(base, name, interval_s, gap=nearest.gap(base, home, figures))
    parts = tuple(CostPart(per_s, unit) for per_s, unit in units)
    cores = modelling.cores(case, base, model) if model.stands else (
        costs.total([(part.per_s / 1e6, part.unit.us) for part in parts]))
    memory = costs.memory_kib(base, figures)
    wait = None if polls else costs.wait(case, home, base, figures)
    over = spreading.processes(case, base, cores, wait)
    wait = spreading.spread(case, wait, over)
    return Choice(base, name, interval_s, parts, cores,
                  memory.estimate.times(case.users * 1024 / 1e6) if memory else None,
                  memory.files if memory else (), wait, polls or spreading.in_time(case, base, wait), over)


def _ranked(found: Sequence[Choice], figures: Figures) -> tuple[Choice, ...]:
    in_time = sorted((each for each in found if each.in_time and each.cores is not None),
                     key=lambda each: each.cores.middle)  # type: ignore[union-attr]
    if not in_time:
        return tuple(found)
    least = in_time[0]
    for each in in_time[1:]:  # a duet may show the other way round what trials a minute apart seem to say
        below = compare(each, least, figures).ratio.high
        least = each if below is not None and below < 1 else least
    return tuple(_against(each, least, figures) if each.cores else each for each in found)


def _against(each: Choice, least: Choice, figures: Figures) -> Choice:
    if each is least:
        return replace(each, times=1.0, standing=LEAST)
    assert each.cores is not None and least.cores is not None
    compared = compare(each, least, figures)
    times = each.cores.middle / least.cores.middle
    if times < 1 < (compared.ratio.low or 0.0):  # shown to be dearer, whatever the two figures alone seem to say
        times = compared.ratio.middle
    return replace(each, times=times, compared=compared,
                   standing=standing(compared.ratio) if each.in_time else "")


def standing(ratio: stats.Estimate) -> str:
    """Against the least. Of points without an interval only a large gap is believed."""
    if ratio.low is None or ratio.high is None:
        return DEARER if ratio.middle > LARGE else UNCLEAR
    if is_equivalent(ratio):
        return EQUAL
    return DEARER if ratio.low > 1.0 else UNCLEAR


def compare(a: Choice, b: Choice, figures: Figures) -> Compared:
    """CPU of a over CPU of b. Deliveries of one workload are compared where both met the same noise: it cancels."""
    assert a.cores is not None and b.cores is not None
    pair = _pair(a, b, figures)
    if pair is None:
        return Compared(apart(a.cores, b.cores), "trials of each alone")
    below = costs.total([(part.per_s / 1e6, part.unit.us) for part in b.parts[1:]])
    beside = costs.total([(part.per_s / 1e6, part.unit.us) for part in a.parts[1:]])
    base = b.parts[0].per_s / 1e6 * b.parts[0].unit.us.middle
    middle = (base * pair.ratio.middle + beside.middle) / b.cores.middle
    if not (pair.ratio.has_interval and below.has_interval and beside.has_interval):
        return replace(pair, ratio=stats.Estimate(pair.ratio.n, middle))
    # What b costs beside its deliveries is divided by: where that is high, the ratio is low.
    turned = stats.Estimate(below.n, below.middle, *(2 * below.middle - _end(end) for end in (below.high, below.low)))
    spread = costs.total([(times / b.cores.middle, each) for times, each in (
        (base, pair.ratio), (1.0, beside), (middle, turned))])
    return replace(pair, ratio=stats.Estimate(
        pair.ratio.n, middle, max(middle - spread.middle + _end(spread.low), 0.0),
        middle - spread.middle + _end(spread.high)))


def _end(value: float | None) -> float:
    assert value is not None
    return value


def _pair(a: Choice, b: Choice, figures: Figures) -> Compared | None:
    one, other = a.parts[0].unit, b.parts[0].unit
    if one.scenario != other.scenario or not one.by_block or not other.by_block:
        return None
    return paired(one.scenario, (a.base, one.by_block), (b.base, other.by_block), figures)


def paired(scenario: str, a: tuple[str, Mapping[int, float]], b: tuple[str, Mapping[int, float]],
           figures: Figures) -> Compared | None:
    """Of a delivery, each with its cost by block: from a duet, where both ran at once, else within each block."""
    if (found := duet(figures, scenario, a[0], b[0])) and found.ratio.has_interval:
        return Compared(found.ratio, f"duets in {scenario}", found.files)
    ratio = stats.paired_ratio(a[1], b[1])
    return None if ratio is None else Compared(ratio, f"trials of the same block in {scenario}")


def apart(a: stats.Estimate, b: stats.Estimate) -> stats.Estimate:
    """A ratio of two figures from trials of their own: their relative errors add as squares."""
    middle, count = a.middle / b.middle, min(a.n, b.n)
    if not (a.has_interval and b.has_interval):
        return stats.Estimate(count, middle)
    below, above = (math.hypot(*ends) for ends in ((_down(a), _up(b)), (_up(a), _down(b))))
    return stats.Estimate(count, middle, middle / math.exp(below), middle * math.exp(above))


def _down(each: stats.Estimate) -> float:
    """How far an interval reaches down, over logarithms; where it reaches nothing, as far as to a thousandth."""
    return math.log(each.middle / max(each.low or 0.0, each.middle / 1000))


def _up(each: stats.Estimate) -> float:
    return math.log(_end(each.high) / each.middle)


def _picks(ranked: Sequence[Choice]) -> tuple[Choice, ...]:
    """The least and what stands with it, in the order of the table of transports; nothing where one is missing."""
    return tuple(each for each in ranked if each.standing in (LEAST, EQUAL, UNCLEAR))
