"""One file says the version; all others read it, and the changelog knows it."""
import pathlib
import re

import pushbench

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = (ROOT / "VERSION").read_text(encoding="ascii")


def test_the_version_is_three_numbers_on_a_line():
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", VERSION)
    assert pushbench.__version__ == VERSION.strip()


def test_nobody_says_it_once_more():
    said = re.compile(rf"(?<![\d.]){re.escape(VERSION.strip())}(?![\d.])")
    for path in (ROOT / "CMakeLists.txt", *(ROOT / "scripts" / "pushbench").glob("*.py"),
                 ROOT / "loadgen" / "CMakeLists.txt",
                 ROOT / "servers" / "CMakeLists.txt"):
        assert not said.search(path.read_text(encoding="utf-8")), path


def test_the_changelog_begins_with_what_is_not_released_or_with_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[([^]]+)\](?: - (\d{4}-\d\d-\d\d))?$", text, re.MULTILINE)
    assert headings and headings[0][0] in ("Unreleased", VERSION.strip())
    assert all(day for name, day in headings if name != "Unreleased")
    released = [name for name, _ in headings if name != "Unreleased"]
    assert not released or released[0] == VERSION.strip()
