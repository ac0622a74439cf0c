"""A million on paper: each figure by value from records of known ones, and the committed page from the kept runs."""

import json
import math
from pathlib import Path

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.million import carried, demand, limits
from pushbench.cli import commands
from pushbench.errors import PushbenchError
from pushbench.report import million
from pushbench.report.words import million as words
from pushbench.stats.estimates import Estimate
from pushbench.store.records import load_run
from synthetic import NEWER, VARIANTS, Generator, make_run, write_context

ROOT = Path(__file__).resolve().parents[2]
RESULTS, PAGE = ROOT / "results", ROOT / "docs" / "a-million.md"
BOUNDS = {"files of a process": 1_146_000, "ports": 3_529_000, "files of the system": 1_219_000, "memory": 1_500_000}


def test_the_page_is_what_the_kept_runs_give() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, made in million.texts(RESULTS / "reference", commands.longer_runs(RESULTS)).items():
        assert million.begin(name) + made + million.end(name) in text, "run pushbench readme"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("results") / "reference", blocks=3, variants=VARIANTS,
                    scenarios=("sparse", "broadcast", "stream", "idle", "events", "others", *NEWER))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "reference-large"
    maker = Generator(folder)
    write_context(folder, 3, scenarios={"scale": {}})
    for block in (1, 2, 3):
        result = maker.result("sse", 100_000, 0.25)
        result["server"]["cpu_us_per_delivery"], result["loadgen"]["cpu_us_per_delivery"] = 10.0, 15.0
        maker.write("scale", "sse", block, result)
    return folder


@pytest.fixture
def most(tmp_path: Path) -> Path:
    return carried_run(tmp_path / "reference-million")


def carried_run(folder: Path, asked: int = 1_000_000, connections: int = 1_000_000) -> Path:
    maker = Generator(folder)
    write_context(folder, 1, scenarios={"most-connections": {}}, limits={
        "nofile_hard": 20_000, "file_max": 2_466_177, "ip_local_port_range": "32768\t60999", "tcp_mem": "1000\t2\t3"})
    result = maker.result("sse", connections, 0.04) | {"connect": {"seconds": 167.0}, "notifications": 2}
    result["server"] |= {"pss_bytes_per_connection": 512.0, "kernel_bytes_per_connection": 3584.0,
                         "cpu_us_per_delivery": 12.0, "swapped_bytes": 0}
    for end in result["server"]["kernel"].values():
        if isinstance(end, dict):
            end |= {"slab_bytes_per_connection": 3584.0, "socket_buffer_bytes_per_connection": 0.0}
    result["loadgen"] |= {"pss_bytes_per_connection": 512.0}
    result["latency_us"]["max"] = 14e6
    machine = {"before": {"memory_free_bytes": 20 << 30}, "end": {"memory_free_bytes": 12 << 30}}
    maker.write("most-connections", "sse", 1, result, scale={
        "servers": 53, "load_generators": 51, "asked": asked, "bounds": BOUNDS, "machine": machine})
    return folder


def test_memory_is_the_slope_times_a_million(reference: Path) -> None:
    found = {each.transport: each for each in demand.held(Figures(load_run(reference)))}
    assert list(found) == ["sse", "websocket", "long-poll", "short-poll"]
    sse = found["sse"]
    assert sse.total.estimate.middle == pytest.approx(sse.user.estimate.middle + sse.kernel.estimate.middle)
    assert demand.gib(sse.total.estimate).middle == pytest.approx(sse.total.estimate.middle * 1e6 / 2**20)
    assert sse.most_measured == 5000
    text = "\n".join(words.memory(list(found.values()), "reference"))
    assert "over 500, 1,000, 2,000, 3,500 and 5,000 connections, mean of 3 blocks" in text
    assert "Extrapolated 200 times beyond" in text and "GiB = KiB each × 1,000,000 / 2^20" in text


@pytest.mark.parametrize("cores, processes", [
    (Estimate(3, 0.1, 0.05, 0.2), 1), (Estimate(3, 1.0, 0.8, 1.6), 2), (Estimate(3, 1.0, 0.8, 1.61), 3),
    (Estimate(1, 8.0), 10)])
def test_no_process_is_busier_than_is_allowed_by_the_upper_end(cores: Estimate, processes: int) -> None:
    assert demand.processes_for(cores) == processes


def test_each_rate_has_a_load_side_of_its_own_cost(reference: Path, large: Path) -> None:
    figures, many = Figures(load_run(reference)), Figures(load_run(large))
    own, _, live, ticker = (demand.told(case, figures, many) for case in demand.RATES)
    by_name = {each.plan.choice.base: each for each in live}
    assert by_name["sse"].per_s == pytest.approx(1e6 / 60)
    assert by_name["sse"].load_cores.middle == pytest.approx(15.0 * 1e6 / 60 / 1e6)
    assert by_name["websocket"].load_cores is None  # that run told nobody by it
    assert by_name["sse"].measured_cores.middle == pytest.approx(10.0 / 60)
    many_told = {each.plan.choice.base: each for each in ticker}["sse"]
    assert many_told.measured_cores.middle == pytest.approx(1.0) and many_told.processes == 2
    assert own[0].measured_cores is None  # a topic for each is another workload
    sparse = figures.get("sparse", "", "sse", "loadgen_cpu_us_per_delivery")
    assert {each.plan.choice.base: each for each in own}["sse"].load_us == sparse.estimate
    polls = {each.plan.choice.base: each for each in ticker}["short-poll"]
    assert polls.per_s == pytest.approx(1e6 / 10) and polls.load_us.middle > 0
    text = "\n".join(words.rate(demand.RATES[2], live))
    assert "All are told the same once a minute: 16,667 deliveries/s; 5\u00a0s late is fine." in text


def test_without_a_model_there_is_nothing_to_plan(large: Path) -> None:
    figures = Figures(load_run(large))
    assert demand.told(demand.RATES[0], figures, figures) == [] and demand.held(figures) == []


def test_ports_are_counted_and_addresses_follow() -> None:
    assert limits.ports_of("32768\t60999") == 28_232 and limits.ports_of("no range") == 0
    assert limits.addresses(1_000_000, 28_232) == 36 == math.ceil(1e6 / 28_232)
    assert "| 28,232 | 36 | 71 |" in "\n".join(words.ports())


@pytest.mark.parametrize("limit, servers, clients", [(20_000, 53, 51), (1 << 20, 1, 1), (1024, None, None)])
def test_processes_follow_from_the_limit_on_files(limit: int, servers: int | None, clients: int | None) -> None:
    assert limits.processes(1_000_000, limit) == (servers, clients)


def test_each_limit_names_its_need_its_formula_and_its_source(most: Path) -> None:
    context = json.loads((most / "context.json").read_text())
    rows = {each.name: each for each in limits.settings(1_000_000)}
    assert all(each.needed and each.formula and each.source for each in rows.values())
    assert rows["`fs.nr_open`"].needed == "1,000,200" and rows["`fs.file-max`"].needed == "1,000,000"
    assert limits.here(rows["`fs.file-max`"], context["limits"]) == "2,466,177"
    assert limits.here(rows["`fs.nr_open`"], context["limits"]) == "–"
    assert limits.here(rows["`net.ipv4.tcp_mem`"], context["limits"]) == "1,000 / 2 / 3"
    # 4 % of low memory, 160 bytes a watch: epoll(7).
    assert limits.low_memory_gib(1_000_000) == pytest.approx(1e6 * 160 * 25 / 2**30)


def test_what_was_carried_is_held_against_the_paper(most: Path, reference: Path) -> None:
    (sse,) = carried.carried(Figures(load_run(most)))
    assert (sse.connections, sse.servers, sse.load_generators, sse.stopped) == (1_000_000, 53, 51, False)
    assert sse.middle("memory_kib_per_connection") == pytest.approx(4.0)
    assert sse.sum_kib == pytest.approx(0.5 + 3.5 + 3.5 + 0.5) and sse.taken_kib == pytest.approx(8 * 2**20 / 1e6)
    text = "\n".join(words.real([sse], demand.held(Figures(load_run(reference))), [], "reference-million"))
    assert "| SSE | 1,000,000 | 53 + 51 | 0.500 | 3.50 | 4 |" in text and "| SSE | 2,000,000 | 12 |" in text
    assert "fell by 8 GiB for both ends, 8.39 KiB each" in text
    assert "nothing stopped them; files of a process would have been next, at 1,146,000" in text


def test_what_stopped_it_is_said(tmp_path: Path) -> None:
    (sse,) = carried.carried(Figures(load_run(carried_run(tmp_path / "run", 2_000_000, 1_140_000))))
    assert sse.stopped and "stopped at 1,140,000 by files of a process" in "\n".join(words.real([sse], [], [], "run"))


def test_a_transport_that_failed_says_why(tmp_path: Path) -> None:
    maker = Generator(tmp_path)
    write_context(tmp_path, 1)
    maker.write("most-connections", "websocket", 1, None, status="failed", error="500,000 of 1,000,000 were connected")
    figures = Figures(load_run(tmp_path))
    assert carried.carried(figures) == []
    assert carried.failed(figures) == ["WebSocket: 500,000 of 1,000,000 were connected"]


def test_telling_all_takes_what_a_delivery_costs_times_a_million(large: Path) -> None:
    figures = Figures(load_run(large))
    shared = {"sse": figures.get("scale", "", "sse", demand.CPU_US)}
    assert "| SSE | 10 | 10 | 0.625 |" in "\n".join(words.once([], "scale", "reference-large", shared))


def test_the_machines_are_named_where_they_differ(reference: Path, most: Path) -> None:
    figures, other = Figures(load_run(reference)), Figures(load_run(most))
    assert million._machines(figures, other) == (
        "All of this page is of one kind of machine: Made-up CPU, 2 cores, 8.0 GiB, 6.1.")
    other.run.context["machine"] |= {"cpu_model": "Another"}
    assert "than the paper is of: Another, 2 cores" in million._machines(figures, other)


def test_it_is_written_between_its_marks(tmp_path: Path, reference: Path, large: Path, most: Path) -> None:
    document = tmp_path / "a-million.md"
    names = list(million.texts(reference, [most, large]))
    before = "what stood there\n"
    document.write_text("".join(million.begin(name) + before + million.end(name) for name in names))
    million.write(document, reference, [most, large])
    written = document.read_text(encoding="utf-8")
    assert before not in written and "results/reference-million/" in written
    with pytest.raises(PushbenchError, match="no kept run has the scenario most-connections"):
        million.texts(reference, [large])
