"""The crossover maps by value: who costs the least, where the border lies, and what was measured of it."""

from pathlib import Path

import pytest
from pushbench.analysis import mapping
from pushbench.analysis.figures import Figures
from pushbench.analysis.foretold import foretold
from pushbench.analysis.mapping import RATES, WAITS_S, CostMap, MapCell, borders, family, is_all_open, is_open, maps
from pushbench.analysis.measured_map import MapPoint, measured
from pushbench.report.charts import maps as drawn
from pushbench.report.words import mapping as words
from pushbench.store.records import load_run
from synthetic import ALL_SCENARIOS, NEWER, Generator, make_run

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"


@pytest.fixture(scope="module")
def reference() -> Figures:
    return Figures(load_run(REFERENCE))


def cell(rate: float, border: float, factor: float) -> MapCell:
    """A stream below the border, a poll above it; the other is not told apart within a factor of it."""
    least, other = ("sse", "short-poll") if rate < border else ("short-poll", "sse")
    is_near = border / factor < rate < border * factor
    return MapCell(least, (other,) if is_near else (), False, abs(rate - border))


def made(border: float, factor: float) -> CostMap:
    return CostMap(mapping.CPU, tuple(tuple(cell(rate, border, factor) for rate in RATES) for _ in WAITS_S))


def test_streams_are_one_family():
    assert [family(base) for base in ("sse", "websocket", "long-poll", "short-poll")] == [
        "stream", "stream", "long-poll", "short-poll"]
    assert not is_open(MapCell("sse", ("websocket",), False, 0.1))
    assert is_open(MapCell("sse", ("long-poll",), False, 0.1))


def test_a_border_has_its_band():
    for found in borders(made(0.5, 2.0)):
        assert (found.before, found.after) == ("sse", "short-poll")
        assert found.rate == pytest.approx(0.5, rel=0.1)
        assert found.low == pytest.approx(0.25, rel=0.1) and found.high == pytest.approx(1.0, rel=0.11)
    assert [each.wait_s for each in borders(made(0.5, 2.0))] == [1.0, 10.0]


def test_a_band_may_have_no_end_on_the_map():
    assert all(each.high is None and each.low == RATES[0] for each in borders(made(0.5, 1e6)))
    assert is_all_open(made(0.5, 1e6)) and not is_all_open(made(0.5, 2.0))
    text = words.sentence(made(5.0, 10.0)).replace("\u00a0", " ")
    assert "where 1 s late is fine, SSE or WebSocket costs the least up to 0.48 notifications a second" in text
    assert "above that this run does not tell it from Short poll" in text


def test_the_sentence_says_the_border():
    text = words.sentence(made(0.5, 2.0)).replace("\u00a0", " ")
    assert text.startswith("By server CPU, for 1,000 clients: where 1 s late is fine, Short poll costs less than SSE "
                           "or WebSocket from 0.5 notifications a second to each client on [0.2")
    assert "everywhere" in words.sentence(made(0.5, 1e6))
    assert "no border" in words.sentence(made(100.0, 2.0))


def point(least: str, foretold_: str, told: bool) -> MapPoint:
    return MapPoint("crossover", "rate=5", 0.01, 1.0, least, told, foretold_, ())


def test_how_many_measured_cells_agree():
    points = [point("sse", "websocket", True), point("short-poll", "sse", False),
              point("short-poll", "short-poll", True)]
    assert words.agreement(points) == (
        "The model names the transport that was measured to cost the least in 2 of 3 cells; of the 2 that are told "
        "apart, in 2.")


def test_maps_of_the_reference_run(reference):
    found = {each.of: each for each in maps(reference)}
    assert list(found) == [mapping.CPU, mapping.TRAFFIC, mapping.MEMORY]
    for each in found.values():
        assert len(each.cells) == len(WAITS_S) and all(len(row) == len(RATES) for row in each.cells)
    # Where a client polls ten times a second and hears something once in 100 s, nobody doubts who costs less.
    assert family(found[mapping.CPU].cells[0][0].least) == family(found[mapping.TRAFFIC].cells[0][0].least) == "stream"
    assert not is_open(found[mapping.CPU].cells[0][0])
    assert {(each.scenario, each.wait_s) for each in measured(reference)} == {("sparse", 1.0), ("events", 0.5)}


def test_maps_are_drawn_with_all_that_they_say(reference, tmp_path):
    from pushbench.report.charts import style

    for drawing in drawn.charts(maps(reference), measured(reference)):
        saved = style.save(drawing, tmp_path)
        text = saved.svg.read_text(encoding="utf-8")
        for part in ("Who costs the least", "1,000 clients, a topic each, 128 bytes", "notifications a second",
                     "how late is fine (s)", "Areas are modelled"):
            assert part in text, (drawing.name, part)


def test_no_map_without_a_model(tmp_path):
    figures = Figures(load_run(make_run(tmp_path, blocks=3, scenarios=("sparse",))))
    assert maps(figures) == [] and measured(figures) == [] and foretold(figures) == []


def test_very_many_clients_are_held_against_the_model(tmp_path):
    make_run(tmp_path, blocks=3, scenarios=(*ALL_SCENARIOS, *NEWER))
    maker = Generator(tmp_path, seed=2)
    for block in (1, 2, 3):
        result = maker.result("sse", 20_000, 1)
        result["server"] |= {"cpu_s": 2.0, "pss_bytes_per_connection": 1024.0}
        maker.write("twenty-thousand", "sse", block, result)
    found, = foretold(Figures(load_run(tmp_path)))
    assert (found.scenario, found.transport, found.connections) == ("twenty-thousand", "sse", 20_000)
    assert found.measured_cores == pytest.approx(0.2)
    assert found.off == pytest.approx(found.cores.middle / 0.2 - 1)
    assert any(reach.quantity == "connections" for reach in found.reaches)
    assert found.memory_off is not None
