"""docs/method.md promises that something keeps each rule and that something catches its breach: all of it exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([^`]+)`", TEXT)
TESTS = {path.stem for folder in ("tests",) for path in (ROOT / folder).rglob("*") if path.suffix in (".cpp", ".py")}


def test_it_has_all_25_rules_and_each_says_what_catches_a_breach():
    rules = re.split(r"\n\*\*(?=\d+\. )", TEXT)[1:]
    assert [int(rule.split(".")[0]) for rule in rules] == list(range(1, 26))
    for rule in rules[:24]:
        assert "Caught by" in rule, rule[:60]


def test_every_test_it_names_exists():
    named = {word for word in NAMED if re.fullmatch(r"test_\w+|\w+_test", word)}
    assert named and named <= TESTS, named - TESTS


def test_every_case_it_names_is_a_case_of_that_test():
    for test, case in re.findall(r"`(\w+_test)`\s*\(([A-Z]\w+)\)", TEXT):
        (path,) = (ROOT / "tests").rglob(f"{test}.cpp")
        assert f", {case})" in path.read_text(), (test, case)


def test_every_path_it_names_exists():
    paths = [word for word in NAMED if re.match(r"(servers|loadgen|bench|scripts|results|tests)/", word)]
    assert paths
    for word in paths:
        place = ROOT / word.rstrip("/")
        assert place.exists() or list(place.parent.glob(f"{place.name}.*")), word


def test_every_calibration_it_names_is_one():
    from pushbench.meter.calibration import checks

    source = Path(checks.__file__).read_text()
    for name in re.findall(r"[Cc]alibration\s+\*\*([^*]+)\*\*", TEXT):
        assert f'"{name}"' in source, name
