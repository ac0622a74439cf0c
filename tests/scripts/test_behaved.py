"""What clients do to a server that are not steady, and what a network carries: by value, from small records."""

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.others import others
from pushbench.setup.fields import case_text
from pushbench.store.behaved import BEHAVED
from pushbench.store.metrics import METRICS
from pushbench.store.records import load_run
from pushbench.store.wire import HEADER_BYTES
from synthetic import Generator

CUT = {"after_s": 0.3, "connections": 200, "not_back": 2, "all_back_s": 0.25, "back_us": {"p50": 200_000.0},
       "peak_connects_per_s": 1500.0}
# Ten slices of 0.1 s. The storm goes from the fourth to the sixth.
SERIES = {"step_s": 0.1, "server_cpu_cores": [0.1, 0.1, 0.1, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1]}
STORM = {"lost": 50, "duplicated": 10, "series": SERIES, "behaviour": {"cut": CUT}}
VANISHED = {"let_go": 18, "still_held": 2, "looked_s": 8.0, "held_s_p50": 2.4}
SLOW = {"connections": 100, "behaviour": {"slow_readers": {"clients": 5}},
        "server": {"pss_bytes_per_connection": 1024.0, "kernel_bytes_per_connection": 30 * 1024.0,
                   "kernel": {"server_end": {"socket_buffer_bytes_per_connection": 20 * 1024.0}}}}
WIRE = {"window_deliveries": 10,
        "wire": {"bytes_in": 3000, "bytes_out": 200, "segments_in": 10, "segments_out": 12, "message_bytes": 2500}}


def read(tmp_path, metric, result):
    Generator(tmp_path).write("mine", "sse", 1, result)
    (trial,) = load_run(tmp_path).trials
    return METRICS[metric].read(trial)


@pytest.mark.parametrize(("metric", "value"), [
    ("back_all_s", 0.25), ("back_p50_s", 0.2), ("back_share", 0.99), ("peak_connects_per_s", 1500.0),
    ("storm_cpu_us_per_client", 3 * 1.0 * 0.1 * 1e6 / 200), ("lost_per_cut_client", 0.25),
    ("repeated_per_cut_client", 0.05)])
def test_of_a_storm(tmp_path, metric, value):
    assert read(tmp_path, metric, STORM) == pytest.approx(value)


@pytest.mark.parametrize("changes", [
    {"series": None}, {"series": SERIES | {"server_cpu_cores": [0.1, None]}},  # not told
    {"series": SERIES | {"server_cpu_cores": [0.1] * 5}},  # not all of it was seen
    {"behaviour": {"cut": CUT | {"all_back_s": None}}}])  # it has no end
def test_a_storm_that_was_not_seen_whole_has_no_cost(tmp_path, changes):
    assert read(tmp_path, "storm_cpu_us_per_client", STORM | changes) is None


@pytest.mark.parametrize(("changes", "held_s", "share"), [
    ({}, 2.4, 0.1), ({"let_go": 0, "still_held": 20, "held_s_p50": None}, 8.0, 1.0),
    ({"let_go": None, "still_held": None}, None, None)])
def test_of_vanished_clients(tmp_path, changes, held_s, share):
    result = {"behaviour": {"vanished": {"clients": 20} | VANISHED | changes}}
    assert read(tmp_path, "held_s", result) == held_s
    assert read(tmp_path, "still_held_share", result) == share


def test_what_the_kernel_holds_is_held_for_those_that_do_not_read(tmp_path):
    assert read(tmp_path, "buffers_kib_per_slow_reader", SLOW) == pytest.approx(20 * 100 / 5)
    assert read(tmp_path, "memory_beside_slow_mib", SLOW) == pytest.approx(31 * 100 / 1024)
    steady = SLOW | {"behaviour": None}
    assert [read(tmp_path, metric.key, steady) for metric in BEHAVED] == [None] * len(BEHAVED)


def test_bytes_of_a_delivery_with_the_headers_of_its_segments(tmp_path):
    whole = 3200 + 22 * HEADER_BYTES
    assert HEADER_BYTES == 52
    assert read(tmp_path, "wire_bytes_per_delivery_with_headers", WIRE) == whole / 10
    assert read(tmp_path, "overhead_bytes_per_delivery", WIRE) == (whole - 2500) / 10


@pytest.mark.parametrize("changes", [
    {"wire": WIRE["wire"] | {"segments_in": None}}, {"wire": {"bytes_in": 3000, "bytes_out": 200}},
    {"window_deliveries": 0}])
def test_bytes_that_were_not_counted_are_no_bytes(tmp_path, changes):
    for metric in ("wire_bytes_per_delivery_with_headers", "overhead_bytes_per_delivery"):
        assert read(tmp_path, metric, WIRE | changes) is None


def test_all_that_lost_nothing_are_alike(tmp_path):
    """Nothing is no ratio of nothing, and no transport is the best at it."""
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for variant, lost in (("sse", 0), ("websocket", 0), ("long-poll", 300)):
            maker.write("storm", variant, block, maker.result(variant, 100, 10) | STORM | {"lost": lost})
    (table,) = others(Figures(load_run(tmp_path)))
    assert {row.variant: row.cells["lost_per_cut_client"].least for row in table.rows} == {
        "sse": True, "websocket": True, "long-poll": False}


def columns(tmp_path, scenario, results):
    maker = Generator(tmp_path)
    for case, result in results.items():
        base = maker.result("sse", 100, 10)
        maker.write(scenario, "sse", 1, base | result | {"wire": base["wire"] | result.get("wire", {})}, case=case)
    tables = others(Figures(load_run(tmp_path)))
    return [[column.metric for column in table.case.columns] for table in tables]


def test_a_storm_has_a_table_of_what_became_of_it(tmp_path):
    """All in a table of figures that the run has, and none of those that would be a mean of unlike clients."""
    (found,) = columns(tmp_path, "storm", {"": STORM})
    assert found == ["latency_p50_ms", "latency_p90_ms", "back_all_s", "back_p50_s", "peak_connects_per_s",
                     "storm_cpu_us_per_client", "lost_per_cut_client", "repeated_per_cut_client",
                     "server_cpu_us_per_delivery"]


def test_the_memory_of_several_counts_is_no_slope_where_clients_are_cut_off(tmp_path):
    found = columns(tmp_path, "storm", {"connections=100": STORM, "connections=200": STORM | {"connections": 200}})
    assert all("memory_kib_per_connection" not in each and "back_all_s" in each for each in found)


def test_no_heartbeat_is_called_that():
    assert (case_text("heartbeat=0s"), case_text("heartbeat=2s")) == ("no heartbeat", "heartbeat of 2\u00a0s")


def test_headers_are_told_where_the_size_of_what_they_carry_varies(tmp_path):
    (sized,) = columns(tmp_path / "a", "sizes", {"payload=16": WIRE})
    (plain,) = columns(tmp_path / "b", "plain", {"": WIRE})
    assert "overhead_bytes_per_delivery" in sized and "wire_bytes_per_delivery_with_headers" in sized
    assert "bytes_per_delivery" in plain and "overhead_bytes_per_delivery" not in plain
