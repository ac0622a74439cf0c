"""What two builds cost against each other, a sentence each: the same on a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pushbench import prose
from pushbench.analysis.builds import LEVEL, Versus
from pushbench.analysis.comparison import EQUAL, SMALL, UNKNOWN, Change
from pushbench.report.words import wording
from pushbench.stats import estimates as stats

HOW = ("Each is a duet: the same transport from both builds at once on the same cores, in blocks of fresh processes."
       f" Ratios with 95 % intervals over blocks; verdicts by Student's t, all together by Holm's correction, at"
       f" {LEVEL:.1%}: two builds that cost the same are told apart in one of a thousand such comparisons.")
WHAT = "server CPU per delivery"


def headline(found: Sequence[Versus], threshold: float) -> str:
    changes = [each.change for each in found if each.change is not None]
    known = sum(change.verdict != UNKNOWN for change in changes)
    worse = sum(change.is_regression for change in changes)
    if not known:
        return "nothing can be told of the two builds"
    of = f"of {known}" if known == len(found) else f"of the {known} that can be judged, of {len(found)}"
    return f"B is worse than A in {worse} {of}" if worse else \
        f"B is nowhere worse than A by more than {threshold:g} %, {of}"


def sentence(each: Versus, threshold: float) -> str:
    change = each.change
    if change is None:
        return f"{each.name}: no trial is valid{f' ({each.why})' if each.why else ''}."
    said = f"{each.name}: B takes {_ratio(change)}{'' if each.is_of_all else f', {_cost(change)}'}"
    if change.verdict == UNKNOWN:
        blocks = prose.plural(change.ratio.n if change.ratio else 0, "block")
        return f"{said}; {blocks}, too few for an interval (at least {stats.MIN_BLOCKS})."
    return f"{said}: {_verdict(each, change, threshold)}."


def _verdict(each: Versus, change: Change, threshold: float) -> str:
    if change.verdict == EQUAL:
        from_ = f"; from about {each.told_from * 100:.1f} % on it would be" if each.told_from else ""
        return f"not told apart{from_}"
    if change.verdict == SMALL:
        return f"{'more' if change.percent > 0 else 'less'}, by no more than {threshold:g} %, which is let pass"
    return f"{change.verdict}, by {prose.number(abs(change.percent))} %"


def _ratio(change: Change) -> str:
    ends = wording.interval(change.ratio)
    return f"{wording.middle(change.ratio)} × A's {WHAT}{f' [{ends}]' if ends else ''}"


def _cost(change: Change) -> str:
    return f"{wording.middle(change.new)} µs against {wording.middle(change.old)}"


def build(letter: str, told: Mapping[str, Any]) -> str:
    """'A: build, of 1a2b3c with changes, Release, GCC: (Debian 12.2.0) 12.2.0'."""
    commit = told.get("commit")
    of = f"of {str(commit)[:6]}{' with changes' if told.get('dirty') else ''}" if commit else ""
    parts = (str(told.get("folder")), of, str(told.get("build_type") or ""), *map(str, told.get("compilers") or ()))
    return f"{letter}: {', '.join(part for part in parts if part)}"
