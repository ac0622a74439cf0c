"""Where the server's CPU goes: user and kernel, and what of it is the publisher's and the heartbeats'."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pushbench import prose
from pushbench.analysis import waiting
from pushbench.analysis.figures import Figure, Figures
from pushbench.stats import estimates as stats

DELIVERING = ("sparse", "broadcast", "stream")
CLIENTS = 10_000  # for a sum that one can picture


MOST_APART = 0.02  # parts that miss their total by more are not told


@dataclass(frozen=True)
class Division:
    """`user` and `system` come from the blocks of `total` and add up to it, or `unknown` says why they are not told."""

    variant: str
    name: str
    total: Figure
    user: stats.Estimate | None = None
    system: stats.Estimate | None = None
    unknown: str = ""


@dataclass(frozen=True)
class Published:
    """The publisher alone: nobody listens. Its cost is spread over all who would have been told."""

    variant: str
    name: str
    per_notification: Figure
    per_delivery: stats.Estimate | None  # of broadcast
    share: stats.Estimate | None  # of what a delivery of broadcast costs, in percent


@dataclass(frozen=True)
class Heartbeat:
    variant: str
    name: str
    cost: Figure

    @property
    def usual(self) -> stats.Estimate:
        """µs per connection and second, at the default: one in 15 s of a stream, in 25 s of a long poll."""
        return self.cost.estimate.times(1 / waiting.usual_s(self.variant))

    @property
    def longer(self) -> stats.Estimate:
        """The same at one in 25 s."""
        return self.cost.estimate.times(1 / waiting.LONGER_S)

    @property
    def cores(self) -> stats.Estimate:
        """Of so many clients, in percent of a core."""
        return self.usual.times(CLIENTS / 1e6 * 100)


@dataclass(frozen=True)
class Cpu:
    """`fan_out` is how many are told each notification of broadcast; None when that was not run."""

    deliveries: dict[str, list[Division]]
    published: list[Published]
    heartbeats: list[Heartbeat]
    fan_out: float | None
    waiting_connections: float | None = None  # that have as many heartbeats a second as were measured


def cpu(figures: Figures) -> Cpu:
    deliveries = {scenario: rows for scenario in DELIVERING if (rows := _rows(scenario, figures))}
    fan_out = _fan_out(figures)
    published = [_published(figure, fan_out, figures)
                 for figure in _all("publisher", "server_cpu_us_per_notification", figures)]
    beats = [Heartbeat(figure.key.variant, figures.name(figure.key.variant, "heartbeat"), figure)
             for figure in _all("heartbeat", "server_cpu_us_per_heartbeat", figures)]
    trials = [trial for group in figures.groups.values() if group.scenario == waiting.BEATING
              for trial in group.good.values()]
    return Cpu(deliveries, published, beats, fan_out, waiting.connections(waiting.HEARTBEAT_S, trials))


def _rows(scenario: str, figures: Figures) -> list[Division]:
    case, rows = figures.main_case(scenario), []
    for variant in figures.variants(scenario):
        total, user, system = (figures.get(scenario, case, variant, f"server_{part}_us_per_delivery")
                               for part in ("cpu", "user", "system"))
        if total is not None:
            rows.append(_row(figures.name(variant, scenario), total, user, system))
    return rows


def _row(name: str, total: Figure, user: Figure | None, system: Figure | None) -> Division:
    """The kernel tells user from system by what it finds running at its tick, so a trial may have met none.
    The total comes from a clock in nanoseconds. Its parts are means over the same blocks, scaled alike, so that they
    add up to what stands beside them.
    """
    variant, blocks = total.key.variant, sorted(total.by_block)
    met = [block for block in blocks if user and system and block in user.by_block and block in system.by_block]
    if user is None or system is None or not met:
        return Division(variant, name, total, unknown="not measured")
    if met != blocks:
        missed = f"{len(blocks) - len(met)} of {prose.plural(len(blocks), 'trial')}"
        return Division(variant, name, total, unknown=f"{missed} met no tick of the kernel, which tells them apart")
    parts = [stats.arithmetic_mean([part.by_block[block] for block in blocks]) for part in (user, system)]
    whole = stats.arithmetic_mean(list(total.by_block.values()))
    assert parts[0] is not None and parts[1] is not None and whole is not None
    apart = (parts[0].middle + parts[1].middle) / whole.middle - 1 if whole.middle > 0 else 1.0
    if abs(apart) > MOST_APART:
        return Division(variant, name, total, unknown=f"the parts are {apart * 100:+.0f} % off their total")
    scale = total.estimate.middle / (parts[0].middle + parts[1].middle)
    bounded = [_within(part.times(scale), total.estimate.middle) for part in (parts[0], parts[1])]
    if None in bounded:
        return Division(variant, name, total, unknown=f"{prose.plural(len(blocks), 'trial')} do not tell them apart")
    return Division(variant, name, total, bounded[0], bounded[1])


def _within(part: stats.Estimate, whole: float) -> stats.Estimate | None:
    """No part is more than the whole that it was scaled to. Of one that may be nothing or all of it nothing is told."""
    if part.low is None or part.high is None or part.high <= whole:
        return part
    return None if part.low <= 0 else replace(part, high=whole)


def _all(scenario: str, metric: str, figures: Figures) -> list[Figure]:
    case = figures.main_case(scenario)
    found = (figures.get(scenario, case, variant, metric) for variant in figures.variants(scenario))
    return [figure for figure in found if figure is not None]


def _fan_out(figures: Figures) -> float | None:
    case = figures.main_case("broadcast")
    groups = [figures.group("broadcast", case, variant) for variant in figures.variants("broadcast", case)]
    trials = (trial for group in groups if group for trial in group.good.values())
    return next((count for trial in trials if (count := trial.number("connections"))), None)


def _published(figure: Figure, fan_out: float | None, figures: Figures) -> Published:
    variant = figure.key.variant
    delivery = figures.get("broadcast", figures.main_case("broadcast"), variant, "server_cpu_us_per_delivery")
    by_block = {block: value / fan_out for block, value in figure.by_block.items()} if fan_out else {}
    share = stats.paired_ratio(by_block, delivery.by_block) if delivery else None
    return Published(variant, figures.name(variant, "publisher"), figure, stats.mean(list(by_block.values())),
                     share.times(100.0) if share else None)
