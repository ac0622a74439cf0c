"""The cost model by value: what it is fitted to, what it says of work that nobody ran, and when it says nothing."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pushbench.model import check
from pushbench.model.cells import MeasuredCell, PerSecond, cells, known_as, per_second
from pushbench.model.design import ALL, DESIGNS, NOTIFICATION, SENT, SHARED, WAKE_NOTIFICATION, Design, amounts
from pushbench.model.fit import fitted, wire_fitted
from pushbench.model.predict import Bend, TransportModel, by_term, cpu_us_per_s, reaches, wire_bytes_per_s
from pushbench.model.work import work
from pushbench.setup.cases import Case
from pushbench.stats.nnls import nnls
from pushbench.store.records import Trial

OWN = Case("own", "Own", users=1000, every_s=10, shared=False, staleness_s=5)
ONE = TransportModel("sse", {WAKE_NOTIFICATION: 10.0, SENT: 5.0}, {"delivery": 200.0}, 0.0, 0.25, 3,
                     {"connections": 500.0, "deliveries": 1000.0})
BEND = Bend(-1.0, 100.0, 1000.0)


def trial(transport: str = "sse", **more: object) -> Trial:
    result = {"window_s": 2.0, "connections": 100, "topics": 100, "window_deliveries": 400, "payload_bytes": 128,
              "server": {"cpu_s": 0.02, "heartbeats": 20}} | more
    return Trial("a.json", "sparse", transport, "", 1, 1, 1, "ok", (), result, {})


def made(scenario: str, transport: str, done: PerSecond, us: dict[str, float], exponent: float = -0.5) -> MeasuredCell:
    """A cell that costs exactly what these coefficients say."""
    spent = sum(us.get(term, 0.0) * amount for term, amount in amounts(done, exponent, done.events).items())
    return MeasuredCell(scenario, "", transport, done, spent, None, 3, 0.1)


def many(us: dict[str, float]) -> list[MeasuredCell]:
    """Streams at several rates, to each its own and to all the same."""
    return [made(f"own-{rate}", "sse", PerSecond(rate, rate), us) for rate in (50, 200, 1000, 5000)] + [
        made(f"shared-{rate}", "sse", PerSecond(rate, 1000 * rate), us) for rate in (5, 20, 40)]


def test_least_squares_that_stay_above_nothing() -> None:
    matrix = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    assert nnls(matrix, matrix @ [2.0, 3.0]) == pytest.approx([2, 3])
    # Without the bound the best would be 1.8 and −0.4.
    assert nnls(np.array([[1.0, 2.0], [1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 1.8, 1.4])) == pytest.approx([1.4, 0])
    assert nnls(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([2.0, 2.0])) == pytest.approx([2, 0])


def test_what_a_server_did_in_a_second() -> None:
    assert per_second(trial(), "sse") == PerSecond(200, 200, 0, 10, 128, 100)
    assert per_second(trial(topics=1), "sse") == PerSecond(2, 200, 0, 10, 128, 100)
    # Who asks anew after each answer: 100 came back empty, and 400 notifications were followed by a request each; after
    # 4 of a fan-out the requests come together.
    assert [per_second(trial(requests=500, topics=topics), "long-poll").requests for topics in (100, 1)] == [250, 52]
    assert per_second(trial(requests=500), "long-poll").apart == 50
    assert per_second(trial(requests=500), "short-poll") == PerSecond(200, 200, 250, 10, 128, 100, 250)
    assert per_second(trial(window_s=-1.0), "sse") is None


def test_a_transport_under_another_name_is_itself() -> None:
    assert [known_as(each) for each in ("sse-twin", "short-poll-empty", "short-poll@5s")] == [
        "sse", "short-poll", "short-poll"]
    assert [known_as(each) for each in ("websocket-beast", "floor", "node-ws", "hose-sse", "push-sse")] == [None] * 5


def test_a_cell_is_the_mean_of_its_blocks() -> None:
    found, = cells([("sparse", "", "sse-twin", [trial(), trial(server={"cpu_s": 0.08, "heartbeats": 20})])])
    assert (found.transport, found.blocks) == ("sse", 2)
    assert found.cpu_us_per_s == pytest.approx(1e6 * math.sqrt(0.02 * 0.08) / 2)
    assert found.scatter == pytest.approx(math.log(4) / math.sqrt(2))
    assert cells([("capacity", "", "sse", [trial()])]) == []  # no steady workload
    assert cells([("sparse", "", "sse", [trial(window_deliveries=40)])]) == []  # 60 events tell chance


def test_the_bytes_of_a_cell_hold_headers_both_ways() -> None:
    wire = {"bytes_in": 1000, "bytes_out": 200, "segments_in": 10, "segments_out": 5}
    found, = cells([("sparse", "", "sse", [trial(wire=wire)])])
    assert found.wire_bytes_per_s == pytest.approx((1200 + 15 * 52) / 2)


def test_a_model_finds_what_cells_were_made_of() -> None:
    us = {WAKE_NOTIFICATION: 60.0, NOTIFICATION: 20.0, SENT: 5.0}
    found = fitted(many(us), SHARED)
    assert found.exponent == pytest.approx(-0.5) and found.loss == pytest.approx(0, abs=1e-12)
    assert found.of("sse") == pytest.approx(us, rel=1e-6)
    assert all(value >= 0 for value in found.us.values())
    straight = fitted(many(us), Design("straight", bends=False))
    assert straight.exponent == 0 and straight.loss > 0.01


def test_transports_share_what_a_design_says() -> None:
    design = Design("x", {NOTIFICATION: ALL, SENT: "streams"})
    assert design.key("long-poll", NOTIFICATION) == design.key("sse", NOTIFICATION) == ("all", NOTIFICATION)
    assert design.key("websocket", SENT) == ("streams", SENT) and design.key("long-poll", SENT) == ("long-poll", SENT)


def test_cells_are_predicted_without_themselves() -> None:
    found = check.scores(many({WAKE_NOTIFICATION: 60.0, NOTIFICATION: 20.0, SENT: 5.0}), SHARED)
    assert [(each.transport, each.how, len(each.misses)) for each in found] == [
        ("sse", check.HELD_OUT, 7), ("sse", check.BY_SCENARIO, 7)]
    assert all(each.median == pytest.approx(0, abs=1e-6) and each.met for each in found)


def test_a_model_that_cannot_know_says_nothing() -> None:
    us = {WAKE_NOTIFICATION: 60.0, NOTIFICATION: 20.0, SENT: 5.0, "KiB": 1.0}
    large = made("large", "sse", PerSecond(20, 2000, payload_bytes=16384), us)
    by_scenario = check.scores([*many(us), large], SHARED)[1]
    assert [miss.error for miss in by_scenario.misses if miss.cell is large] == [None]
    assert len(by_scenario.errors) == 7


def test_a_model_that_is_wrong_is_seen_to_be() -> None:
    found = many({WAKE_NOTIFICATION: 60.0, NOTIFICATION: 20.0, SENT: 5.0})
    found[0] = replace(found[0], cpu_us_per_s=found[0].cpu_us_per_s * 3)
    scores = check.scores(found, SHARED)
    assert not all(each.met for each in scores) and max(scores[1].errors) > 0.25


def test_every_cell_is_held_out_once_and_whole() -> None:
    found: Sequence[MeasuredCell] = [made(f"s{place}", transport, PerSecond(place + 1.0, place + 1.0), {SENT: 5.0})
                                     for place in range(12) for transport in ("sse", "websocket")]
    parts = check._fifths(found)
    assert len(parts) == check.FIFTHS and sorted(place for part in parts for place in part) == sorted(
        {cell.place for cell in found})


def test_bytes_are_a_sum_too() -> None:
    found = [MeasuredCell("x", str(size), "sse", PerSecond(1, told, 0, beats, size), 1.0,
                          told * (150 + 1.1 * size) + beats * 120, 3, 0.1)
             for told, beats, size in ((100, 0, 128), (100, 0, 16384), (0, 50, 128), (10, 10, 32))]
    each, off = wire_fitted(found)
    assert each["delivery"] == pytest.approx(150) and each["heartbeat"] == pytest.approx(120)
    assert each["KiB"] == pytest.approx(1.1 * 1024) and off == pytest.approx(0, abs=1e-9)
    assert wire_fitted([]) == ({}, 1.0)


def test_an_event_costs_less_the_more_there_are_as_far_as_was_measured() -> None:
    # 500 a second are twice as dear to wake for as 1,000.
    assert by_term(ONE, BEND, PerSecond(500, 500))[WAKE_NOTIFICATION] == pytest.approx(500 * 20)
    inside = cpu_us_per_s(ONE, BEND, PerSecond(500, 500))
    assert inside.middle == pytest.approx(500 * 20 + 500 * 5)
    assert (inside.low, inside.high) == pytest.approx((inside.middle / 1.25, inside.middle * 1.25))
    # Up to twice as many as were measured it falls; beyond, it stays, or goes on falling: both are in the interval.
    beyond = cpu_us_per_s(ONE, BEND, PerSecond(20_000, 20_000))
    assert beyond.middle == pytest.approx(20_000 * (10 / 2 + 5))
    assert beyond.low == pytest.approx(20_000 * (10 / 20 + 5) / 1.25)


def test_a_figure_of_too_few_blocks_has_no_interval() -> None:
    assert not cpu_us_per_s(replace(ONE, blocks=1), BEND, PerSecond(500, 500)).has_interval


def test_what_lies_beyond_is_said_with_its_factor() -> None:
    found = reaches(ONE, PerSecond(10, 900, connections=100_000))
    assert [(each.quantity, each.factor) for each in found] == [("connections", 200)]
    assert found[0].text.replace("\u00a0", " ") == "connections 200 ×"
    assert reaches(ONE, PerSecond(10, 1000, connections=510)) == []
    assert wire_bytes_per_s(ONE, PerSecond(10, 1000)).middle == 200_000


def test_the_work_of_a_case() -> None:
    stream = work(OWN, "sse")
    assert (stream.notifications, stream.deliveries, stream.requests) == (100, 100, 0)
    # A heartbeat comes after 15 s of silence, which chance leaves to exp(−1.5) of the gaps.
    assert stream.heartbeats == pytest.approx(100 * math.exp(-1.5) / (1 - math.exp(-1.5)))
    assert work(replace(OWN, every_s=1e9), "sse").heartbeats == pytest.approx(1000 / 15, rel=1e-6)
    assert work(replace(OWN, every_s=0.001), "sse").heartbeats == pytest.approx(0, abs=1e-9)
    assert work(replace(OWN, every_s=1e9), "long-poll").requests == pytest.approx(1000 / 25, rel=1e-6)
    assert work(replace(OWN, shared=True), "sse").notifications == 0.1
    asked = work(OWN, "long-poll").requests - work(replace(OWN, shared=True), "long-poll").requests
    assert asked == pytest.approx(100 - 0.1)


def test_polls_come_as_seldom_as_the_wait_allows() -> None:
    assert work(OWN, "short-poll").requests == 200
    assert work(replace(OWN, rtt_s=2.0), "short-poll").requests == 250  # half a round trip is left to come back


def test_the_design_is_the_one_that_is_least_off() -> None:
    us = {WAKE_NOTIFICATION: 60.0, NOTIFICATION: 20.0, SENT: 5.0}
    chosen, tried = check.best(many(us), DESIGNS)
    assert chosen.bends and tried.keys() == {design.name for design in DESIGNS}
    flat = {NOTIFICATION: 20.0, SENT: 5.0}
    assert all(each.p90 == pytest.approx(0, abs=1e-6) for each in check.of_all(check.best(many(flat), DESIGNS)[1][
        "shared terms, a straight line"]))
    paused = us | {"sent after a pause": 2.0}
    assert "sent after a pause" in check.best(many(paused), DESIGNS)[0].terms
