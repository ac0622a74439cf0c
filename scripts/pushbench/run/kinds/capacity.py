"""The highest rate that a transport holds: the search of `rate_search`, with programs."""

from typing import Any

from pushbench.run.kinds.one import Say, one_measurement
from pushbench.run.kinds.rate_search import RateSearch, describe, judge, slo_us, step_record
from pushbench.run.launch import Evidence, Tools
from pushbench.setup.plan import Trial


def capacity(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """The search; each step with a server of its own, so that an overload leaves nothing to the next."""
    scenario = trial.scenario
    start = scenario.rate_starts.get(trial.transport.name, scenario.rate_start)
    search = RateSearch(start, scenario.rate_max, scenario.rate_factor, scenario.precision, scenario.steps)
    bound_us = slo_us(scenario.slo_p99, trial.poll_interval_s)
    steps: list[dict[str, Any]] = []
    best: dict[str, Any] | None = None
    limited_by = "search"  # the highest rate of the scenario held: the limit was not met
    because: list[str] = []
    while (rate := search.next_rate()) is not None:
        result = one_measurement(trial, tools, rate, evidence)
        verdict = judge(result, bound_us)
        search.record(rate, verdict.held)
        steps.append(step_record(rate, trial.connections, result, verdict))
        say(describe(rate, verdict))
        if verdict.held and rate == search.best:
            best = result
        elif not verdict.held and rate == search.broken:
            limited_by = "generator" if verdict.generator_limited else "server"
            # Only the lowest rate that broke bounds the capacity: it must have broken by itself.
            because = [f"the step that bounds it was disturbed: {verdict.why}"] if verdict.disturbed else []
    return {"result": best, "steps": steps, "slo_us": bound_us, "limited_by": limited_by,
            "capacity_rate_per_s": search.best,
            "capacity_deliveries_per_s": search.best * trial.connections if search.best else None,
            "invalid_because": because if best else [f"no rate held; the lowest tried: {steps[-1]['why']}"]}
