"""The figures in README.md are those of the committed reference run, to the letter."""

import json
from pathlib import Path

import pytest

from pushbench.errors import PushbenchError
from pushbench.report import readme

ROOT = Path(__file__).resolve().parents[2]


def test_readme_holds_the_answer_of_the_reference_run() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.BEGIN + readme.answer(ROOT / "results" / "reference") + readme.END in text


def test_every_cell_of_the_answer_has_a_figure() -> None:
    assert "–" not in readme.answer(ROOT / "results" / "reference")


def test_a_readme_without_the_marks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# nothing", encoding="utf-8")
    with pytest.raises(PushbenchError, match="answer:begin"):
        readme.write(tmp_path / "README.md", ROOT / "results" / "reference")


@pytest.mark.parametrize("name", ["middle", "median"])
def test_summaries_of_both_versions_are_read(tmp_path: Path, name: str) -> None:
    cell = {"scenario": "sparse", "case": "", "variant": "sse", "metric": "server_cpu_us_per_delivery", name: 12.34}
    (tmp_path / "summary.json").write_text(json.dumps({"headline": "So.", "cells": [cell]}))
    assert "12.3" in readme.answer(tmp_path)
