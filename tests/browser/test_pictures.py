"""The pictures of docs/pictures/: taken of the pages as they are, and with PUSHBENCH_PICTURES=1 (make pictures) kept.

Taking them is tried each time, so a page that fails is found before its picture is old. Those that are kept are held
against what README shows.
"""

from __future__ import annotations

import os
import re
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browsing import LONGEST_S, ROOT
from driver import Browser, Tab

FOLDER = ROOT / "docs" / "pictures"
SIZES = {"demo.png": (1200, 560), "report.png": (1200, 900)}
MOST_BYTES = 200_000
COLOURS = 256  # a page has few; with all that the edges of letters have, a picture is three times as large
KEPT = os.environ.get("PUSHBENCH_PICTURES") == "1"
HEARD = """() => [...document.querySelectorAll("[data-figure=received]")].map((each) => Number(each.textContent))"""
# Of the half minute that the demo's plots show; without the picture being kept, a moment is enough.
LEAST_HEARD = 550 if KEPT else 30


def size_of(picture: Path) -> tuple[int, int]:
    """By its header (PNG, third edition, §11.2.1)."""
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and head[12:16] == b"IHDR", f"{picture} is no PNG"
    width, height = struct.unpack(">II", head[16:])
    return width, height


@pytest.fixture
def take(needed_chromium: Browser, tmp_path: Path) -> Callable[[str, str, Callable[[Tab], Any]], None]:
    """A picture by its name, of the page at an address, once it shows what it should."""

    def taken(name: str, address: str, until_ready: Callable[[Tab], Any]) -> None:
        width, height = SIZES[name]
        page = needed_chromium.open(address, width=width, height=height)
        page.do("dark", dark=False)
        until_ready(page)
        shot = Path(page.do("shot", path=str(tmp_path / name)))
        assert page.do("faults") == [] and page.do("said") == [], "the page was not well when its picture was taken"
        page.do("close")
        keep(shot, FOLDER / name if KEPT else shot)
        assert size_of(shot) == (width, height)

    return taken


def keep(shot: Path, place: Path) -> None:
    """With fewer colours, the rare ones among them. Pillow comes with matplotlib."""
    from PIL import Image

    place.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(shot) as picture:
        fewer = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    fewer.save(place, optimize=True)
    assert place.stat().st_size <= MOST_BYTES


def until_all_have_heard(page: Tab) -> None:
    end = time.monotonic() + LONGEST_S
    while min(heard := page.run(HEARD) or [0]) < LEAST_HEARD:
        assert time.monotonic() < end, heard
        time.sleep(0.2)


def test_the_demo_is_taken(demo: str, take: Callable[..., None]) -> None:
    take("demo.png", demo, until_all_have_heard)


def test_the_first_screen_of_the_report_is_taken(take: Callable[..., None]) -> None:
    report = ROOT / "results" / "reference" / "report.html"
    take("report.png", report.as_uri(), lambda page: page.run("() => document.fonts.ready.then(() => true)"))


@pytest.mark.parametrize("name", SIZES)
def test_what_readme_shows_is_there(name: str) -> None:
    picture = FOLDER / name
    assert size_of(picture) == SIZES[name], "run make pictures"
    assert picture.stat().st_size <= MOST_BYTES
    shown = re.findall(r"!\[([^]]*)\]\(docs/pictures/([^)]*)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [words for words, shows in shown if shows == name and len(words) > 20], "README shows and describes it"
    assert {shows for _, shows in shown} == set(SIZES)
