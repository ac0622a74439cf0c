"""The program that speaks all transports costs what each of them costs alone: by the committed counts."""

from pathlib import Path

import pytest

from pushbench.meter.evidence import record

RECORD = Path(__file__).resolve().parents[2] / "results" / record.FILE
# An entry knows several encodings there, and looks its own up.
INSTRUCTIONS_WITHIN = 1.05


@pytest.mark.parametrize("name", ["sse", "websocket", "long-poll"])
def test_a_delivery_by_push_server_costs_no_more(name):
    found, remark = record.read(RECORD)
    assert found is not None, remark
    rows = {row.transport: row for row in found.rows if row.event == "delivery"}
    alone, among_others = rows[name], rows[f"push-{name}"]
    assert among_others.instructions <= alone.instructions * INSTRUCTIONS_WITHIN
    assert round(sum(among_others.calls.values()), 1) == round(sum(alone.calls.values()), 1)
    assert among_others.bytes_in == alone.bytes_in
