"""What `compare` found as Markdown, for a comment on a pull request: what changed first, all the rest folded."""

from __future__ import annotations

from collections.abc import Sequence

from pushbench import prose
from pushbench.analysis.comparison import BETTER, CHANGED, SMALL, WORSE, Change
from pushbench.plain import as_code, in_markdown
from pushbench.report.words import comparing, wording

_ORDER = (WORSE, BETTER, CHANGED)
_HEAD = ["| | old | new | change | × the floor | |", "|---|---|---|---|---|---|"]


def markdown(changes: Sequence[Change], remarks: Sequence[str], threshold: float, names: tuple[str, str]) -> str:
    """`names` of the two runs. One table of what changed by more than the threshold, the others folded."""
    changed = sorted((each for each in changes if each.verdict in _ORDER), key=lambda each: _ORDER.index(each.verdict))
    small = sum(each.verdict == SMALL for each in changes)
    lines = [f"### {comparing.headline(changes, threshold)}", "",
             f"{as_code(names[0])} → {as_code(names[1])}, {prose.plural(len(changes), 'figure')}. {comparing.HOW}", ""]
    lines += [*_HEAD, *map(_row, changed), ""] if changed else []
    lines += [f"{prose.plural(small, 'figure')} changed by {threshold:g} % or less.", ""] if small else []
    lines += [line for remark in remarks for line in (f"> ⚠ {in_markdown(remark)}", "")]
    lines += ["<details><summary>All figures</summary>", ""]
    for heading in dict.fromkeys(change.heading for change in changes):
        here = [each for each in changes if each.heading == heading]
        lines += [f"**{heading}**", "", *_HEAD, *(_row(each, plain=True) for each in here), ""]
    return "\n".join([*lines, "</details>", ""])


def _row(change: Change, plain: bool = False) -> str:
    """`plain`: under a heading that says the metric."""
    name = change.row if plain else f"{change.heading} · {change.row}"
    beside = change.beside
    floor = f"{wording.middle(beside.old)} → {wording.middle(beside.new)}" if beside else ""
    word = f"**{change.verdict}**" if change.is_regression else comparing.word(change)
    old, new = comparing.sides(change)
    return f"| {' | '.join(map(in_markdown, (name, old, new, comparing.delta(change), floor, word)))} |"
