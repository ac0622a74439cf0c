"""What is read off a trial of schema 2, and what of one of schema 1."""

from itertools import pairwise
from pathlib import Path

import pytest
from pushbench.analysis import answer, cpu, second_meter
from pushbench.analysis.figures import FIT, SLOPES, Figures
from pushbench.report import compare
from pushbench.report.charts import latency
from pushbench.setup.scenario import load_scenario
from pushbench.store.metrics import BOTH_ENDS
from pushbench.store.records import load_run
from synthetic import NEWER, Generator, make_run

SCENARIOS = Path(__file__).resolve().parents[2] / "bench" / "scenarios"
SERVER = {"user_us_per_delivery": 2.0, "system_us_per_delivery": 8.0, "cpu_us_per_notification": 25.0,
          "heap": {"used_bytes_per_connection": 512.0, "retained_bytes_per_connection": 256.0},
          "kernel_bytes_per_connection": 3072.0,
          "kernel": {"server_end": {"slab_bytes_per_connection": 2048.0, "socket_buffer_bytes_per_connection": 1024.0},
                     "client_end": {"slab_bytes_per_connection": 1024.0, "socket_buffer_bytes_per_connection": 0.0},
                     "both_ends_bytes_per_connection": 4096.0}}
LOADGEN = {"pss_bytes_per_connection": 512.0, "headroom": 0.7, "busiest_thread_cores": 0.3}


@pytest.mark.parametrize(("metric", "value"), [
    ("server_user_us_per_delivery", 2.0), ("server_system_us_per_delivery", 8.0),
    ("server_cpu_us_per_notification", 25.0),
    ("heap_used_kib_per_connection", 0.5), ("heap_retained_kib_per_connection", 0.25),
    ("kernel_kib_per_connection", 3.0), ("kernel_objects_kib_per_connection", 2.0),
    ("kernel_buffers_kib_per_connection", 1.0), ("kernel_client_kib_per_connection", 1.0),
    ("loadgen_kib_per_connection", 0.5), ("loadgen_headroom", 0.7), ("loadgen_busiest_thread_cores", 0.3),
])
def test_what_schema_2_tells(tmp_path, metric, value):
    Generator(tmp_path).write("broadcast", "sse", 1, {"schema_version": 2, "server": SERVER, "loadgen": LOADGEN})
    figure = Figures(load_run(tmp_path)).get("broadcast", "", "sse", metric)
    assert figure.estimate.middle == pytest.approx(value) and figure.note == ""


def test_memory_that_lies_in_swap_is_no_memory(tmp_path):
    server = SERVER | {"pss_bytes_per_connection": 1024.0, "swapped_bytes": 4096}
    Generator(tmp_path).write("broadcast", "sse", 1, {"schema_version": 2, "server": server, "loadgen": LOADGEN})
    figures = Figures(load_run(tmp_path))
    assert figures.get("broadcast", "", "sse", "user_kib_per_connection") is None
    assert figures.get("broadcast", "", "sse", "memory_kib_per_connection") is None
    assert figures.get("broadcast", "", "sse", "kernel_kib_per_connection").estimate.middle == 3.0


def test_schema_1_knew_the_kernels_memory_of_both_ends_only(tmp_path):
    kernel = {"slab_bytes_per_connection": 7000.0, "socket_buffer_bytes_per_connection": 168.0}
    Generator(tmp_path).write("broadcast", "sse", 1, {
        "schema_version": 1, "loadgen": {"busiest_thread_cores": 0.4},
        "server": {"kernel_bytes_per_connection": 7168.0, "kernel": kernel}})
    figures = Figures(load_run(tmp_path))
    kernel = figures.get("broadcast", "", "sse", "kernel_kib_per_connection")
    assert kernel.estimate.middle == 7.0 and kernel.note == BOTH_ENDS
    assert figures.get("broadcast", "", "sse", "kernel_objects_kib_per_connection") is None
    assert figures.get("broadcast", "", "sse", "loadgen_headroom").estimate.middle == pytest.approx(0.6)


def test_kernel_memory_of_one_end_is_not_compared_with_that_of_both(tmp_path):
    runs = []
    user = {"pss_bytes_per_connection": 1024.0}
    for name, server in (("old", user | {"kernel_bytes_per_connection": 7168.0}), ("new", user | SERVER)):
        maker = Generator(tmp_path / name)
        for block in (1, 2, 3):
            maker.write("idle", "sse", block, {"connections": 1000, "server": server}, case="connections=1000")
        runs.append(Figures(load_run(tmp_path / name)))
    assert compare.compare(*runs, threshold=10.0) == []
    assert [change.verdict for change in compare.compare(runs[1], runs[1], threshold=10.0)] == ["~"]


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    folder = make_run(tmp_path_factory.mktemp("run"), blocks=3, variants=("sse", "websocket", "short-poll"),
                      scenarios=("idle", *NEWER))
    return Figures(load_run(folder))


@pytest.mark.parametrize("scenario", ["idle", "growth"])
@pytest.mark.parametrize("metric", SLOPES)
def test_memory_is_fitted_in_every_scenario_over_connection_counts(newer, scenario, metric):
    figure = newer.get(scenario, FIT, "sse", metric)
    assert figure.estimate.has_interval and figure.fit.intercept.has_interval
    assert 0 < figure.fit.residual and 0 < figure.fit.residual_share < 0.2


def test_a_heartbeat_costs_what_cpu_there_is_where_nothing_else_happens(newer):
    for variant, us in (("sse", 20.0), ("websocket", 20.0)):
        figure = newer.get("heartbeat", "", variant, "server_cpu_us_per_heartbeat")
        assert figure.estimate.middle == pytest.approx(us, rel=0.1)
    assert newer.get("growth", "connections=500", "sse", "server_cpu_us_per_heartbeat") is None


def test_the_generators_limit_counts_though_it_is_busy_on_purpose(newer):
    for variant, most in (("hose-sse", 900_000), ("hose-short-poll", 140_000)):
        taken = newer.get("saturation", "", variant, "taken_per_s")
        assert taken.estimate.middle == pytest.approx(most, rel=0.1)
    assert newer.get("growth", "connections=500", "sse", "taken_per_s") is None


@pytest.mark.parametrize(("result", "loadgen", "p99", "mean"), [
    ({"response_us": {"p99": 30.0, "mean": 10.0}}, {"latency_us": {"p99": 99.0}}, 30.0, 10.0),
    ({}, {"latency_us": {"mean": 11.0}}, None, 11.0),
    ({"response_time_mean_us": 12.0, "latency_us": {"p99": 99.0}}, {}, None, 12.0),
    ({}, {"transport": "short-poll", "latency_us": {"p99": 99.0}, "response_time_mean_us": 13.0}, None, 13.0),
])
def test_the_second_meter_is_held_against_response_times_of_both_versions(tmp_path, result, loadgen, p99, mean):
    for block in (1, 2, 3):
        Generator(tmp_path).write("wrk", "short-poll", block, {"connections": 64} | result, loadgen=loadgen,
                                  wrk={"latency_us": {"p99": 31.0, "mean": 10.0}})
    rows = {row.what: row.ours.middle for row in second_meter.meter_rows(load_run(tmp_path))}
    assert rows.get("response time, p99") == (None if p99 is None else pytest.approx(p99))
    assert rows["response time, mean"] == pytest.approx(mean)


def test_a_search_that_ends_on_one_step_in_all_blocks_has_no_interval(tmp_path):
    """Equal capacities are equal to a step of the search only: an interval of no width would be a lie."""
    runs = {}
    for name, rates in (("same", [4e6] * 3), ("higher", [5e6] * 3), ("other", [4e6, 5e6, 4e6])):
        maker = Generator(tmp_path / name)
        for block, rate in enumerate(rates, start=1):
            maker.write("capacity", "sse", block, {"connections": 1}, steps=[], capacity_deliveries_per_s=rate)
        runs[name] = Figures(load_run(tmp_path / name))
    same, other = (runs[name].get("capacity", "", "sse", "capacity_deliveries_per_s") for name in ("same", "other"))
    assert not same.estimate.has_interval and "same step" in same.note
    assert other.estimate.has_interval and other.note == ""
    assert [change.verdict for change in compare.compare(runs["same"], runs["higher"], threshold=10.0)] == ["?"]


def test_memory_is_told_in_all_and_one_slope(tmp_path):
    """5 KiB a connection and 100 of the empty server, of which the kernel's 3 are a part."""
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for count in (250, 500, 1000, 2500, 5000):
            server = SERVER | {"pss_bytes_per_connection": 2048 + 102_400 / count}
            maker.write("idle", "sse", block, {"connections": count, "server": server}, case=f"connections={count}")
    figure = Figures(load_run(tmp_path)).get("idle", FIT, "sse", "memory_kib_per_connection")
    assert figure.estimate.middle == pytest.approx(5.0) and figure.fit.intercept.middle == pytest.approx(100.0)


def with_latencies(published, deliveries, topics=1):
    """All latencies 5 ms, and a file that tells every percentile."""
    return {"published": published, "topics": topics, "window_deliveries": deliveries,
            "latency_us": {"count": deliveries, "p50": 5000.0, "p90": 5000.0, "p99": 5000.0, "p999": 5000.0},
            "histograms": {"unit": "ns", "latency": [[5_000_000, deliveries]]}}


@pytest.mark.parametrize(("blocks", "published", "deliveries", "told"), [
    (1, 24, 24_000, ["p50"]),  # one late notification of 24 is a thousand late deliveries
    (8, 24, 24_000, ["p50", "p90"]),  # 192 in all: twenty beyond p90, two beyond p99
    (6, 170, 17_000, ["p50", "p90", "p99"]),  # 1,020 in all
    (1, 1050, 1050, ["p50", "p90", "p99"]),  # topics of their own: each delivery is a notification
    (1, 12_000, 12_000, ["p50", "p90", "p99", "p999"]),
])
def test_a_percentile_rests_on_notifications_not_on_deliveries(tmp_path, blocks, published, deliveries, told):
    for block in range(1, blocks + 1):
        Generator(tmp_path).write("broadcast", "sse", block, with_latencies(published, deliveries))
    figures = Figures(load_run(tmp_path))
    found = {name: figures.get("broadcast", "", "sse", f"latency_{name}_ms") for name in ("p50", "p90", "p99", "p999")}
    assert [name for name, figure in found.items() if figure] == told
    assert all(figure.estimate.middle == pytest.approx(5.0) for figure in found.values() if figure)
    assert figures.tail("broadcast") == f"latency_{told[-1] if told[-1] != 'p999' else 'p99'}_ms"


def test_the_tail_is_one_that_all_transports_allow(tmp_path):
    for variant, published in (("sse", 1050), ("short-poll", 200)):
        Generator(tmp_path).write("sparse", variant, 1, with_latencies(published, published))
    figures = Figures(load_run(tmp_path))
    assert figures.tail("sparse") == "latency_p90_ms" and figures.tail("stream") == "latency_p50_ms"
    assert [column.short for column in answer.answers(figures)[0].case.columns[:2]] == ["p50", "p90"]


def test_a_curve_of_latency_ends_where_ten_notifications_are_left(tmp_path):
    buckets = [[1_000_000 * step, 1000] for step in range(1, 101)]  # a hundred notifications to a thousand
    result = with_latencies(100, 100_000) | {"histograms": {"unit": "ns", "latency": buckets}}
    Generator(tmp_path).write("broadcast", "sse", 1, result)
    places, values = latency.curve(Figures(load_run(tmp_path)).group("broadcast", "", "sse"))
    assert places[-1] == pytest.approx(10) and values[-1] == pytest.approx(91.0)


def with_parts(tmp_path, *parts):
    for block, (user, system) in enumerate(parts, start=1):
        total = 10.0 * block
        Generator(tmp_path).write("stream", "sse", block, {"server": {
            "cpu_us_per_delivery": total, "user_us_per_delivery": user, "system_us_per_delivery": system}})
    (row,) = cpu.cpu(Figures(load_run(tmp_path))).deliveries["stream"]
    return row


def test_parts_of_cpu_add_up_to_the_figure_beside_them(tmp_path):
    """Means of 4 and 16 of 20, scaled to the geometric mean of 10, 20 and 30."""
    row = with_parts(tmp_path, (0.0, 10.0), (3.0, 17.0), (9.0, 21.0))
    assert row.user.middle + row.system.middle == pytest.approx(row.total.estimate.middle)
    assert row.user.middle / row.total.estimate.middle == pytest.approx(0.2) and row.unknown == ""


@pytest.mark.parametrize(("parts", "said"), [
    (((2.0, 8.0), (None, None), (3.0, 27.0)), "1 of 3 trials met no tick"),
    (((2.0, 8.0), (4.0, 17.4), (3.0, 28.0)), "+4 % off their total"),
    (((None, None), (None, None)), "not measured"),
])
def test_parts_that_do_not_add_up_are_not_told(tmp_path, parts, said):
    row = with_parts(tmp_path, *parts)
    assert row.user is None and row.system is None and said in row.unknown


@pytest.mark.parametrize("name", ["broadcast", "stream"])
def test_schedules_are_out_of_step_with_the_kernels_tick(name):
    """In 25 notifications the phase of a tick of 4 ms is seen from all around: no gap is over a fifth of it."""
    rate = load_scenario(SCENARIOS, name, {}, "").rate
    phases = sorted(k * 250 / rate % 1 for k in range(25))
    assert max(b - a for a, b in pairwise([*phases, phases[0] + 1])) < 0.2
