"""The highest rate that a transport holds: a bounded search, geometric until it breaks, then by bisection."""

import math
from dataclasses import dataclass
from typing import Any

from pushbench.run.rules import AT_THE_LIMIT, DISTURBANCES
from pushbench.store.histograms import of_deliveries_us
from pushbench.store.rules import SLOW, WRONG, Finding, broken, finding, findings_of, texts, waived
from pushbench.units import compact_number

# Over this share of a core a process is called busy. The generator's bound is the one of method rule 8.
_GENERATOR_BUSY = 0.8
_SERVER_BUSY = 0.9


class RateSearch:
    """Which rate to try next. Pure: it is told what held and never looks at a clock."""

    def __init__(self, start: float, highest: float, factor: float, precision: float, steps: int) -> None:
        self._next = start
        self._highest = highest
        self._factor = factor
        self._precision = precision
        self._steps_left = steps
        self.best: float | None = None
        self.broken: float | None = None

    def next_rate(self) -> float | None:
        """None: the search is over. Rates have two or three digits, since more would promise a precision it lacks."""
        return _rounded(self._next) if self._steps_left > 0 and not self._done() else None

    def record(self, rate: float, held: bool) -> None:
        self._steps_left -= 1
        if held:
            self.best = rate if self.best is None else max(rate, self.best)
        else:
            self.broken = rate if self.broken is None else min(rate, self.broken)
        self._next = self._following()

    def _following(self) -> float:
        if self.best is None:
            assert self.broken is not None
            return self.broken / self._factor
        if self.broken is None:
            return min(self.best * self._factor, self._highest)
        return math.sqrt(self.best * self.broken)

    def _done(self) -> bool:
        if self.best is not None and self.broken is not None:
            return self.broken / self.best <= self._precision
        # Nothing is left to try at the top, nor below one notification a second.
        return self.best is not None and self.best >= self._highest or self._next < 1


def _rounded(rate: float) -> float:
    digits = 1 - math.floor(math.log10(rate))
    return round(rate, max(digits, 0)) if rate >= 1 else 1.0


@dataclass(frozen=True)
class Verdict:
    held: bool
    why: str
    generator_limited: bool = False
    # It did not hold, but something else had the cores for a part of the time (slow), or the clock went wrong (wrong).
    disturbed: str = ""


def slo_us(slo_p99_s: float, poll_interval_s: float | None) -> float:
    """The bound on p99 of due → received.

    A client that asks every second waits up to a second by its own choice. So short polling is allowed its
    interval on top: what is judged is what the server adds.
    """
    return (slo_p99_s + (poll_interval_s or 0.0)) * 1e6


def judge(result: dict[str, Any], bound_us: float) -> Verdict:
    """Whether this step held: everything delivered, once and in order, and p99 within the bound.

    A busy generator or a late publisher does not void a step that held: it can only have made the latencies longer,
    because they count from when a notification was due. But when a step did not hold while the generator was busy,
    the blame is not the server's, and the step says so.
    """
    reasons = [f"{result[key]:,} {key} of {result.get('expected', 0):,}"
               for key in ("lost", "duplicated", "reordered", "malformed") if result.get(key)]
    if result.get("drain") == "timeout":
        reasons.append("deliveries were still missing when draining was given up")
    p99 = _p99_us(result)
    if p99 is None:
        reasons.append("no p99: too few deliveries")
    elif p99 > bound_us:
        reasons.append(f"p99 {p99 / 1000:.0f} ms is over {bound_us / 1000:.0f} ms")
    reasons = reasons or texts(waived(findings_of(result), (*AT_THE_LIMIT, *DISTURBANCES)), WRONG)
    if not reasons and p99 is not None:
        return Verdict(True, f"p99 {p99 / 1000:.1f} ms")
    disturbances = [each for each in broken(findings_of(result)) if each.rule in DISTURBANCES]
    disturbed = max((each.effect for each in disturbances), default="", key=(SLOW, WRONG).index)
    reasons += [each.text for each in disturbances]
    busy = (result.get("loadgen") or {}).get("busiest_thread_cores") or 0.0
    if busy < _GENERATOR_BUSY:
        return Verdict(False, "; ".join(reasons), disturbed=disturbed)
    server = (result.get("server") or {}).get("cpu_cores") or 0.0
    both = f", and so was the server ({server:.0%})" if server >= _SERVER_BUSY else ""
    return Verdict(False, f"generator-limited (a thread was {busy:.0%} busy{both}): " + "; ".join(reasons),
                   generator_limited=not both, disturbed=disturbed)


def _p99_us(result: dict[str, Any]) -> float | None:
    """A step is short and has few notifications; the bound is one on its deliveries."""
    p99: float | None = (result.get("latency_us") or {}).get("p99")
    return of_deliveries_us(result, 0.99) if p99 is None else p99


def disturbed_step(bound: Verdict | None) -> Finding:
    """Only the lowest rate that broke bounds the capacity: it should have broken by itself.

    Where something slowed it the capacity is less than it is, as all costs are that something slows.
    """
    disturbed = bound is not None and bound.disturbed
    return finding("disturbed_step", 1.0 if disturbed else 0.0, 0.0,
                   f"the step that bounds it was disturbed: {bound.why if bound else ''}", effect=disturbed or SLOW)


def step_record(rate: float, connections: int, result: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    return {"rate_per_s": rate, "connections": connections,
            "p99_us": _p99_us(result), "held": verdict.held, "why": verdict.why,
            "valid": result.get("valid"), "invalid_because": result.get("invalid_because", []),
            "marked_because": result.get("marked_because", []),
            "server_cores": (result.get("server") or {}).get("cpu_cores"),
            "loadgen_cores": (result.get("loadgen") or {}).get("cpu_cores")}


def describe(rate: float, verdict: Verdict) -> str:
    """One line for the display while the search runs."""
    return f"{compact_number(rate)}/s {'held' if verdict.held else 'did not hold'}: {verdict.why}"
