"""A load at a fixed rate, no load at all, or one that never pauses."""

from typing import Any

from pushbench.run.kinds.one import Say, one_measurement, why_invalid
from pushbench.run.kinds.rate_search import other_reasons
from pushbench.run.launch import Evidence, Tools
from pushbench.setup.plan import Trial


def load(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """A load at a fixed rate, or no load at all."""
    result = one_measurement(trial, tools, trial.rate_per_s, evidence)
    return {"result": result, "invalid_because": why_invalid(result)}


def flood(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """Everything that the load generator can take, from a server that never pauses: its own limit."""
    result = one_measurement(trial, tools, 0.0, evidence)
    # It is busy and late on purpose; only what it got wrong counts.
    return {"result": result, "flood": True, "invalid_because": other_reasons(result)}
