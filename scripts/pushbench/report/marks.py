"""Text that is made from results, between two marks of a document that is written by hand."""

from __future__ import annotations

from pathlib import Path

from pushbench.errors import PushbenchError


def put_between(document: Path, begin: str, end: str, text: str) -> None:
    whole = document.read_text(encoding="utf-8")
    before, found_begin, rest = whole.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise PushbenchError(f"{document}: the marks {begin.strip()} and {end.strip()} are missing")
    document.write_text(before + begin + text + end + after, encoding="utf-8")
