"""The highest rate that a transport holds: the search of `rate_search`, with programs."""

from typing import Any

from pushbench.run.kinds.one import Say, one_measurement
from pushbench.run.kinds.rate_search import RateSearch, Verdict, describe, disturbed_step, judge, slo_us, step_record
from pushbench.run.launch import Evidence, Tools
from pushbench.run.rules import no_rate_held
from pushbench.setup.plan import Planned


def capacity(trial: Planned, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """The search; each step with a server of its own, so that an overload leaves nothing to the next."""
    scenario = trial.scenario
    start = scenario.rate_starts.get(trial.transport.name, scenario.rate_start)
    search = RateSearch(start, scenario.rate_max, scenario.rate_factor, scenario.precision, scenario.steps)
    bound_us = slo_us(scenario.slo_p99, trial.poll_interval_s)
    steps: list[dict[str, Any]] = []
    best: dict[str, Any] | None = None
    limited_by = "search"  # the highest rate of the scenario held: the limit was not met
    bounded_by: Verdict | None = None
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
            bounded_by = verdict
    return {"result": best, "steps": steps, "slo_us": bound_us, "limited_by": limited_by,
            "capacity_rate_per_s": search.best,
            "capacity_deliveries_per_s": search.best * trial.connections if search.best else None,
            "rules": [no_rate_held(search.best, steps[-1]["why"]), disturbed_step(bounded_by)]}
