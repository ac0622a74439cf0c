"""Evidence without noise: what is read, what falls out of the slopes, what a check lets pass."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from pushbench.errors import TrialError
from pushbench.meter.evidence import bound, check, conduct, record, session, show, slopes, speech, tools
from pushbench.meter.evidence.record import EventCost, Record
from pushbench.meter.evidence.slopes import CLIENTS, NOTIFICATIONS, Corner
from pushbench.report import summary
from pushbench.report.findings import analyse
from pushbench.report.web import page
from pushbench.setup.transports import TRANSPORTS
from pushbench.stats.estimates import Estimate
from synthetic import make_run

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build")) / "bin"
SCHEMA = json.loads((ROOT / "results" / "schema" / "evidence.schema.json").read_text())

STRACE = """% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 61.54    0.000120           1        93           sendto
 38.46    0.000075           3        25         2 epoll_wait
  0.00    0.000000           0         1           execve
------ ----------- ----------- --------- --------- ----------------
100.00    0.000195           1       119         2 total
"""
SSE = EventCost("sse", "delivery", 542, {"sendto": 1}, 235, 0, 1, 0, 433.4)
WEBSOCKET = EventCost("websocket", "delivery", 596, {"sendto": 1}, 224, 0, 1, 0, 593.4)
BEAST = EventCost("websocket-beast", "delivery", 4878, {"sendmsg": 1}, 224, 0, 1, 0, 5266)
POLL = EventCost("short-poll", "empty poll", 9968, {"epoll_wait": 2, "sendto": 1}, 52, 67, 1, 1, None)


def made(*rows: EventCost, compiler: str = "c++ 12.2.0", missing: dict[str, str] | None = None) -> Record:
    return Record(compiler, "Release", conduct.SETTINGS, rows, missing or {})


def test_a_table_of_strace_is_read_as_calls_by_name():
    assert tools.read_strace(STRACE) == {"sendto": 93, "epoll_wait": 25, "execve": 1}


def test_a_file_of_callgrind_is_read_as_its_total():
    text = "# callgrind format\nevents: Ir\n\nfn=(1) main\n4 12\n\nsummary: 40\n\ntotals: 9876543210\n"
    assert tools.read_callgrind(text) == {"instructions": 9876543210}


@pytest.mark.parametrize("read", (tools.read_strace, tools.read_callgrind))
def test_a_file_without_figures_is_said_to_have_none(read):
    with pytest.raises(TrialError, match="wrote no"):
        read("strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted\n")


def test_start_connecting_and_publishing_fall_out_of_the_slopes():
    def whole_life(corner: Corner) -> dict[str, float]:
        start, each_client, each_notification, each_delivery = 2_000_000, 7_000, 31_000, 542
        deliveries = corner.clients * corner.notifications
        return {"instructions": start + each_client * corner.clients + each_notification * corner.notifications
                + each_delivery * deliveries, "sendto": corner.notifications + deliveries, "accept4": corner.clients}

    found = slopes.per_delivery({corner: whole_life(corner) for corner in slopes.CORNERS})
    assert found == {"instructions": 542, "sendto": 1}
    assert isinstance(found["sendto"], int)


def test_a_call_that_only_longer_lives_make_counts_from_nothing():
    lives = {corner: {"sendto": corner.notifications * corner.clients} for corner in slopes.CORNERS}
    lives[Corner(CLIENTS[1], NOTIFICATIONS[1])]["brk"] = 3
    assert slopes.per_delivery(lives) == {"sendto": 1, "brk": 0.02}


def test_an_answer_is_whole_with_its_body():
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"cursor":7}'
    assert speech.is_whole_answer(answer) and not speech.is_whole_answer(answer[:-1])
    assert speech.is_whole_answer(b"HTTP/1.1 204 No Content\r\n\r\n") and not speech.is_whole_answer(b"HTTP/1.1 2")
    assert speech.cursor_in(answer, "6") == "7" and speech.cursor_in(b"HTTP/1.1 204 No Content\r\n\r\n", "6") == "6"


def test_times_count_alike_however_long_the_machine_is_up():
    assert speech.times_short_bytes(b'{"seq":1,"due_ns":1234567890123,"sent_ns":12345678901234567}') == 2 - 2
    assert speech.times_short_bytes(b'{"due_ns":123}{"due_ns":1234567890123456}') == 12 - 1


def test_a_check_lets_the_same_pass_and_says_what_moved():
    assert check.changes(made(SSE, POLL), made(SSE, POLL)) == []
    (change,) = check.changes(made(SSE), made(dataclasses.replace(SSE, instructions=547)))
    assert change.text == "SSE: instructions 542 → 547 (+0.9 %)" and not change.is_wrong


@pytest.mark.parametrize(("now", "what"), (
    ({"instructions": 553}, "instructions"), ({"instructions": 531}, "instructions"),
    ({"calls": {"sendto": 1, "recvfrom": 0.1}}, "recvfrom per delivery"), ({"calls": {}}, "sendto per delivery"),
    ({"bytes_in": 236}, "bytes in"), ({"data_segments_in": 2}, "data segments in"),
    ({"heap_bytes_per_connection": 450}, "heap bytes per connection")))
def test_a_check_fails_on(now, what):
    old, new = made(SSE), made(dataclasses.replace(SSE, **now))
    assert [change.what for change in check.fails(old, new)] == [what]
    other = dataclasses.replace(new, compiler="c++ 13.1.0")
    assert check.fails(old, other) == [] and check.changes(old, other)
    assert check.fails(old, dataclasses.replace(new, compiler="g++ 12.2.0"))  # the same by another name


def test_the_heap_that_grows_now_and_then_is_no_part_of_a_delivery():
    old, new = made(SSE), made(dataclasses.replace(SSE, calls={**SSE.calls, "brk": 0.007}))
    assert check.changes(old, new) == [] and check.changes(new, old) == []


def test_a_row_that_is_gone_or_new_fails_a_check():
    assert len(check.fails(made(SSE, POLL), made(SSE))) == len(check.fails(made(SSE), made(SSE, POLL))) == 1


def test_what_was_not_measured_is_no_change():
    bare = dataclasses.replace(SSE, instructions=None)
    assert check.changes(made(SSE), made(bare, missing={"instructions": "valgrind is missing"})) == []
    assert check.changes(made(SSE), made(bare))


def test_a_record_comes_back_as_it_was_written_and_as_the_schema_says(tmp_path):
    whole = made(SSE, POLL)
    record.write(whole, tmp_path / record.FILE)
    assert record.read(tmp_path / record.FILE) == (whole, "")
    first = (tmp_path / record.FILE).read_text()
    record.write(made(dataclasses.replace(SSE), dataclasses.replace(POLL, calls={"sendto": 1, "epoll_wait": 2})),
                 tmp_path / record.FILE)
    assert (tmp_path / record.FILE).read_text() == first
    jsonschema.validate(json.loads(first), SCHEMA)


@pytest.mark.parametrize("text", ('{"rows": 3}', "[]", '{"compiler": null', json.dumps(
    made(SSE).to_json() | {"rows": [SSE.to_json() | {"bytes_in": "235"}]})))
def test_a_file_that_is_no_record_is_a_remark(tmp_path, text):
    (tmp_path / record.FILE).write_text(text)
    found, remark = record.read(tmp_path / record.FILE)
    assert found is None and remark.startswith("evidence.json cannot be read")
    assert not record.copy_into(tmp_path / "run", tmp_path)


def test_the_committed_record_is_whole_and_as_the_schema_says():
    data = json.loads((ROOT / "results" / record.FILE).read_text())
    jsonschema.validate(data, SCHEMA)
    rows = {row.key: row for row in record.of_json(data).rows}
    assert list(rows) == [(subject.transport.name, subject.event) for subject in conduct.SUBJECTS]
    assert all(row.instructions and row.calls for row in rows.values())


def test_calls_are_told_with_the_most_frequent_first():
    assert show.calls(POLL) == "3: 2 epoll_wait, sendto"
    assert show.calls(dataclasses.replace(POLL, calls={})) == "0"
    assert show.calls(dataclasses.replace(POLL, calls=None)) == "–"


def test_the_bound_is_share_times_difference():
    counted = {row.transport: row.instructions or 0 for row in (SSE, WEBSOCKET, BEAST)}
    found = bound.Bound(Estimate(5, 0.12, 0.09, 0.15), counted, Estimate(5, 1.85, 1.71, 2.0))
    beast = found.ratio("websocket-beast")
    assert (beast.low, beast.middle, beast.high) == pytest.approx((1.72, 1.96, 2.2))
    assert found.lines == [
        "User space is 12 % [9.0–15.0] of what a delivery by SSE costs the server in broadcast, so 50 % more"
        " instructions there would move the whole by 6 %.",
        "SSE runs 542 instructions in user space for a delivery, WebSocket 596: that can move the whole by 1.20 %.",
        "WebSocket (Beast's) runs 4,878, which alone makes a delivery 2.0 [1.72–2.20] times as dear; this run measured"
        " 1.85 [1.71–2.00]."]


def test_without_a_run_that_tells_user_space_only_the_counts_are_said():
    found = bound.Bound(None, {"sse": 542, "websocket": 596})
    assert found.lines == ["SSE runs 542 instructions in user space for a delivery, WebSocket 596."]


def test_as_good_as_no_difference_is_said_to_be_small():
    found = bound.Bound(Estimate(1, 0.12), {"sse": 543, "websocket": 542})
    assert found.lines[1].endswith("WebSocket 542: that can move the whole by less than 0.1 %.")


def test_a_run_with_evidence_shows_it_and_one_without_says_nothing(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3)
    assert analyse(folder).evidence is None and analyse(folder).bound is None
    assert 'id="evidence"' not in page.render(analyse(folder), charts=[])
    record.write(made(SSE, WEBSOCKET, POLL), tmp_path / record.FILE)
    assert record.copy_into(folder, tmp_path)
    shown = page.render(analyse(folder), charts=[])
    assert 'id="evidence"' in shown and "SSE runs 542 instructions" in shown and "2 epoll_wait, sendto" in shown
    assert summary.to_json(analyse(folder))["evidence"]["rows"][0]["instructions"] == 542


def test_evidence_that_cannot_be_read_is_a_caution(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3)
    (folder / record.FILE).write_text("{")
    assert any("evidence.json cannot be read" in caution for caution in analyse(folder).cautions)


def test_a_run_takes_over_the_evidence_of_its_tree(fake_bench):
    record.write(made(SSE), fake_bench.results / record.FILE)
    fake_bench.only_one_trial()
    assert fake_bench.run() == 0
    assert record.read(fake_bench.run_dir / record.FILE)[0] == made(SSE)


def run_with(monkeypatch: pytest.MonkeyPatch, folder: Path, found: Record, **options: Any) -> tuple[int, str]:
    monkeypatch.setattr(conduct, "check_programs", lambda *_: None)
    monkeypatch.setattr(conduct, "measure", lambda _: found)
    monkeypatch.setattr(conduct.signal, "signal", lambda *_: None)
    with (folder / "printed").open("w") as file:
        code = conduct.evidence(conduct.EvidenceOptions(folder, folder, **options), Console(file=file, width=200))
    return code, (folder / "printed").read_text()


def test_a_check_ends_with_1_where_a_delivery_is_not_what_it_was(monkeypatch, tmp_path):
    assert run_with(monkeypatch, tmp_path, made(SSE))[0] == 0  # writes
    code, printed = run_with(monkeypatch, tmp_path, made(SSE), check=True)
    assert code == 0 and "nothing moved" in printed
    two_calls = made(dataclasses.replace(SSE, calls={"sendto": 2}))
    code, printed = run_with(monkeypatch, tmp_path, two_calls, check=True)
    assert code == 1 and "SSE: sendto per delivery 1 → 2 (+100.0 %)" in printed
    assert record.read(tmp_path / record.FILE)[0] == made(SSE)  # a check writes nothing


def test_a_missing_tool_is_said_and_loses_no_figure(monkeypatch, tmp_path):
    record.write(made(SSE), tmp_path / record.FILE)
    bare = made(dataclasses.replace(SSE, instructions=None), missing={"instructions": "valgrind is missing"})
    code, printed = run_with(monkeypatch, tmp_path, bare)
    assert code == 1 and "instructions: not measured: valgrind is missing" in printed
    assert record.read(tmp_path / record.FILE)[0] == made(SSE)
    assert run_with(monkeypatch, tmp_path, bare, check=True)[0] == 0
    nothing = dataclasses.replace(bare, missing={"instructions": "valgrind is missing", "calls": "strace is missing"})
    assert run_with(monkeypatch, tmp_path, nothing, check=True)[0] == 1


@pytest.mark.skipif(not shutil.which("strace") or not (BIN / "sse_server").exists(), reason="needs strace and a build")
def test_a_delivery_by_sse_is_one_call_and_one_segment_twice_over():
    measuring = conduct.Measuring(session.Tools(BIN, conduct.choose_cores(), seed=1))
    subject = session.Subject(TRANSPORTS["sse"])
    first, second = (measuring.counts_by(tools.STRACE, "calls", subject) for _ in range(2))
    assert measuring.missing == {}
    assert first == second
    assert {name: count for name, count in first.counts.items() if abs(count) >= check.RARE_CALLS} == {"sendto": 1}
    assert first.wire["data_segments_in"] == 1 and first.wire["bytes_in"] > 128


@pytest.mark.skipif(not (BIN / "polling_server").exists(), reason="needs a build")
def test_a_tool_that_may_not_be_used_is_said_once(monkeypatch):
    refused = tools.Tool("false", lambda file: ["false"], tools.read_strace)
    measuring = conduct.Measuring(session.Tools(BIN, conduct.choose_cores(), seed=1))
    subject = session.Subject(TRANSPORTS["short-poll"])
    assert measuring.counts_by(refused, "calls", subject) is None
    assert "polling_server under false" in measuring.missing["calls"]
