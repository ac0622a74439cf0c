"""What stands between backticks is code, as in Markdown: in a page too, for who wrote a claim or a note wrote so."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_CODE = re.compile("`([^`]+)`")


def coded(text: str) -> Markup:
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def uncoded(text: str) -> str:
    """For an attribute, which has no room for an element."""
    return _CODE.sub(r"\1", text)
