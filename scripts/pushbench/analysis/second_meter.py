"""wrk beside our load generator: the same server asked by two programs that share no code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pushbench.stats import estimates as stats
from pushbench.store.records import Run, Trial, number_in

AGREES_WITHIN = 0.10


@dataclass(frozen=True)
class MeterRow:
    what: str
    unit: str
    wrk: stats.Estimate
    ours: stats.Estimate
    ratio: stats.Estimate  # ours / wrk, paired by block
    files: tuple[str, ...]

    @property
    def agrees(self) -> str:
        """Of many connections only requests/s: the two start the clock of a request at different moments."""
        if self.what != "requests":
            return "not compared"
        return "yes" if abs(self.ratio.middle - 1) <= AGREES_WITHIN else "no"


Pair = Callable[[Trial], "tuple[float | None, float | None]"]


def _requests(trial: Trial) -> tuple[float | None, float | None]:
    ours = number_in(trial.raw, "loadgen", "requests_per_s")
    requests = number_in(trial.raw, "loadgen", "requests")
    seconds = number_in(trial.raw, "loadgen", "window_s") or number_in(trial.raw, "loadgen", "duration_s")
    if ours is None and requests is not None and seconds:
        ours = requests / seconds
    return number_in(trial.raw, "wrk", "requests_per_s"), ours


def _response(part: str) -> Pair:
    def read(trial: Trial) -> tuple[float | None, float | None]:
        return number_in(trial.raw, "wrk", "latency_us", part), _ours(trial, part)

    return read


def _ours(trial: Trial, part: str) -> float | None:
    """From request to answer, as wrk counts; the latency of a trial counts from when a notification was due."""
    loadgen = trial.raw.get("loadgen")
    whole = isinstance(loadgen, dict) and "transport" in loadgen  # the load generator's whole result, as once written
    places: list[tuple[Any, ...]] = [(trial.result, "response_us", part), (loadgen, "response_us", part)]
    places += [] if whole else [(loadgen, "latency_us", part)]
    places += [(tree, "response_time_mean_us") for tree in (loadgen, trial.result) if part == "mean"]  # schema 1
    found = (number_in(tree, *path) for tree, *path in places)
    return next((value for value in found if value is not None), None)


PAIRS: tuple[tuple[str, str, Pair], ...] = (
    ("requests", "requests/s", _requests), ("response time, mean", "µs", _response("mean")),
    ("response time, p50", "µs", _response("p50")), ("response time, p90", "µs", _response("p90")),
    ("response time, p99", "µs", _response("p99")),
)


def meter_rows(run: Run) -> list[MeterRow]:
    """What both meters measured; a figure that only one of them has is left out."""
    trials = [trial for trial in run.trials if trial.scenario == "wrk" and trial.ok]
    rows = [_row(what, unit, read, trials) for what, unit, read in PAIRS]
    return [row for row in rows if row is not None]


def _row(what: str, unit: str, read: Pair, trials: list[Trial]) -> MeterRow | None:
    theirs: dict[int, float] = {}
    ours: dict[int, float] = {}
    files = []
    for trial in trials:
        first, second = read(trial)
        if first is not None and second is not None:
            theirs[trial.block], ours[trial.block] = first, second
            files.append(trial.file)
    wrk, mine = stats.mean(list(theirs.values())), stats.mean(list(ours.values()))
    ratio = stats.paired_ratio(ours, theirs)
    if wrk is None or mine is None or ratio is None:
        return None
    return MeterRow(what, unit, wrk, mine, ratio, tuple(files))
