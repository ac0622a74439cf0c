"""The chart of how late a page hears: what it takes from a record, and none where nothing was observed."""

import dataclasses

from pushbench.report.charts import browser
from pushbench.setup.transports import TRANSPORTS
from pushbench.store.observed import Observed, SeenCell, SeenTable

CELLS = tuple(SeenCell(f"{rate}, {where}", column, "measured", "", figures)
              for rate in ("1 a second", "20 a second")
              for where, figures in (("in a page", {"n": 200, "p50_ms": 1.5, "p90_ms": 30.0}),
                                     ("by the load generator", {"n": 200, "p50_ms": 0.5}))
              for column in ("SSE", "Short poll, 1 s"))
TABLE = SeenTable(browser.TABLE, "Latency", "One machine.", {"Browser": "1.0"}, "tests/a.py", CELLS, timed=True)


def test_a_panel_a_rate_and_two_marks_a_transport():
    drawing = browser.late_in_a_page(Observed((TABLE,)))
    assert drawing is not None and "Browser 1.0" in drawing.caption
    panels = drawing.canvas.axes
    assert [panel.get_title(loc="left") for panel in panels] == ["1 a second, to each client",
                                                                 "20 a second, to each client"]
    for panel in panels:
        assert [tick.get_text() for tick in panel.get_yticklabels()] == ["SSE", "Short poll, 1 s"]
        marks = [line for line in panel.lines if line.get_marker() in "oD"]
        assert [(line.get_marker(), line.get_xdata()[0]) for line in marks] == [("o", 1.5), ("D", 0.5)] * 2
        assert [line.get_color() for line in marks[:2]] == [TRANSPORTS["sse"].colour] * 2
        assert [list(line.get_xdata()) for line in panel.lines if line not in marks] == [[1.5, 30.0], [0.5, 0.5]] * 2


def test_a_busy_machine_is_told():
    for share, told in ((0.1, False), (0.9, True)):
        cells = tuple(dataclasses.replace(cell, figures={**cell.figures, "busy_share": share}) for cell in CELLS)
        drawing = browser.late_in_a_page(Observed((dataclasses.replace(TABLE, cells=cells),)))
        assert drawing is not None and drawing.caption.endswith("other work meanwhile.") is told


def test_a_column_is_a_transport_or_itself():
    assert browser.transport_titled("Short poll, 1 s") is TRANSPORTS["short-poll"]
    assert browser.transport_titled("WebTransport").name == "WebTransport"


def test_nothing_observed_is_no_chart():
    assert browser.late_in_a_page(None) is None and browser.late_in_a_page(Observed()) is None
    bare = dataclasses.replace(TABLE, cells=(SeenCell("1 a second, in a page", "SSE", "measured"),))
    assert browser.late_in_a_page(Observed((bare,))) is None
