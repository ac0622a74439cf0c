"""What browsers and proxies are seen to do, cell by cell: held against results/observed.json, or recorded in it.

A pytest plugin. With PUSHBENCH_RECORD=1 (make observe) each sheet replaces its table; without, a cell that is seen
otherwise than recorded fails its test, and is only warned of where another version of a program was observed.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from pushbench.store import observed
from pushbench.store.observed import Observed, SeenCell, SeenTable

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "results" / observed.FILE
RECORDS = os.environ.get("PUSHBENCH_RECORD") == "1"


class Sheet:
    """One table while it is being filled. What is seen must be settled: a word or two, no figure and no address."""

    def __init__(self, table: SeenTable, before: SeenTable | None) -> None:
        self._table = table
        self._before = before
        self._cells: list[SeenCell] = []

    @property
    def table(self) -> SeenTable:
        return SeenTable(**{**vars(self._table), "cells": tuple(self._cells)})

    def saw(self, row: str, column: str, seen: str, detail: str = "", **figures: float) -> None:
        """`figures` have their unit in their name, such as p50_ms."""
        cell = SeenCell(row, column, seen, detail, figures)
        self._cells.append(cell)
        if RECORDS:
            return
        found = observed.difference(self._before, self._table, cell)
        if found and self._before is not None and self._before.tools != self._table.tools:
            warnings.warn(found, stacklevel=2)
        else:
            assert not found, found


class Observing:
    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def sheet(self, table_id: str, title: str, note: str, tools: Mapping[str, str | None], source: str,
              timed: bool = False) -> Iterator[Sheet]:
        """`tools`: each program that is looked at, and its version, or None where this machine has none; then the tests
        of the sheet are skipped. `source` is the test's own __file__."""
        before = observed.read(self._path) or Observed()
        if missing := [name for name, version in tools.items() if version is None]:
            why = f"this machine has no {' and no '.join(missing)}"
            if RECORDS:
                observed.write(before.without(table_id, why), self._path)
            pytest.skip(why)
        table = SeenTable(table_id, title, note, {name: str(version) for name, version in tools.items()},
                          str(Path(source).resolve().relative_to(ROOT)), (), timed)
        sheet = Sheet(table, before.table(table_id))
        yield sheet
        if RECORDS and sheet.table.cells:
            observed.write((observed.read(self._path) or Observed()).with_table(sheet.table), self._path)


@pytest.fixture(scope="session")
def observing() -> Observing:
    return Observing(RECORD)
