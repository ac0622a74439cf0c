"""The border between polling and a stream, from records with known costs."""

import math

import numpy as np
import pytest
from pushbench.analysis import crossover, events
from pushbench.analysis.crossover import interpolated, notifications_per_poll
from pushbench.analysis.figures import Figures
from pushbench.report.charts.crossing import crossover_map
from pushbench.stats.jackknife import jackknife
from pushbench.store.records import load_run
from synthetic import Generator

CLIENTS = (125, 250, 750, 2500)
SECONDS = 0.7


def polled(clients, poll_us, adds_us=0.0, told=0.0):
    """One poll each 500 ms of each client; `told` notifications each poll."""
    asked = clients * 2 * SECONDS
    cpu_us = asked * (poll_us + told * adds_us)
    return {"connections": clients, "poll_interval_ms": 500, "window_s": SECONDS, "requests": asked, "topics": clients,
            "rate_per_s": clients * 2 * (told > 0), "window_deliveries": asked * told, "server": {
                "cpu_us_per_delivery": cpu_us / (asked * told) if told else None,
                "cpu_us_per_idle_connection_s": None if told else cpu_us / clients / SECONDS}}


def make(folder, *, poll=(60.0, -0.3), delivery=(50.0, -0.2), adds=0.0, blocks=4, noise=0.0, slow=0.0, seed=1):
    """Costs at 1,000 events a second and the power of the rate that they go with; `slow` is what a block has alike."""
    rng, maker = np.random.default_rng(seed), Generator(folder)

    def cost(at, rate):
        return at[0] * (rate / 1000) ** at[1]

    for block in range(1, blocks + 1):
        alike = float(rng.lognormal(0, slow)) if slow else 1.0
        for clients in CLIENTS:
            own = [alike * (float(rng.lognormal(0, noise)) if noise else 1.0) for _ in range(3)]
            case, rate = f"connections={clients}", clients * 2
            maker.write("events", "short-poll-empty", block, polled(clients, own[0] * cost(poll, rate)), case=case)
            maker.write("events", "sse", block, {
                "connections": clients, "rate_per_s": rate, "topics": clients,
                "server": {"cpu_us_per_delivery": own[1] * cost(delivery, rate)}}, case=case)
            if adds and clients in (250, 750):
                find = adds * cost(delivery, 0.8 * rate)
                result = polled(clients, own[2] * cost(poll, rate), own[2] * find, told=0.8)
                maker.write("events", "short-poll", block, result, case=case)
    return Figures(load_run(folder))


def test_without_what_a_find_adds_the_border_is_where_the_powers_meet(tmp_path):
    """k^0.8 · 50 · (p/1000)^−0.2 = 60 · (p/1000)^−0.3."""
    found = crossover.crossover(make(tmp_path))
    assert [border.polls_per_s for border in found.borders] == [250, 500, 1500, 5000]
    for border in found.borders:
        k = (60 / 50 * (border.polls_per_s / 1000) ** -0.1) ** (1 / 0.8)
        assert border.k.middle == pytest.approx(k, rel=1e-6)
        assert border.poll_over_delivery.middle == pytest.approx(1.2 * (border.polls_per_s / 1000) ** -0.1)
    assert found.polls.exponent.middle == pytest.approx(-0.3)
    assert found.deliveries.exponent.middle == pytest.approx(-0.2)
    assert found.found is None and "the true border is higher" in found.text


def test_what_a_poll_finds_moves_the_border(tmp_path):
    """Each find costs 0.4 of a delivery at its rate: k^0.8 · (1 − 0.4) · 50 · p^−0.2 = 60 · p^−0.3."""
    found = crossover.crossover(make(tmp_path, adds=0.4))
    assert found.found.share.middle == pytest.approx(0.4)
    for border in found.borders:
        k = (60 / 50 / 0.6 * (border.polls_per_s / 1000) ** -0.1) ** (1 / 0.8)
        assert border.k.middle == pytest.approx(k, rel=1e-6)
    assert "adds 0.4 of a delivery, its publishing included" in found.text.replace("0.400", "0.4")


def test_the_border_is_told_with_an_interval_that_holds_it(tmp_path):
    truth = crossover.crossover(make(tmp_path / "truth", adds=0.4)).ratio.middle
    held = 0
    for seed in range(30):
        found = crossover.crossover(make(tmp_path / str(seed), adds=0.4, noise=0.03, slow=0.3, seed=seed))
        assert found.ratio.has_interval and found.ratio.high / found.ratio.low < 6
        held += found.ratio.low <= truth <= found.ratio.high
    assert held >= 26


def test_at_one_rate_of_deliveries_the_border_is_told_there_alone(tmp_path):
    """An older run: polls of idle, 64.3 µs at 500 a second, deliveries of sparse, 68.8: the ratio is 0.93."""
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for clients, each in ((250, 80.0), (500, 64.3), (5000, 30.8)):
            maker.write("idle", "short-poll@1s", block, {
                "connections": clients, "poll_interval_ms": 1000, "window_s": 1.0,
                "server": {"cpu_us_per_idle_connection_s": each}}, case=f"connections={clients}")
        maker.write("sparse", "sse", block, {"connections": 5000, "rate_per_s": 500, "topics": 5000,
                                             "server": {"cpu_us_per_delivery": 68.8}})
    found = crossover.crossover(Figures(load_run(tmp_path)))
    assert [border.polls_per_s for border in found.borders] == [500]
    assert found.ratio.middle == pytest.approx(0.93, abs=0.01) and "measured at 500 only" in found.text


def test_the_sentence_has_the_border_at_both_ends(tmp_path):
    text = crossover.crossover(make(tmp_path, noise=0.02)).text
    assert " at 250 polls a second or " in text and " at 5,000 polls a second;" in text
    assert "from 250 a second to 5,000 a second" in text and text.count("(") == text.count(")")


@pytest.mark.parametrize("missing", ["sse", "short-poll-empty"])
def test_without_one_side_there_is_no_border(tmp_path, missing):
    make(tmp_path)
    for path in (tmp_path / "trials").glob(f"events__{missing}__*"):
        path.unlink()
    assert crossover.crossover(Figures(load_run(tmp_path))) is None


def test_where_a_find_costs_as_much_as_a_delivery_polling_never_gets_cheaper():
    level = events.PowerLaw(math.log(50.0), 0.0)
    assert notifications_per_poll(1000, 60.0, level, adds=1.0) is None
    assert notifications_per_poll(1000, 60.0, level, adds=0.4) == pytest.approx(2.0)
    assert notifications_per_poll(1000, 60.0, level, adds=-0.1) == pytest.approx(1.2)
    assert notifications_per_poll(1000, 60.0, events.PowerLaw(math.log(50.0), -1.0)) is None


def test_the_cost_of_a_found_notification_is_what_is_left_of_the_polls(tmp_path):
    figures = make(tmp_path, adds=0.25)
    polls, deliveries = events.empty_polls(figures), events.deliveries("sse", figures)
    assert polls.rates == [250, 500, 1500, 5000]
    assert polls.points[500].us.middle == pytest.approx(60 * 0.5**-0.3)
    found = events.found(polls, deliveries, figures)
    assert found.share.middle == pytest.approx(0.25)
    assert found.us.middle == pytest.approx(0.25 * 50 * (0.4**-0.2 + 1.2**-0.2) / 2)


def test_between_measured_rates_the_border_lies_on_a_line_and_beyond_them_the_nearest_stands():
    borders = {100.0: 1.0, 10_000.0: 4.0}
    assert interpolated(borders, 1000) == pytest.approx(2.0)
    assert interpolated(borders, 10) == 1.0 and interpolated(borders, 1e6) == 4.0
    assert interpolated({500.0: 0.9}, 77) == 0.9


def test_the_jackknife_of_a_geometric_mean_is_that_of_students_t():
    """Of a mean of logarithms the jackknife is exact: e^(2 ± 4.303 · 1 / √3)."""
    def geometric(values):
        return math.exp(math.fsum(math.log(value) for value in values) / len(values))

    found = jackknife([math.exp(1), math.exp(2), math.exp(3)], geometric)
    assert found.middle == pytest.approx(math.exp(2))
    assert math.log(found.high) == pytest.approx(2 + 4.302653 / math.sqrt(3))
    assert not jackknife([1.0, 2.0], geometric).has_interval
    assert jackknife([], geometric) is None and jackknife([1.0] * 3, lambda some: None) is None
    lost = jackknife([1.0, 2.0, 3.0], lambda some: 2.0 if len(some) == 3 else None)
    assert lost.middle == 2.0 and not lost.has_interval


def test_the_map_marks_what_was_measured(tmp_path):
    figures = make(tmp_path, adds=0.4, noise=0.02)
    drawing = crossover_map(crossover.crossover(figures), figures)
    (axes,) = drawing.canvas.axes
    points = [line for line in axes.get_lines() if len(line.get_xdata()) == 1]
    assert {(line.get_xdata()[0], line.get_ydata()[0]) for line in points} == {(120.0, 0.5)}
    assert crossover_map(None, figures) is None


def test_heartbeats_are_told_beside_the_border_and_bend_the_map(tmp_path):
    """A stream that costs 1.2 µs a second by its heartbeats: at 1,000 polls a second, 60 µs each, as much in 50 s."""
    make(tmp_path, poll=(60.0, 0.0), delivery=(50.0, 0.0))
    maker = Generator(tmp_path)
    for block in (1, 2, 3, 4):
        maker.write("idle", "sse", block, {"connections": 5000, "transport": "sse", "server": {"heartbeats": 1}},
                    case="connections=5000")
        maker.write("heartbeat", "sse", block, {
            "connections": 60, "window_s": 0.9, "published": 0, "server": {"heartbeats": 120, "cpu_s": 120 * 18e-6}})
    found = crossover.crossover(Figures(load_run(tmp_path)))
    assert [border.heartbeats_s.middle for border in found.borders] == pytest.approx([50.0] * 4)
    assert "They cost as much as one poll in 50.0 s at 250 polls a second and 50.0 s at 5,000 polls" in found.text
    # 10,000 clients that ask every 25 s leave half of a poll's cost to what it finds; every 50 s or more, nothing.
    assert found.beside_heartbeats(400, 10_000) == pytest.approx(0.5)
    assert found.beside_heartbeats(200, 10_000) == pytest.approx(0.0) and found.beside_heartbeats(100, 10_000) == 0.0


def test_a_line_of_many_rates_keeps_a_block_that_lacks_one(tmp_path):
    make(tmp_path)
    (tmp_path / "trials" / "events__sse__connections=750__b1__a1.json").unlink()
    found = crossover.crossover(Figures(load_run(tmp_path)))
    assert found.ratio.n == 4 and found.deliveries.exponent.middle == pytest.approx(-0.2)
