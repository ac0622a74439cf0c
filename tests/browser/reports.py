"""The report of the reference run as today's templates make it, and with a table of what was observed that is long."""

from __future__ import annotations

import shutil
from pathlib import Path

from pushbench.report.web import page
from pushbench.store import observed
from pushbench.store.observed import Observed, SeenCell, SeenTable

from browsing import ROOT

COLUMNS = 9
ROWS = 12


def _long_table() -> SeenTable:
    """No record of anything: more columns and words than a phone has room for."""
    cells = tuple(SeenCell(f"a row with a long name, {row}", f"what column {column} says", "comes back",
                           "after a while, with all that was published while it was away, and nothing twice")
                  for row in range(ROWS) for column in range(COLUMNS))
    return SeenTable("long", "A table that is longer and wider than a phone, to see that it scrolls inside the page",
                     "Made for a test.", {"Nothing": "1.0"}, "tests/browser/reports.py", cells)


def build(folder: Path) -> Path:
    run = folder / "reference"
    shutil.copytree(ROOT / "results" / "reference", run)
    record = observed.read(ROOT / "results" / observed.FILE) or Observed()
    observed.write(record.with_table(_long_table()), run / observed.FILE)
    return page.build(run)
