"""The house: the way of the data is the tree, and imports run one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "scripts" / "pushbench"
# Top to bottom. A room may use those below it, never one above.
ROOMS = ("cli", "report", "meter", "analysis", "run", "setup", "machine", "store", "stats")
LEAVES = ("errors", "units", "prose")  # modules that every room may use, and that use no room


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


def test_a_transport_is_named_by_no_room_below_setup() -> None:
    for room in ("stats", "machine"):
        for path in (PACKAGE / room).rglob("*.py"):
            assert "websocket" not in path.read_text(encoding="utf-8").lower(), path
