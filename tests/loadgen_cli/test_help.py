"""docs/loadgen.md says what each option is for, and --help shows them by subject."""

import re
from pathlib import Path

from programs import run_loadgen

PAGE = Path(__file__).resolve().parents[2] / "docs" / "loadgen.md"
OPTION = r"--[a-z][a-z-]+"
ABOUT_ITSELF = {"--help", "--version"}


def options_of_help() -> set[str]:
    names = [line.split()[0] for line in run_loadgen("--help").stdout.splitlines() if line.startswith("  -")]
    return {option for name in names for option in re.findall(OPTION, name)}


def test_each_option_is_explained() -> None:
    explained = set(re.findall(OPTION, PAGE.read_text(encoding="utf-8")))
    assert options_of_help() - explained - ABOUT_ITSELF == set()


def test_options_come_in_groups() -> None:
    text = run_loadgen("--help").stdout
    groups = [text.index(f"\n{name}:\n") for name in ("Target", "Workload", "Publishing", "Machine", "Output")]
    assert groups == sorted(groups)
    assert "\nExit: 0 measured" in text
