"""`pushbench complexity`: counts the code, and writes the record or compares it with the one that is there."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from pushbench import tables
from pushbench.meter.complexity import browser
from pushbench.meter.complexity.count import counted
from pushbench.setup.duties import load
from pushbench.store import here
from pushbench.store.counted import FILE, Complexity, read, write

LACKING = "ESLint is not there, or finds its Node too old: npm ci --prefix examples, with Node 20.19 or newer"
COLUMNS = ("files", "lines", "functions", "McCabe", "branches", "largest")


def complexity(root: Path, results: Path, check: bool, console: Console) -> int:
    here.needs_tree("complexity", "it counts the code in it")
    found = counted(root, load())
    show(found, console)
    path = results / FILE
    before = read(path)
    if browser.TOOL not in found.tools:
        console.print(f"what a page runs is not counted: {LACKING}", highlight=False, soft_wrap=True)
    if not check:
        if before is not None and browser.TOOL not in found.tools:
            found = found.with_browser_of(before)
        write(found, path)
        console.print(f"written: {path}", highlight=False, soft_wrap=True)
        return 0
    wrong = changed(before, found)
    for line in wrong:
        console.print(line, highlight=False, soft_wrap=True)
    return 1 if wrong else 0


def changed(before: Complexity | None, now: Complexity) -> list[str]:
    """What no longer fits the tree, a line each. Another version of a tool is told only where it counts otherwise."""
    if before is None:
        return [f"results/{FILE} is missing or cannot be read: run make complexity"]
    found = [f"{row.side}, {row.folder}: the code has changed since it was counted: run make complexity"
             for row in now.rows if before.row(row.folder, row.side) != row]
    if before.duties != now.duties or before.left_out != now.left_out:
        found.append("what a transport leaves to others, or where it is proved, has changed: run make complexity")
    return found


def show(found: Complexity, console: Console) -> None:
    table = Table(box=None, padding=(0, 1))
    for name in ("", *COLUMNS):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for row in found.rows:
        table.add_row(f"{row.side}, {row.folder}", *map(str, (row.files, row.code_lines, row.functions, row.code_mccabe,
                                                              row.code_branches, row.most)))
    tables.show(table, console)
