"""Latencies as HdrHistogram writes them (`.hgrm`), for its plotters: of all blocks of a transport together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from pushbench.analysis.figures import Figures, Group
from pushbench.setup import transports
from pushbench.store.folder import make_folder, write_text
from pushbench.store.histograms import buckets_ms

FOLDER = "hgrm"
_TICKS_PER_HALF_DISTANCE = 5


def write(figures: Figures, folder: Path) -> list[Path]:
    """A file for each scenario, case and transport whose good trials hold a histogram."""
    written = []
    for group in figures.groups.values():
        merged = _merged(group)
        if merged and transports.transport_of(group.variant).is_shown:
            make_folder(folder)
            path = folder / f"{'__'.join((group.scenario, group.variant, group.case or 'default'))}.hgrm"
            write_text(path, to_hgrm(merged))
            written.append(path)
    return written


def _merged(group: Group) -> Mapping[float, int]:
    """Histograms are added up, never percentiles."""
    merged: Counter[float] = Counter()
    for trial in group.good.values():
        merged.update(buckets_ms(trial))
    return merged


def to_hgrm(buckets_of_ms: Mapping[float, int]) -> str:
    """The same lines as `loadgen --histogram` writes, from the same buckets; values in ms."""
    buckets = sorted(buckets_of_ms.items())
    total = sum(count for _, count in buckets)
    lines = [f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", ""]
    share, below = 0.0, 0
    for value, count in buckets:
        below += count
        reached = below / total
        if reached < share:
            continue
        # One line a bucket at most; where a bucket passes several ticks, the line stands for the last.
        if below == total:
            lines.append(f"{value:12.3f} {1:2.12f} {below:10d}")
            break
        lines.append(f"{value:12.3f} {reached:2.12f} {below:10d} {1 / (1 - reached):14.2f}")
        # Ticks lie closer together as the end comes nearer: five to each halving of what is left.
        step = 1 / (_TICKS_PER_HALF_DISTANCE * 2 ** (math.floor(math.log2(1 / (1 - reached))) + 1))
        share = (math.floor(reached / step) + 1) * step
    mean = math.fsum(value * count for value, count in buckets) / total
    deviation = math.sqrt(math.fsum((value - mean) ** 2 * count for value, count in buckets) / total)
    return "\n".join([*lines, f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation:12.3f}]",
                      f"#[Max     = {buckets[-1][0]:12.3f}, Total count    = {total:12d}]", ""])
