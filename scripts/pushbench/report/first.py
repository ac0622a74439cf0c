"""The first screen: the same sentences and figures for the page, the README, the summary and the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pushbench import prose
from pushbench.analysis import library
from pushbench.analysis.cases import Choice, Outcome, outcomes
from pushbench.analysis.exclusions import Excluded, exclusions, with_all
from pushbench.analysis.figures import Figures
from pushbench.analysis.verdicts import Judgement
from pushbench.meter.calibration.record import Calibration
from pushbench.report.words import choosing, libraries
from pushbench.report.words.choosing import Advice
from pushbench.setup.cases import load_cases
from pushbench.stats import estimates as stats
from pushbench.store.records import Run

MOST_MARKED = 0.5  # of the trials: beyond that the machine was noisy from beginning to end
CHECKED = "Can these numbers be trusted?"


@dataclass(frozen=True)
class Card:
    """A claim on the first screen."""

    id: str
    claim: str
    verdict: str
    finding: str
    condition: str
    command: str
    note: str  # that the claim was not written before the run
    partial: bool = False  # some of what decides was not measured


@dataclass(frozen=True)
class Turned:
    """Cases that all trials together, excluded ones too, would decide otherwise, and those that they leave open."""

    other: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class First:
    lead: str
    trust: str  # one sentence: the meter, what was left out, and whether that matters
    careful: bool  # whether that sentence is a warning
    cases: tuple[tuple[Outcome, Advice], ...]
    excluded: tuple[Excluded, ...]
    cards: tuple[Card, ...]  # of the claims that this run was to measure
    library: tuple[str, str] | None  # title and sentence
    library_files: tuple[str, ...]
    trust_alone: str  # the same without a word of choices, for a report that withholds them


def first(figures: Figures, judgements: Sequence[Judgement], calibration: Calibration | None) -> First:
    found = outcomes(load_cases(), figures)
    left_out = exclusions(figures.run)
    turned = _turned(found, figures) if any(row.excluded for row in left_out) else Turned()
    spoken = library.finding(figures)
    said = libraries.finding(spoken)
    chosen = sum(bool(each.picks) for each in found)
    trust, careful = _trust(calibration, figures.run, turned, chosen, len(found))
    return First(choosing.lead(found), trust, careful, tuple((each, choosing.advise(each)) for each in found),
                 tuple(left_out), cards_of(judgements), said,
                 spoken.files if said and spoken else (),
                 _trust(calibration, figures.run, Turned(), 0, len(found))[0])


def cards_of(judgements: Sequence[Judgement]) -> tuple[Card, ...]:
    return tuple(card(each) for each in judgements if not each.is_aside)


def card(judgement: Judgement) -> Card:
    claim = judgement.claim
    return Card(claim.id, claim.text, judgement.verdict, judgement.finding, "; ".join(claim.conditions), claim.command,
                judgement.note, judgement.is_partial)


def _turned(found: Sequence[Outcome], figures: Figures) -> Turned:
    """What all trials together would say of each case."""
    whole = outcomes([outcome.case for outcome in found], Figures(with_all(figures.run)))
    pairs = list(zip(found, whole, strict=True))
    other = [f"{kept.case.title} ({choosing.advise(of_all).take})" for kept, of_all in pairs
             if kept.picks and not set(_picked(kept)) & set(_picked(of_all))]
    less = [kept.case.title for kept, of_all in pairs if kept.decided and not of_all.decided
            and set(_picked(kept)) & set(_picked(of_all))]
    return Turned(tuple(other), tuple(less))


def _picked(outcome: Outcome) -> tuple[str, ...]:
    """What a reader would take: of equals the first."""
    return tuple(each.base for each in (outcome.picks[:1] if outcome.decided else outcome.picks))


def _trust(calibration: Calibration | None, run: Run, turned: Turned, chosen: int, cases: int) -> tuple[str, bool]:
    """`chosen`: in how many of the cases there is a choice that trials could have turned."""
    passed = calibration is not None and calibration.passed
    trials, excluded = len(run.trials), len(run.trials) - run.count("ok")
    marked = sum(trial.ok and bool(trial.marks) for trial in run.trials)
    word = "Unknown" if calibration is None or not calibration.checks else (
        "Yes" if passed and not turned.other and marked <= MOST_MARKED * trials else "With care")
    of_trials = f"none of {prose.plural(trials, 'trial')} is left out"
    if excluded:
        of_trials = f"{excluded} of {prose.plural(trials, 'trial')} {_are(excluded)} left out"
        of_trials += f", and with all of them in {with_them(turned, chosen, cases)}" if chosen else ""
    slowed = f"; {marked} {_are(marked)} marked as slowed by the machine, and count" if marked else ""
    return f"{word}: {_checked(calibration)}; {of_trials}{slowed}.", word != "Yes"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def with_them(turned: Turned, chosen: int, cases: int) -> str:
    """Of the cases that have a choice: of the others none can be called the same."""
    same = chosen - len(turned.other) - len(turned.open)
    of = prose.plural(chosen, "case") + (" that has one" if chosen == 1 else " that have one") * (chosen < cases)
    share = f"{same} of {of}" if same < chosen else f"the {of}" if chosen == 1 else f"all {of}"
    said = [f"the choice is the same in {share}"]
    if turned.open:
        said.append(f"open in {prose.listing(list(turned.open))}")
    if turned.other:
        said.append(f"another in {prose.listing(list(turned.other))}")
    return prose.listing(said)


def _checked(calibration: Calibration | None) -> str:
    if calibration is None or not calibration.checks:
        return "the meter was not checked in this run"
    return calibration.outcome


def why_excluded(row: Excluded) -> str:
    """'generator_busy 3, lost 1'; the trials themselves say it where no rule is named."""
    return ", ".join(f"{rule.replace('_', ' ')} {count}" for rule, count in row.rules.most_common())


def to_json(found: First) -> dict[str, Any]:
    return {
        "lead": found.lead, "trust": found.trust,
        "cases": [_case_json(outcome, advice) for outcome, advice in found.cases],
        "excluded": [{"transport": row.base, "trials": row.trials, "excluded": row.excluded,
                      "rules": dict(row.rules)} for row in found.excluded],
        "claims": [asdict(card) for card in found.cards],
        "library": None if found.library is None else {
            "title": found.library[0], "sentence": found.library[1], "trials": list(found.library_files)},
    }


def _case_json(outcome: Outcome, advice: Advice) -> dict[str, Any]:
    return {
        "id": outcome.case.id, "title": outcome.case.title, "text": outcome.case.text, "near": outcome.home,
        "picks": [each.base for each in outcome.picks], "decided": outcome.decided,
        "missing": list(outcome.missing), "take": choosing.take_line(outcome), "why": advice.why,
        "choices": [_choice_json(each) for each in outcome.choices],
    }


def _choice_json(choice: Choice) -> dict[str, Any]:
    return {
        "transport": choice.base, "name": choice.name, "gap": choice.gap or choice.lacks,
        "in_time": choice.in_time, "processes": choice.processes, "standing": choice.standing,
        "cpu": choosing.cores(choice.cores), "memory": choosing.megabytes(choice.memory_mb),
        "wait": choosing.waits(choice), "cpu_cores": _numbers(choice.cores),
        "memory_mb": _numbers(choice.memory_mb), "times": choice.times,
        "ratio": _numbers(choice.compared.ratio) if choice.compared else None,
        "ratio_by": choice.compared.how if choice.compared else "",
        "wait_ms": _numbers(choice.wait.ms) if choice.wait else None,
        "wait_percentile": choice.wait.percentile if choice.wait else "", "trials": list(choice.files),
    }


def _numbers(each: stats.Estimate | None) -> dict[str, Any] | None:
    return None if each is None else each.to_json()
