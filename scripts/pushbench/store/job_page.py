"""The page of a CI job: Markdown that GitHub shows beside a run, where GITHUB_STEP_SUMMARY names its file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

VARIABLE = "GITHUB_STEP_SUMMARY"
_IN_SIGHT = 12  # lines; more are folded


def path() -> Path | None:
    """None where nobody shows such a page."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def add(page: Path, markdown: str) -> None:
    """Throws OSError where it cannot be written."""
    with page.open("a", encoding="utf-8") as file:
        file.write(markdown)


def tell(title: str, lines: Sequence[str]) -> None:
    """A heading and a list. Nothing without such a page; one that cannot be written costs no command its end."""
    page = path()
    if page is None:
        return
    items = "\n".join(f"- {_plain(line)}" for line in lines)
    if len(lines) > _IN_SIGHT:
        items = f"<details><summary>{len(lines)} lines</summary>\n\n{items}\n\n</details>"
    with suppress(OSError):
        add(page, f"### {title}\n\n{items}\n\n")


def _plain(text: str) -> str:
    """A name with underscores is no emphasis."""
    return text.replace("_", r"\_").replace("*", r"\*").replace("<", "&lt;")
