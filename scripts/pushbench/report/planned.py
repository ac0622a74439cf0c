"""The plans in docs/plan.md: four questions of readers, answered from results/reference/, no figure typed by hand."""

from __future__ import annotations

from pathlib import Path

from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import modelled
from pushbench.analysis.planning import proposal
from pushbench.report import marks
from pushbench.report.words import modelling, planning
from pushbench.setup.cases import Case
from pushbench.store.records import load_run

BEGIN, END = "<!-- plan:begin -->\n", "<!-- plan:end -->\n"
MODEL_BEGIN, MODEL_END = "<!-- model:begin -->\n", "<!-- model:end -->\n"
# A question, the values that stand for it, and what they leave out.
QUESTIONS = (
    (Case("mobile", "Mobile: 20,000 users with a notification per 5 minutes", 20_000, 300, False, 5, 300, 0.08), ""),
    (Case("ticker", "A ticker: 500 users, 20 times a second", 500, 0.05, True, 0.1, 128, 0.04), ""),
    (Case("chat", "A chat in which users send", 2000, 4, False, 0.5, 300, 0.04),
     "What users send is not in it: the scenario `upstream` measures that, which the reference run has not. It is a "
     "message on the open WebSocket, and a request of its own beside the others."),
    (Case("dashboard", "A dashboard that may be 10 s stale", 2000, 0.5, True, 10, 128, 0.04), ""),
)


def plans(run_dir: Path) -> str:
    figures = Figures(load_run(run_dir))
    lines: list[str] = []
    for case, beside in QUESTIONS:
        found = proposal(case, figures)
        if found is None:
            return f"No plan: {modelling.missing(modelled(figures))}.\n"
        lines += [f"### {case.title}", "", f"{planning.asked(case)}.", "", *planning.markdown(found), ""]
        lines += [beside, ""] if beside else []
    return "\n".join(lines).replace("\u00a0", " ")


def model(run_dir: Path) -> str:
    """How far the model behind them was off."""
    found = modelled(Figures(load_run(run_dir)))
    lines = modelling.markdown(found) if found.stands else [f"No model: {modelling.missing(found)}."]
    return "\n".join(lines).replace("\u00a0", " ") + "\n"


def write(document: Path, run_dir: Path) -> None:
    marks.put_between(document, BEGIN, END, plans(run_dir))
    marks.put_between(document, MODEL_BEGIN, MODEL_END, model(run_dir))
