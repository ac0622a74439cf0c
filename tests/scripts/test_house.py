"""The house: the way of the data is the tree, and imports run one way."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pushbench.setup.fields import FIELDS, KINDS
from pushbench.setup.transports import TRANSPORTS

PACKAGE = Path(__file__).resolve().parents[2] / "scripts" / "pushbench"
# Top to bottom. A room may use those below it, never one above.
ROOMS = ("cli", "shell", "share", "history", "report", "out", "demo", "soak", "meter", "gate", "analysis", "model",
         "run", "setup", "machine", "store", "stats")
LEAVES = ("errors", "plain", "units", "prose", "tables")  # modules that every room may use, and that use no room


def rooms_used(path: Path) -> Iterator[str]:
    """The first part behind `pushbench.` of each import, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) else (
            [each.name for each in node.names] if isinstance(node, ast.Import) else [])
        for name in names:
            if name and name.startswith("pushbench."):
                yield name.split(".")[1]
            elif name == "pushbench" and isinstance(node, ast.ImportFrom):
                yield from (each.name for each in node.names if each.name != "__version__")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room in ("__init__", "__main__"):
        return
    below = () if room in LEAVES else ROOMS[ROOMS.index(room):]
    assert set(rooms_used(path)) <= {*below, *LEAVES}, f"{room} may use {below}"


def texts_in(path: Path) -> Iterator[str]:
    """All texts but those that describe a module, a class or a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.value


def test_a_transport_is_named_by_no_room_below_setup() -> None:
    names = re.compile("|".join(rf"\b{row.name}\b" for row in TRANSPORTS.values() if row.is_choice), re.IGNORECASE)
    assert names.search("hose-short-poll") and not names.search("assets")
    for room in ROOMS[ROOMS.index("setup") + 1:]:
        for path in (PACKAGE / room).rglob("*.py"):
            assert [text for text in texts_in(path) if names.search(text)] == [], path


def test_a_class_has_a_name_of_its_own() -> None:
    names = Counter(node.name for path in PACKAGE.rglob("*.py")
                    for node in ast.parse(path.read_text(encoding="utf-8")).body
                    if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_kind_and_key_of_a_scenario_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert {*FIELDS, *KINDS} - told == set()
