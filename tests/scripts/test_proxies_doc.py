"""docs/proxies.md says what was observed, to the letter, and names lines that stand in the files that were run."""

from pathlib import Path

import pytest
from pushbench.errors import PushbenchError
from pushbench.report import proxied
from pushbench.store import observed
from pushbench.store.observed import Observed

ROOT = Path(__file__).resolve().parents[2]
RECORD, EXAMPLES = ROOT / "results" / observed.FILE, ROOT / "examples" / "proxy"


def test_the_document_is_what_the_record_gives() -> None:
    text = (ROOT / "docs" / "proxies.md").read_text(encoding="utf-8")
    for name, made in proxied.texts(RECORD, EXAMPLES).items():
        assert proxied.begin(name) + made + proxied.end(name) in text, "run make observe, or pushbench readme"


@pytest.mark.parametrize("line", proxied.LINES, ids=lambda line: f"{line.transport}: {line.text[0]}")
def test_each_line_stands_in_its_file_and_made_a_difference(line: proxied.ProxyLine) -> None:
    file = (EXAMPLES / line.file).read_text(encoding="utf-8")
    assert [text for text in line.text if text not in file] == []
    record = observed.read(RECORD)
    assert record is not None
    without, within = (record.table(table).cell(row, line.column) for table, row in (line.without, line.within))
    assert without.seen != within.seen


def test_a_record_that_lacks_a_table_or_a_cell_is_told_in_one_line(tmp_path: Path) -> None:
    full = observed.read(RECORD)
    assert full is not None
    for lacking, why in ((Observed(), "has no table"), (_without_first_cell(full), "has no 'SSE"),):
        observed.write(lacking, tmp_path / observed.FILE)
        with pytest.raises(PushbenchError, match=why):
            proxied.texts(tmp_path / observed.FILE, EXAMPLES)
    with pytest.raises(PushbenchError, match="run make observe"):
        proxied.texts(tmp_path / "nothing.json", EXAMPLES)


def _without_first_cell(record: Observed) -> Observed:
    table = record.table("nginx-directives")
    assert table is not None
    return record.with_table(observed.SeenTable(**{**vars(table), "cells": table.cells[1:]}))


def test_it_is_written_between_its_marks(tmp_path: Path) -> None:
    document = tmp_path / "proxies.md"
    before = "what stood there\n"
    document.write_text("".join(proxied.begin(name) + before + proxied.end(name) for name in proxied.MARKS))
    proxied.write(document, RECORD, EXAMPLES)
    assert before not in document.read_text() and "proxy_buffering off;" in document.read_text()
