"""All that a run says, computed once: every output (page, Markdown, JSON, terminal) has the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pushbench import answer, labels, reading, stats
from pushbench.claims import load_claims
from pushbench.crossover import Crossover, crossover
from pushbench.figures import Figures
from pushbench.load import Run, load_run
from pushbench.second_meter import MeterRow, meter_rows
from pushbench.verdicts import Judgement, judge_all


@dataclass(frozen=True)
class Analysis:
    run: Run
    figures: Figures
    answers: list[answer.Answer]
    readings: list[reading.Reading]
    headline: str
    judgements: list[Judgement]
    crossover: Crossover | None
    meters: list[MeterRow]
    cautions: list[str]


def analyse(run_dir: Path) -> Analysis:
    run = load_run(run_dir)
    figures = Figures(run)
    answers = answer.answers(figures)
    readings = [reading.read(each) for each in answers]
    names = {row.variant: row.name for each in answers for row in each.rows}
    return Analysis(run, figures, answers, readings, reading.headline(answers, readings, names),
                    judge_all(load_claims(), figures), crossover(figures), meter_rows(run),
                    _cautions(run, figures))


def _cautions(run: Run, figures: Figures) -> list[str]:
    """What a reader must know before quoting a figure of this run."""
    found = [f"Not run: {title}." for title in answer.missing_cases(figures)]
    found += _about_blocks(run)
    for status in ("invalid", "failed"):
        count = run.count(status)
        if count:
            are = "is" if count == 1 else "are"
            found.append(f"{labels.plural(count, 'trial')} of {len(run.trials)} {are} {status} and in no "
                         "figure; the list of trials says why.")
    if run.context.get("dirty"):
        found.append("The source tree had uncommitted changes.")
    return found + [f"{remark}." for remark in run.remarks]


def _about_blocks(run: Run) -> list[str]:
    good = {trial.block for trial in run.trials if trial.ok}
    if not good:
        return ["No trial is valid: there are no figures."]
    if len(good) < stats.MIN_BLOCKS:
        return [f"{labels.plural(len(good), 'block')}: figures are single points without intervals; "
                f"an interval needs {stats.MIN_BLOCKS}. Good enough to see that it runs, not to choose by."]
    return []
