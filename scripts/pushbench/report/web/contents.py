"""The table of contents: each section of the page gets an id that a link may name, and a line of the list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

PLACE = "<!-- contents -->"
_SECTION = re.compile(r"<section(?P<attributes>[^>]*)>\s*<h2(?P<of_title>[^>]*)>(?P<title>.*?)</h2>", re.S)
_ID = re.compile(r'\bid="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")
_VERDICT = re.compile(r'<span class="verdict[^>]*>.*?</span>')  # changes with the run, and is no part of a title


def with_contents(page: str, claims: Iterable[str] = ()) -> str:
    """The ids of a section or its title stay as they are; the claims stand below the section that has them."""
    lines: list[str] = []

    def entry(found: re.Match[str]) -> str:
        known = _ID.search(found["of_title"]) or _ID.search(found["attributes"])
        name = known[1] if known else _slug(found["title"])
        lines.append(f'<li><a href="#{name}">{_plain(found["title"])}</a>')
        return found[0] if known else found[0].replace("<section", f'<section id="{name}"', 1)

    page = _SECTION.sub(entry, page)
    return page.replace(PLACE, f"<ol>{''.join(_with_claims(line, claims) for line in lines)}</ol>", 1)


def _with_claims(line: str, claims: Iterable[str]) -> str:
    links = " ".join(f'<a href="#claim-{claim}">{claim}</a>' for claim in claims) if 'href="#claims"' in line else ""
    return f"{line}<br><small>{links}</small></li>" if links else f"{line}</li>"


def _plain(title: str) -> Markup:
    """What is escaped in a title already stays so."""
    return Markup(_TAG.sub("", _VERDICT.sub("", title)).strip())


def _slug(title: str) -> str:
    """'Method in brief' → 'method-in-brief'; of a long title the first words."""
    words = re.findall(r"[a-z0-9]+", _TAG.sub("", _VERDICT.sub("", title)).lower())
    return "-".join(words[:4])
