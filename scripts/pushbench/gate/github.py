"""What GitHub Actions shows of a gate: a mark at the line of each threshold, and a table on the page of the job."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pushbench.gate.judge import FAILED, HELD, Judged
from pushbench.gate.told import ORDER, counts, limit, line, seen
from pushbench.plain import as_code, in_markdown

SIGNS = {FAILED: "❌", HELD: "✅"}


def marks_of(rows: Sequence[Judged], root: Path) -> list[str]:
    """Workflow commands, one a line. What held has none. Files are named from the root of the repository."""
    return [f"::{'error' if row.verdict == FAILED else 'warning'} {_place(row, root)}title=pushbench gate::"
            f"{_escaped(line(row))}" for row in rows if row.verdict != HELD]


def _place(row: Judged, root: Path) -> str:
    match = re.fullmatch(r"(.+):(\d+)", row.threshold.where)
    if match is None:
        return ""
    path = Path(match[1]).resolve()
    name = path.relative_to(root) if path.is_relative_to(root) else path
    return f"file={_escaped_property(str(name))},line={match[2]},"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def summary(rows: Sequence[Judged], run_id: str) -> str:
    """Markdown: what failed first."""
    lines = [f"### Gate: {counts(rows)}", "", f"Run {as_code(run_id)}. A threshold fails where the whole 95 %"
             " interval lies beyond its limit.", "", "| | threshold | where | measured | limit | |",
             "|---|---|---|---|---|---|"]
    for row in sorted(rows, key=lambda each: ORDER.index(each.verdict)):
        why = "; ".join(part for part in (row.why, row.threshold.why) if part)
        cells = (f"{SIGNS.get(row.verdict, '❔')} {row.verdict}", as_code(row.threshold.text),
                 *map(in_markdown, (row.place, seen(row), limit(row.threshold), why)))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
