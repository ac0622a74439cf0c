"""How cost grows: the exponent of data made with a known one, its interval, and what the report shows of it."""

import numpy as np
import pytest
from pushbench.analysis import growth
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from synthetic import Generator, write_context

COUNTS = (10, 100, 1000, 5000, 15000)


def each_at(k, counts=COUNTS, first=7.0):
    """What each costs where the total goes with the k-th power of the number."""
    return {count: first * count ** (k - 1) for count in counts}


@pytest.mark.parametrize("k", [0.5, 0.8, 1.0, 1.2, 2.0])
def test_the_exponent_that_the_data_was_made_with_comes_out(k):
    assert growth.exponent(each_at(k)) == pytest.approx(k)


def test_a_level_cost_each_is_an_exponent_of_one():
    assert growth.exponent({100: 8.0, 1000: 8.0, 100_000: 8.0}) == pytest.approx(1.0)


@pytest.mark.parametrize("points", [{}, {100: 8.0, 1000: 8.0}, {100: 8.0, 1000: 0.0, 5000: -1.0}])
def test_too_few_points_have_no_exponent(points):
    assert growth.exponent(points) is None


def test_a_cost_that_is_not_above_nothing_leaves_its_block_without_an_exponent():
    assert growth.exponent(each_at(1.0) | {1000: -0.1}) is None
    assert growth.exponent_over([each_at(1.0), each_at(1.0), each_at(1.0) | {5000: 0.0}]).n == 2


def test_the_fit_begins_at_a_thousand_whatever_fewer_cost():
    counts = (10, 100, 1000, 5000, 15000)
    dear = each_at(1.0, counts) | {10: 900.0, 100: -5.0}
    assert growth.fitted([dear, each_at(1.0, counts[:4])]) == (1000, 5000, 15000)
    assert growth.exponent_over([dear] * 3).middle == pytest.approx(1.0)
    assert growth.exponent_over([each_at(1.0, counts[:4])] * 3) is None


def test_an_interval_takes_three_blocks_and_holds_the_truth():
    rng = np.random.default_rng(3)
    blocks = [{count: cost * rng.lognormal(0, 0.02) for count, cost in each_at(1.1).items()} for _ in range(5)]
    found = growth.exponent_over(blocks)
    assert found.n == 5 and found.low < 1.1 < found.high and found.high - found.low < 0.05
    assert not growth.exponent_over(blocks[:2]).has_interval


def test_only_blocks_with_all_counts_count():
    whole = [each_at(1.0) | {100_000: 7.0}] * 3
    assert growth.exponent_over([*whole, each_at(2.0), each_at(2.0)]).n == 3
    assert growth.exponent_over([*whole, each_at(2.0)]).middle == pytest.approx(1.0)
    assert growth.exponent_over([]) is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("results") / "run"
    maker = Generator(path)
    write_context(path, 3)
    for block in (1, 2, 3):
        for variant in ("long-poll", "sse", "floor"):
            for count in COUNTS:
                maker.write("growth", variant, block, maker.result(variant, count, 4), case=f"connections={count}")
        maker.write("scale", "sse", block, maker.result("sse", 100_000, 0.25), scale={"servers": 6})
    report.build(path)
    return path


def test_the_largest_point_comes_from_scale_where_it_was_run(folder):
    found = analyse(folder).growth
    cpu = {series.variant: [count for count, _ in series.points] for series in found.cpu}
    assert cpu == {"sse": [*COUNTS, 100_000], "long-poll": list(COUNTS), "floor": list(COUNTS)}
    memory = {series.variant: [count for count, _ in series.points] for series in found.memory}
    assert memory["sse"] == [100, 1000, 5000, 15000, 100_000]  # ten are too few to tell memory from pages
    assert all(series.exponent.has_interval for series in found.cpu)
    assert {series.variant: series.exponent.middle for series in found.cpu}["sse"] == pytest.approx(1.0, abs=0.02)


def test_the_report_has_the_section_with_charts_and_words(folder):
    page = (folder / "report.html").read_text()
    section = page[page.index('<section id="growth">'):]
    section = " ".join(section[:section.index("</section>")].split())
    assert "each connection costs the same however many there are" in section
    assert 'id="growth-cpu"' in section and 'id="growth-memory"' in section and "k = 1.00" in section
    assert "The point at 100,000 is from the scenario scale" in section
    assert "over 6 server processes" in section
    assert "k is taken from 1,000 connections on" in section
    assert "1,000, 5,000, 15,000 and 100,000" in section and "1,000, 5,000 and 15,000" in section  # each row its own
    svg = (folder / "charts" / "growth-cpu.svg").read_text()
    assert "server CPU per delivery (µs)" in svg and ">connections<" in svg


def test_without_growth_there_is_no_section(tmp_path):
    maker = Generator(tmp_path)
    maker.write("broadcast", "sse", 1, maker.result("sse", 100, 10))
    assert not analyse(tmp_path).growth
    assert '<section id="growth">' not in report.build(tmp_path).read_text()
