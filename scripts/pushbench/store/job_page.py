"""The page of a CI job: Markdown that GitHub shows beside a run, where GITHUB_STEP_SUMMARY names its file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

VARIABLE = "GITHUB_STEP_SUMMARY"
_IN_SIGHT = 12  # lines; more are folded


def tell(title: str, lines: Sequence[str]) -> None:
    """A heading and a list. Nothing without such a page; one that cannot be written costs no command its end."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    items = "\n".join(f"- {_plain(line)}" for line in lines)
    if len(lines) > _IN_SIGHT:
        items = f"<details><summary>{len(lines)} lines</summary>\n\n{items}\n\n</details>"
    with suppress(OSError), open(path, "a", encoding="utf-8") as page:
        page.write(f"### {title}\n\n{items}\n\n")


def _plain(text: str) -> str:
    """A name with underscores is no emphasis."""
    return text.replace("_", r"\_").replace("*", r"\*").replace("<", "&lt;")
