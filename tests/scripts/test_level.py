"""The level of a delivery's cost from all streams that ran alone, their differences from duets."""

import math

import pytest
from synthetic import Generator, write_duet

from pushbench.analysis.figures import Figures
from pushbench.analysis.level import level
from pushbench.store.records import load_run


@pytest.fixture
def maker(tmp_path):
    return Generator(tmp_path)


def alone(maker, variant, block, cpu_us):
    maker.write("broadcast", variant, block, {"connections": 1000, "rate_per_s": 20,
                                              "server": {"cpu_us_per_delivery": cpu_us}})


def duets(maker, a, b, ratio):
    for block in (1, 2, 3):
        write_duet(maker, "broadcast", a, b, block, [{"order": "ABBA", "a_us": [10 * ratio] * 2, "b_us": [10] * 2}])


def figures(tmp_path):
    return Figures(load_run(tmp_path))


def test_streams_that_differ_alone_differ_by_what_the_duet_says(maker, tmp_path):
    for block in (1, 2, 3):
        alone(maker, "sse", block, 8.0)
        alone(maker, "websocket", block, 10.0)
    duets(maker, "sse", "websocket", 1.02)
    sse, websocket = (level("broadcast", name, figures(tmp_path)) for name in ("sse", "websocket"))
    assert sse.us.middle / websocket.us.middle == pytest.approx(1.02)
    assert sse.us.middle == pytest.approx(math.sqrt(8.0 * 10.0 * 1.02))  # between what the two said
    assert sse.others == ("websocket",) and len(sse.files) == 9


def test_it_is_no_narrower_than_the_ratio_is_known(maker, tmp_path):
    for block in (1, 2, 3):
        alone(maker, "sse", block, 8.0)
        alone(maker, "websocket", block, 8.0)
    for block, ratio in ((1, 0.9), (2, 1.0), (3, 1.1)):
        quad = {"order": "ABBA", "a_us": [10 * ratio] * 2, "b_us": [10] * 2}
        write_duet(maker, "broadcast", "sse", "websocket", block, [quad])
    found = level("broadcast", "sse", figures(tmp_path))
    assert math.log(found.us.high / found.us.low) / 2 > 0.2


def test_polls_and_what_no_duet_was_played_of_stand_alone(maker, tmp_path):
    for block in (1, 2, 3):
        for name in ("sse", "websocket", "long-poll"):
            alone(maker, name, block, 8.0)
    duets(maker, "sse", "long-poll", 0.5)
    found = figures(tmp_path)
    assert [level("broadcast", name, found) for name in ("sse", "websocket", "long-poll", "floor")] == [None] * 4
