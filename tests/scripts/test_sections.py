"""Where memory and CPU go, and what the load generator costs: computed right, and 'not run' where it was not."""

import json

import pytest
from pushbench.analysis import memory
from pushbench.analysis.memory import BUFFERS, CLIENT, HEAP, KERNEL, OBJECTS, OTHER, TOTAL, USER
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from synthetic import NEWER, Generator, make_run, write_context

SOME = ("sse", "websocket", "long-poll", "short-poll")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("results") / "run", blocks=3, variants=SOME,
                    scenarios=("broadcast", "idle", *NEWER))


@pytest.fixture(scope="module")
def analysis(folder):
    return analyse(folder)


def section(page, name):
    start = page.index(f'<section id="{name}">')
    return page[start:page.index("</section>", start)]


def test_the_parts_of_memory_add_up_to_the_total(analysis):
    assert [table.scenario for table in analysis.memory] == ["idle", "growth"]
    for row in (row for table in analysis.memory for row in table.rows):
        parts = {part: amount.estimate.middle for part, amount in row.amounts.items()}
        assert parts[TOTAL] == pytest.approx(parts[HEAP] + parts[OTHER] + parts[OBJECTS] + parts[BUFFERS])
        assert [part for part, _ in row.stacked] == [HEAP, OTHER, OBJECTS, BUFFERS]
        assert sum(size for _, size in row.stacked) == pytest.approx(parts[TOTAL])
        assert row.amounts[OTHER].estimate.has_interval and CLIENT in row.amounts


def test_a_run_that_tells_no_parts_apart_shows_the_sums(tmp_path):
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for count in (500, 1000, 2000):
            server = {"pss_bytes_per_connection": 1024.0, "kernel_bytes_per_connection": 8192.0}
            maker.write("idle", "sse", block, {"schema_version": 1, "connections": count, "server": server},
                        case=f"connections={count}")
    (table,) = analyse(tmp_path).memory
    assert table.both_ends and table.rows[0].stacked == [(USER, pytest.approx(1)), (KERNEL, pytest.approx(8))]
    page = report.build(tmp_path).read_text()
    assert "did not tell them apart" in section(page, "memory") and "not measured" in section(page, "memory")
    assert "part of both ends" in (tmp_path / "charts" / "memory-per-connection.svg").read_text()


def test_memory_below_nothing_is_no_bar():
    amounts = {USER: memory.Amount(memory.stats.Estimate(1, -0.5), {}, ()),
               KERNEL: memory.Amount(memory.stats.Estimate(1, 4.0), {}, ())}
    assert memory.Stack("sse", "SSE", amounts, ()).stacked == [(USER, 0.0), (KERNEL, 4.0)]


@pytest.mark.parametrize(("kernel", "told"), [
    ((20.0, 22.0, 24.0), (21.9, None)), ((5.0, 22.0, 39.0), None), ((24.0, 31.0, 38.0), (31.0, 45.0))])
def test_no_part_of_the_cpu_is_more_than_all_of_it(tmp_path, kernel, told):
    """45 us in all: a kernel's part of '< 58' of it says nothing, and one of up to 62 is of 45 at most."""
    maker = Generator(tmp_path)
    for block, of_kernel in enumerate(kernel, 1):
        maker.write("sparse", "sse", block, {"schema_version": 2, "connections": 10, "server": {
            "cpu_us_per_delivery": 45.0, "user_us_per_delivery": 45.0 - of_kernel,
            "system_us_per_delivery": of_kernel}})
    (row,) = analyse(tmp_path).cpu.deliveries["sparse"]
    if told is None:
        assert row.system is None and row.unknown == "3 trials do not tell them apart"
        return
    assert row.user.middle + row.system.middle == pytest.approx(row.total.estimate.middle)
    assert all(part.high <= row.total.estimate.middle for part in (row.user, row.system))
    assert row.system.middle == pytest.approx(told[0], rel=0.05)
    assert told[1] is None or row.system.high == pytest.approx(told[1])


def test_the_publishers_share_is_spread_over_those_who_are_told(analysis):
    assert analysis.cpu.fan_out == 1000
    sse = next(row for row in analysis.cpu.published if row.variant == "sse")
    assert sse.per_notification.estimate.middle == pytest.approx(25, rel=0.1)
    assert sse.per_delivery.middle == pytest.approx(sse.per_notification.estimate.middle / 1000)
    assert sse.per_delivery.has_interval and sse.share.has_interval
    assert sse.share.middle == pytest.approx(100 * 0.025 / 10.2, rel=0.1)  # percent


def test_a_heartbeats_cost_is_told_at_the_servers_default(analysis):
    sse = next(row for row in analysis.cpu.heartbeats if row.variant == "sse")
    assert sse.cost.estimate.middle == pytest.approx(20, rel=0.1)
    assert sse.usual.middle == pytest.approx(sse.cost.estimate.middle / 15)
    assert sse.longer.middle == pytest.approx(sse.cost.estimate.middle / 25)
    assert sse.cores.middle == pytest.approx(100 * sse.usual.middle * 10_000 / 1e6)  # percent of a core


def test_a_long_poll_comes_back_each_25_seconds_by_default(analysis):
    long_poll = next(row for row in analysis.cpu.heartbeats if row.variant == "long-poll")
    assert long_poll.usual.middle == long_poll.longer.middle == pytest.approx(40 / 25, rel=0.1)


def test_the_lowest_headroom_is_that_of_one_trial(folder, tmp_path):
    write_context(tmp_path, 2)
    maker = Generator(tmp_path)
    for block, left in ((1, 0.7), (2, 0.31)):
        maker.write("broadcast", "sse", block, {"loadgen": {"headroom": left}})
        maker.write("capacity", "sse", block, {"loadgen": {"headroom": 0.0}}, steps=[])
    (only,) = analyse(tmp_path).generator.headrooms  # capacity drives it to its limit on purpose
    assert (only.scenario, only.left, only.file) == ("broadcast", 0.31, "broadcast__sse__default__b2__a1.json")


def test_the_generators_limit_is_named_by_what_is_spoken(analysis):
    limits = {limit.variant: limit for limit in analysis.generator.limits}
    assert [limits[name].name for name in ("hose-sse", "hose-short-poll", "hose-lines")] == [
        "SSE", "Short poll", "Floor (bare TCP)"]
    assert limits["hose-websocket"].busiest.estimate.middle == pytest.approx(0.98)


def test_each_transport_has_one_row_in_the_generators_table(analysis):
    names = [row.name for row in analysis.generator.rows]
    assert len(names) == len(set(names)) and "Short poll, 1 s" in names
    one = next(row for row in analysis.generator.rows if row.name == "Short poll, 1 s")
    assert "broadcast" in one.cpu and one.memory is not None


def test_the_sections_stand_in_the_page_with_their_charts(folder):
    page = report.build(folder).read_text()
    for name, chart in (("memory", "memory-per-connection"), ("memory", "memory-growth"), ("cpu", "cpu-parts"),
                        ("generator", "generator-limit")):
        assert f'<figure id="{chart}"' in section(page, name) and page.count(f'<figure id="{chart}"') == 1
        assert (folder / "charts" / f"{chart}.png").exists()
    assert "From trials/saturation__hose-lines__default__b{1,2,3}__a1.json" in section(page, "generator")
    assert "largest residual" in section(page, "memory")
    cells = json.loads((folder / "summary.json").read_text())["cells"]
    fitted = [cell for cell in cells if cell["case"] == "fit"]
    assert fitted and all(cell["fit"]["residual"] >= 0 and cell["fit"]["intercept"]["n"] == 3 for cell in fitted)


def test_what_was_not_run_is_said(tmp_path):
    page = report.render(analyse(make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast",))), [])
    assert "Not run: it takes a scenario over several numbers of connections." in section(page, "memory")
    assert "not run (scenario <code>publisher</code>)" in section(page, "cpu")
    assert "not run (scenario <code>heartbeat</code>)" in section(page, "cpu")
    assert "not run (scenario <code>saturation</code>)" in section(page, "generator")


def test_the_publisher_without_a_broadcast_has_no_share(tmp_path):
    page = report.render(analyse(make_run(tmp_path / "run", blocks=3, variants=("sse",), scenarios=("publisher",))), [])
    assert section(page, "cpu").count("<td>not run</td>") == 2
