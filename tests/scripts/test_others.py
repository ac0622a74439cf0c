"""Everything that ran is shown, whatever its scenario is called: in tables, words, the summary, the page and charts."""

import json

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.others import others
from pushbench.report import summary
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.store.records import load_run
from rich.console import Console
from synthetic import Generator, make_run, write_context

QUESTION = "What does my own case cost?"


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """Two cases of a scenario of the reader's own, of which short polls have one."""
    folder = tmp_path_factory.mktemp("results") / "run"
    maker = Generator(folder)
    write_context(folder, 3, scenarios={"my chat": {"kind": "load", "question": QUESTION,
                                                    "transports": ["short-poll", "sse", "floor"]}})
    for block in (1, 2, 3):
        for rate in (20, 200):
            for variant in ("short-poll", "sse", "floor") if rate == 20 else ("sse", "floor"):
                maker.write("my chat", variant, block, maker.result(variant, 300, rate), case=f"rate={rate}")
    return folder


def printed(folder):
    console = Console(record=True, width=100, file=open("/dev/null", "w"))
    summary.print_table(folder, console)
    return console.export_text()


def test_each_case_has_a_table_with_the_figures(mine):
    tables = others(Figures(load_run(mine)))
    assert [table.case.title for table in tables] == ["my chat, rate=20", "my chat, rate=200"]
    assert [column.metric for column in tables[0].case.columns] == [
        "latency_p50_ms", "latency_p90_ms", "server_cpu_us_per_delivery", "user_kib_per_connection",
        "bytes_per_delivery"]
    rows = {row.variant: row for row in tables[0].rows}
    assert rows["sse"].middle("server_cpu_us_per_delivery") == pytest.approx(10.2, rel=0.1)
    polls = next(row for row in tables[1].rows if row.variant == "short-poll")
    assert polls.cells["server_cpu_us_per_delivery"].gap == "not run"


def test_every_output_shows_a_scenario_of_the_readers_own(mine):
    page = report.build(mine).read_text()
    told = json.loads((mine / "summary.json").read_text())
    for text in (page, (mine / "summary.md").read_text(), printed(mine)):
        assert "my chat, rate=200" in text and QUESTION in text
        assert "No valid trial" not in text
        in_a_line = " ".join(text.split())  # a terminal breaks lines
        assert "none of the workloads that one rests on has a figure" in in_a_line
    assert [table["scenario"] for table in told["others"]] == ["my chat"] * 2
    assert told["others"][0]["rows"][0]["variant"] == "sse" and not told["others"][0]["rows"][0]["gaps"]
    assert {path.stem for path in (mine / "charts").iterdir()} >= {"scenario-my-chat"}
    assert "10." in (mine / "charts" / "scenario-my-chat.svg").read_text()


@pytest.mark.parametrize(("scenario", "metric"), [
    ("capacity", "capacity_deliveries_per_s"), ("publisher", "server_cpu_us_per_notification"),
    ("heartbeat", "server_cpu_us_per_heartbeat"), ("saturation", "taken_per_s")])
def test_what_a_scenario_is_about_is_in_its_table(tmp_path, scenario, metric):
    ran = "others" if scenario == "capacity" else scenario
    tables = others(Figures(load_run(make_run(tmp_path / "run", blocks=3, variants=("sse", "websocket"),
                                              scenarios=(ran,)))))
    (table,) = [each for each in tables if each.case.scenario == scenario]
    assert metric in [column.metric for column in table.case.columns]
    assert any(row.middle(metric) for row in table.rows)


def test_an_idle_scenario_of_the_readers_own_tells_memory_as_a_slope(tmp_path):
    maker = Generator(tmp_path / "run")
    write_context(tmp_path / "run", 3)
    for block in (1, 2, 3):
        for count in (100, 200, 400):
            maker.write("asleep", "sse", block, maker.result("sse", count, 0), case=f"connections={count}")
    tables = others(Figures(load_run(tmp_path / "run")))
    assert [table.case.title for table in tables] == [f"asleep, connections={count}" for count in (100, 200, 400)]
    (row,) = tables[-1].rows
    assert row.middle("memory_kib_per_connection") == pytest.approx(1.1 + 8.7 * 0.5 + 0.2, rel=0.1)
    assert row.middle("server_cpu_us_per_idle_connection_s") == pytest.approx(0.3, rel=0.2)
    assert "user_kib_per_connection" not in row.cells


def test_slopes_alone_stand_in_one_table(tmp_path):
    """Of streams whose windows hold no heartbeat memory is all that there is, and the same whatever the case."""
    maker = Generator(tmp_path / "run")
    write_context(tmp_path / "run", 3)
    for block in (1, 2, 3):
        for count in (100, 200, 400):
            server = {"pss_bytes_per_connection": 2048.0 + block, "kernel_bytes_per_connection": 1024.0}
            maker.write("asleep", "sse", block, {"connections": count, "server": server}, case=f"connections={count}")
    (table,) = others(Figures(load_run(tmp_path / "run")))
    assert (table.case.title, table.conditions) == ("asleep", "slopes over 100, 200 and 400 connections")
    assert table.rows[0].middle("memory_kib_per_connection") == pytest.approx(3, rel=0.01)


def test_what_was_asked_for_stands_first_where_no_answer_can(mine, tmp_path):
    page = report.render(analyse(mine), charts=[])
    assert page.index('id="others"') < page.index("<h2>Claims on trial")
    both = make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast", "publisher"))
    page = report.render(analyse(both), charts=[])
    assert page.index("Claims on trial") < page.index('id="others"')


def test_payload_alone_is_an_answer_to_what_was_asked(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, variants=("sse", "long-poll"), scenarios=("others",))
    assert "payload=16384" in printed(folder) and "1,024-byte payload" in printed(folder)


def test_a_scenario_without_a_valid_trial_says_why(tmp_path):
    write_context(tmp_path, 1)
    maker = Generator(tmp_path)
    maker.write("mine", "sse", 1, maker.result("sse", 10, 10), status="invalid", reasons=["5 lost"])
    (table,) = others(Figures(load_run(tmp_path)))
    assert table.rows[0].cells["server_cpu_us_per_delivery"].gap == "1 trial invalid or failed: 5 lost"
    analysis = analyse(tmp_path)
    assert analysis.headline == "No valid trial, no answer."
    assert "1 trial invalid or failed" in summary.markdown(analysis)


def test_the_four_cases_have_no_second_table(tmp_path):
    folder = make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast", "idle"))
    assert others(Figures(load_run(folder))) == []
