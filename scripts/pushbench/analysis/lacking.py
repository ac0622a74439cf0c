"""Transports that were to run and could not: what they lack, as the run recorded it."""

from __future__ import annotations

from pushbench.analysis.figures import Figures
from pushbench.setup import transports


def why_not_run(variant: str, figures: Figures) -> str:
    """'not run', or why it could not be."""
    found = figures.run.context.get("not_measured")
    why = found.get(transports.base_of(variant)) if isinstance(found, dict) else None
    return f"not measured: {why}" if isinstance(why, str) else "not run"


def could_not_run(scenario: str, figures: Figures) -> list[str]:
    """Those of a scenario for which the run says why."""
    return [name for name in figures.planned(scenario) if why_not_run(name, figures) != "not run"]
