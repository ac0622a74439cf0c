"""Judges the claims: the primary measure decides, by its intervals alone, and what was observed, as it was seen; all
else is told beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis import told
from pushbench.analysis.crossover import crossover
from pushbench.analysis.everything import WithAll, with_all
from pushbench.analysis.figures import Figures
from pushbench.analysis.along import Walk, walks
from pushbench.analysis.measures import DEPENDS, FAILS, HOLDS, MISSING, SAME, UNCLEAR, Measured, findings
from pushbench.analysis.seen import Looked, look, sentence
from pushbench.analysis.told import Turn
from pushbench.setup.claims import Claim, Measure
from pushbench.stats import estimates as stats

AFTERWARDS = "This claim was written after the run."
CHANGED = "This claim was changed after the run."


@dataclass(frozen=True)
class Judgement:
    """`finding` says what was found, `sentence` also under which conditions, all of them, and how to repeat it.

    `note` is a mark against the claim itself: that it was not written before the run.
    """

    claim: Claim
    verdict: str
    primary: tuple[Measured, ...]
    secondary: tuple[Measured, ...]
    turn: Turn | None
    finding: str
    everything: tuple[WithAll, ...] = ()
    walks: tuple[Walk, ...] = ()  # where it turns along what the workloads vary
    seen: tuple[Looked, ...] = ()
    note: str = ""
    in_plan: bool = True  # whether the run was to measure any of what decides it

    @property
    def sentence(self) -> str:
        under = "; ".join([*self.claim.conditions, f"repeat with {self.claim.command}"])
        return f"{self.finding.removesuffix('.')} ({under})."

    @property
    def is_aside(self) -> bool:
        """Told in a list with how to measure it, and not at length: the run was never to measure it."""
        return self.verdict == MISSING and not self.in_plan

    @property
    def is_partial(self) -> bool:
        """There is a verdict, and some of what decides was not measured."""
        return self.verdict != MISSING and MISSING in _verdicts(self.primary, self.turn, self.seen)

    @property
    def reason(self) -> str:
        """What the verdict rests on: how many comparisons of the primary measure said what."""
        order = (HOLDS, FAILS, DEPENDS, SAME, UNCLEAR, MISSING)
        verdicts = _verdicts(self.primary, self.turn, self.seen)
        said = [f"{name}: {verdicts.count(name)}" for name in order if name in verdicts]
        what = "observation" if self.claim.primary is None else "comparison"
        return f"{prose.plural(len(verdicts), what)} · {' · '.join(said)}"


def judge_all(claims: Sequence[Claim], figures: Figures) -> list[Judgement]:
    return [judge(claim, figures) for claim in claims]


def judge(claim: Claim, figures: Figures) -> Judgement:
    primary = [finding for measure in claim.deciding for finding in findings(measure, figures)]
    secondary = [finding for measure in claim.secondary for finding in findings(measure, figures)]
    seen = look(claim, figures.observed)
    turn = turn_of(claim.primary, figures) if claim.primary else None
    verdict = overall(claim.primary, _verdicts(primary, turn, seen))
    along = tuple(walks(claim.primary, figures)) if claim.primary else ()
    text = " ".join(filter(None, [told.finding(claim, verdict, primary, turn, figures), *map(told.walk, along),
                                  sentence(seen, figures.observed)]))
    return Judgement(claim, verdict, tuple(primary), tuple(secondary), turn, text, tuple(with_all(claim, figures)),
                     along, tuple(seen), mark(claim, figures.run.context), _in_plan(claim, figures))


def _in_plan(claim: Claim, figures: Figures) -> bool:
    planned = figures.run.context.get("scenarios")
    if figures.observed is not None and any(each.decides for each in claim.observed):
        return True
    return any(figures.cases(name) or (isinstance(planned, dict) and name in planned) for name in claim.scenarios)


def _verdicts(primary: Sequence[Measured], turn: Turn | None, seen: Sequence[Looked]) -> list[str]:
    return ([finding.verdict for finding in primary if finding.judged] + ([turn.verdict] if turn else [])
            + [each.verdict for each in seen if each.observation.decides])


def overall(measure: Measure | None, verdicts: Sequence[str]) -> str:
    """One verdict from those of all workloads and pairs.

    Those that disagree make it depend, and nothing that is still open could change that. Otherwise what is missing or
    open could: then there is no verdict yet. Of the A/A test, which no claim makes, one difference is one too many.
    """
    if measure is not None and measure.expect == "same" and measure.no_difference is None and FAILS in verdicts:
        return FAILS
    decided = {verdict for verdict in verdicts if verdict not in (UNCLEAR, MISSING)}
    if DEPENDS in decided or len(decided) > 1:
        return DEPENDS
    if MISSING in verdicts or not verdicts:
        return MISSING
    if UNCLEAR in verdicts:
        return UNCLEAR
    (verdict,) = decided
    stands_for = measure.no_difference if measure is not None and verdict == SAME else None
    return stands_for or verdict


def turn_of(measure: Measure, figures: Figures) -> Turn | None:
    """Where it turns, for a measure that has a border; a border that is too vague to name is no verdict."""
    if measure.border is None:
        return None
    found = crossover(figures)
    if found is None:
        return Turn(MISSING, None, (), ())
    return Turn(border_verdict(found.ratio, measure.border.widest), found.ratio,
                tuple((border.polls_per_s, border.k) for border in found.borders), found.files)


def border_verdict(border: stats.Estimate, widest: float) -> str:
    """'Depends' once it is known where; a border with a wide interval tells nobody on which side he is."""
    if border.low is None or border.high is None or border.low <= 0:
        return UNCLEAR
    return DEPENDS if border.high / border.low <= widest else UNCLEAR


def mark(claim: Claim, context: dict[str, object]) -> str:
    """Whether the claim is the one that the run recorded before its first trial; older runs recorded none."""
    recorded = context.get("claims")
    if not isinstance(recorded, dict):
        return ""
    if claim.file not in recorded:
        return AFTERWARDS
    return "" if recorded[claim.file] == claim.sha256 else CHANGED
