"""A load at a fixed rate, no load at all, or one that never pauses."""

from typing import Any

from pushbench.run.kinds.one import Say, one_measurement
from pushbench.run.launch import Evidence, Tools
from pushbench.run.rules import AT_THE_LIMIT, IN_A_STORM
from pushbench.setup.plan import Planned
from pushbench.store.rules import findings_of, waived


def load(trial: Planned, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """A load at a fixed rate, or no load at all."""
    result = one_measurement(trial, tools, trial.rate_per_s, evidence)
    in_a_storm = "cut" in trial.scenario.values.get("behaviour", {})
    return {"result": result, "rules": waived(findings_of(result), IN_A_STORM if in_a_storm else ())}


def flood(trial: Planned, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """Everything that the load generator can take, from a server that never pauses: its own limit."""
    result = one_measurement(trial, tools, 0.0, evidence)
    # It is busy and late on purpose; only what it got wrong counts.
    return {"result": result, "flood": True, "rules": waived(findings_of(result), AT_THE_LIMIT)}
