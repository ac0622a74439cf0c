"""Where polling becomes the cheaper one: how many notifications must wait at each poll for that."""

from __future__ import annotations

from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis.figures import Figures
from pushbench.setup import transports
from pushbench.stats import estimates as stats


@dataclass(frozen=True)
class Crossover:
    """CPU of one empty poll over CPU of one delivery by stream."""

    poll_us: float
    delivery_us: float
    ratio: stats.Estimate
    files: tuple[str, ...]

    @property
    def text(self) -> str:
        interval = ""
        if self.ratio.has_interval:
            interval = f" ({prose.number(self.ratio.low)}–{prose.number(self.ratio.high)})"
        return (f"Crossover: one empty poll costs {prose.number(self.poll_us)} µs of server CPU, one SSE "
                f"delivery {prose.number(self.delivery_us)} µs. So short polling can cost less CPU only "
                f"where each poll finds more than {prose.number(self.ratio.middle)}{interval} notifications "
                "waiting: rate per client × interval above that number, and users who accept that wait.")


def crossover(figures: Figures) -> Crossover | None:
    """From the idle scenario (all polls are empty there) and the sparse one, paired by block."""
    poll = _poll_cost(figures)
    delivery = figures.get("sparse", figures.main_case("sparse"), "sse", "server_cpu_us_per_delivery")
    if poll is None or delivery is None:
        return None
    by_block, files = poll
    ratio = stats.paired_ratio(by_block, delivery.by_block)
    middle = stats.mean(list(by_block.values()))
    if ratio is None or middle is None:
        return None
    return Crossover(middle.middle, delivery.estimate.middle, ratio, files + delivery.files)


def _poll_cost(figures: Figures) -> tuple[dict[int, float], tuple[str, ...]] | None:
    """µs per poll and block, from the shortest interval: there the polls outweigh all else."""
    case = figures.main_case("idle")
    for variant in figures.variants("idle", case):
        figure = figures.get("idle", case, variant, "server_cpu_us_per_idle_connection_s")
        group = figures.group("idle", case, variant)
        interval_ms = group.poll_interval_ms if group else None
        if figure is not None and interval_ms and transports.base_of(variant) == "short-poll":
            by_block = {block: value * interval_ms / 1000 for block, value in figure.by_block.items()}
            return by_block, figure.files
    return None
