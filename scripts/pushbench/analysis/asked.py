"""The question of a scenario, as its file asks it, with the number of clients that this run had: a profile, or who runs
it, may take others than the file does.
"""

from __future__ import annotations

from pushbench import prose
from pushbench.analysis.figures import Figures

CLIENTS = "{connections}"


def question(scenario: str, figures: Figures) -> str:
    planned = figures.run.context.get("scenarios")
    settings = planned.get(scenario) if isinstance(planned, dict) else None
    asked = settings.get("question") if isinstance(settings, dict) else None
    if not isinstance(asked, str) or not isinstance(settings, dict):
        return ""
    clients = settings.get("connections")
    return asked.replace(CLIENTS, prose.number(clients) if isinstance(clients, int) else "many")
