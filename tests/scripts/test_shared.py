"""One source for several servers: its rows and scenarios, the nats-server beside a trial, and what a report says."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.others import others
from pushbench.analysis.shared import shared
from pushbench.errors import UsageError
from pushbench.machine.cores import Cores
from pushbench.report.web import page
from pushbench.report.words.shared import sentence
from pushbench.run.launch import Tools, server_command
from pushbench.run.source import Source, address_of
from pushbench.setup.needs import NEEDS, Requirement
from pushbench.setup.plan import make_plan
from pushbench.setup.scenario import load_profile
from pushbench.setup.transports import TRANSPORTS
from pushbench.store.records import load_run
from synthetic import Generator, write_context

ROOT = Path(__file__).resolve().parents[2]
SHARED = {row.name: row for row in TRANSPORTS.values() if row.shares_source}
TOOLS = Tools(Path("/bin-dir"), Cores((0,), (1,), ""), 1)
SCENARIOS = ("shared-source", "duet-shared", "shared-clients", "shared-intake", "scale-shared")


@pytest.mark.parametrize("row", SHARED.values(), ids=SHARED)
def test_a_row_is_skipped_where_nats_or_its_library_is_missing(row):
    assert set(row.needs) == {"nats-server", "libnats"} and not row.is_foreign and not row.is_choice


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_in_the_longest_profile_and_can_be_planned(name):
    profile = load_profile(ROOT / "bench" / "scenarios", "full", (name,))
    assert [each.name for each in profile.scenarios] == [name]
    assert any(each.shares_source for trial in make_plan(profile.scenarios, 1) for each in trial.transports)


def test_a_server_is_told_where_the_source_is():
    command = server_command(TRANSPORTS["sse-shared"], TOOLS, ["--history", "9"], source="127.0.0.1:4222")
    assert command[command.index("--source") + 1] == "nats://127.0.0.1:4222/BENCH" and "--source-create" in command
    assert "--source" not in server_command(TRANSPORTS["sse"], TOOLS, [], source=address_of(None))


def test_what_a_source_took_lies_between_the_readings():
    source = Source(SimpleNamespace(pid=2**22), "", readings=[(0, 0), (100, 50), (200, 250)])  # nobody's number
    assert source.cpu_s_between(50, 150) == pytest.approx((150 - 25) / 1e9)
    assert source.cpu_s_between(50, 201) is None


def test_an_intake_has_no_clients(tmp_path):
    text = (ROOT / "bench" / "scenarios" / "shared-intake.toml").read_text()
    (tmp_path / "profiles.toml").write_text('[p]\nscenarios = ["s"]\n')
    (tmp_path / "s.toml").write_text(text.replace("connections = 0", "connections = 5"))
    with pytest.raises(UsageError, match="connections = 5: must be 0 in a scenario of kind \"intake\""):
        load_profile(tmp_path, "p")


def test_a_run_goes_on_without_the_source(fake_bench, monkeypatch):
    monkeypatch.setitem(NEEDS, "nats-server", Requirement("nats-server", ("/nowhere/nats",), "apt install nats-server"))
    monkeypatch.setitem(NEEDS, "libnats", Requirement("libnats", ("sh",), ""))
    fake_bench.write("tiny.toml", 'question = "q"\nkind = "load"\ntransports = ["sse", "sse-shared"]\nblocks = 1\n'
                     'connections = 10\nrate = 5\nduration = "100ms"\n')
    assert fake_bench.run() == 0
    assert {trial["variant"] for trial in fake_bench.trials()} == {"sse"}
    why = "not measured: SSE (shared source): nats-server is not installed (apt install nats-server)"
    assert why in fake_bench.printed
    assert "not measured: nats-server is not installed" in page.build(fake_bench.run_dir).read_text()


def source_of(cpu_s):
    return {"cpu_s": cpu_s, "cpu_cores": cpu_s / 10, "anonymous_bytes": 20 << 20}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared") / "run"
    maker = Generator(folder)
    write_context(folder, 3, scenarios={
        "one": {"kind": "load", "question": "What does it cost?", "transports": ["sse-shared", "sse-naive", "sse"]},
        "two": {"kind": "intake", "question": "How many?", "transports": ["sse-shared", "jetstream"]}},
        not_measured={"sse-naive": "libnats is not there"})
    for block in (1, 2, 3):
        for name, cpu, more in (("sse", 10.0, {}), ("sse-shared", 10.5, {"source": source_of(1.0)})):
            result = maker.result("sse", 1000, 20)
            result["server"]["cpu_us_per_delivery"] = cpu * (1 + block / 100)
            result["latency_us"]["p50"] = cpu * 1000
            maker.write("one", name, block, result, **more)
        for name, rate in (("sse-shared", 50_000.0), ("jetstream", 90_000.0)):
            taken = {"carried": 1, "window_s": 1.0, "carried_per_s": rate, "offered_per_s": 1e5,
                     "publisher_cpu_cores": 0.5}
            maker.write("two", name, block, None, case="rate=100000", intake=taken, source=source_of(2.0))
    return folder


def test_a_shared_source_is_held_against_one_of_the_server_s_own(ran):
    one, two = shared(Figures(load_run(ran)))
    row = next(each for each in one.rows if each.variant == "sse-shared")
    assert row.of_own.middle == pytest.approx(1.05) and row.median_later.middle == pytest.approx(0.5)
    assert row.figures["source_cpu_us_per_delivery"].estimate.middle == pytest.approx(1e6 / 200_000)
    assert one.rows[-1].gap == "not measured: libnats is not there" and one.rows[0].of_own is None
    assert "SSE (shared source) takes 1.05" in sentence(one) and "of a core" in sentence(one)
    assert [row.variant for row in one.rows] == ["sse", "sse-shared", "sse-naive"]
    assert not two.compares and "JetStream alone 90,000/s" in sentence(two)


def test_it_has_a_section_of_its_own(ran):
    assert others(Figures(load_run(ran))) == []
    text = page.build(ran).read_text()
    assert "One source for several servers" in text and "not measured: libnats is not there" in text
    told = json.loads((ran / "summary.json").read_text())["shared"]
    assert [each["scenario"] for each in told] == ["one", "two"]
    text = (ran / "summary.md").read_text()
    assert "| JetStream alone | 90,000" in text and "carried by the source" in text
