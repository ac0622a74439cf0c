"""A test that is in no executable fails nobody: each file of tests is named, once, where the executables are."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
LISTS = [*TESTS.glob("*/CMakeLists.txt"), *TESTS.glob("*/*/CMakeLists.txt")]


def named_in(path: Path) -> list[Path]:
    """The files of tests that a CMakeLists.txt names, those of the contract by their bare names."""
    text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
    contract = re.findall(r"^pushbench_contract_test\(\w+_test\s+([^)]*)\)", text, re.MULTILINE)
    files = re.findall(r"[\w/]+_test\.cpp", text)
    return [path.parent / name for name in (*files, *(f"contract/{name}_test.cpp" for names in contract
                                                      for name in names.split()))]


NAMED = [path.resolve() for each in LISTS for path in named_in(each)]


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*_test.cpp")), ids=lambda path: str(path.relative_to(TESTS)))
def test_each_file_of_tests_is_in_one_executable(path: Path) -> None:
    assert NAMED.count(path) == 1, f"name {path.relative_to(TESTS)} in the CMakeLists.txt of its room, once"
