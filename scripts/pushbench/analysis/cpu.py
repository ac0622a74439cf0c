"""Where the server's CPU goes: user and kernel, and what of it is the publisher's and the heartbeats'."""

from __future__ import annotations

from dataclasses import dataclass

from pushbench.analysis.figures import Figure, Figures
from pushbench.stats import estimates as stats

DELIVERING = ("sparse", "broadcast", "stream")
HEARTBEAT_S = 15.0  # the servers' default, and near what proxies need
CLIENTS = 10_000  # for a sum that one can picture


@dataclass(frozen=True)
class Row:
    variant: str
    name: str
    total: Figure | None
    user: Figure | None
    system: Figure | None


@dataclass(frozen=True)
class Published:
    """The publisher alone: nobody listens. Its cost is spread over all who would have been told."""

    variant: str
    name: str
    per_notification: Figure
    per_delivery: stats.Estimate | None  # of broadcast
    share: float | None  # of what a delivery of broadcast costs


@dataclass(frozen=True)
class Heartbeat:
    variant: str
    name: str
    cost: Figure

    @property
    def per_connection_s(self) -> float:
        """µs per connection and second, at the servers' default of one in 15 s."""
        return self.cost.estimate.middle / HEARTBEAT_S

    @property
    def cores(self) -> float:
        return self.per_connection_s * CLIENTS / 1e6


@dataclass(frozen=True)
class Cpu:
    """`fan_out` is how many are told each notification of broadcast; None when that was not run."""

    deliveries: dict[str, list[Row]]
    published: list[Published]
    heartbeats: list[Heartbeat]
    fan_out: float | None

    @property
    def tells_parts(self) -> bool:
        return any(row.user and row.system for rows in self.deliveries.values() for row in rows)


def cpu(figures: Figures) -> Cpu:
    deliveries = {scenario: rows for scenario in DELIVERING if (rows := _rows(scenario, figures))}
    fan_out = _fan_out(figures)
    published = [_published(figure, fan_out, figures)
                 for figure in _all("publisher", "server_cpu_us_per_notification", figures)]
    beats = [Heartbeat(figure.key.variant, figures.name(figure.key.variant, "heartbeat"), figure)
             for figure in _all("heartbeat", "server_cpu_us_per_heartbeat", figures)]
    return Cpu(deliveries, published, beats, fan_out)


def _rows(scenario: str, figures: Figures) -> list[Row]:
    case, rows = figures.main_case(scenario), []
    for variant in figures.variants(scenario):
        total, user, system = (figures.get(scenario, case, variant, f"server_{part}_us_per_delivery")
                               for part in ("cpu", "user", "system"))
        if total is not None:
            rows.append(Row(variant, figures.name(variant, scenario), total, user, system))
    return rows


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
    each = stats.mean([value / fan_out for value in figure.by_block.values()]) if fan_out else None
    known = each is not None and delivery is not None and delivery.estimate.middle > 0
    share = each.middle / delivery.estimate.middle if known else None  # type: ignore[union-attr]
    return Published(variant, figures.name(variant, "publisher"), figure, each, share)
