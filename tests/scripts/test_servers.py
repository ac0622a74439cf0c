"""Servers of other people: their rows, what they need, and what stands between them in the report."""

import json
from pathlib import Path

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.measures import findings
from pushbench.analysis.others import others
from pushbench.analysis.servers import CPU, servers
from pushbench.errors import UsageError
from pushbench.report.web import page
from pushbench.run import foreign
from pushbench.run.launch import Tools, loadgen_command, server_command
from pushbench.machine.cores import Cores
from pushbench.setup.claims import load_claims
from pushbench.setup.needs import NEEDS, Requirement, need_of
from pushbench.setup.plan import make_plan
from pushbench.setup.scenario import load_profile
from pushbench.setup.transports import TRANSPORTS
from pushbench.store.records import load_run
from synthetic import Generator, write_context

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = {row.name: row for row in TRANSPORTS.values() if row.is_foreign}
TOOLS = Tools(Path("/bin-dir"), Cores((0,), (1,), ""), 1)
CPUS = {"websocket-posted": 10.0, "sse-posted": 9.0, "node-ws": 40.0, "node-sse": 60.0, "python-websockets": 300.0}


@pytest.mark.parametrize("row", FOREIGN.values(), ids=FOREIGN)
def test_a_row_names_what_there_is(row):
    assert set(row.needs) <= NEEDS.keys() and row.needs
    assert row.files and all((ROOT / name).is_file() for name in row.files)
    assert row.runtime != TRANSPORTS["sse"].runtime and row.client_name in ("sse", "websocket")
    told = [word for word in row.command if word.startswith("examples/")]
    assert told and all((ROOT / word).is_file() for word in told)


def test_the_configuration_has_the_address_that_its_launcher_is_told():
    for row in FOREIGN.values():
        if "examples/launch.py" in row.command:
            config, listening = row.command[2:4]
            assert listening in (ROOT / config).read_text()


def trial_of(name, scenario="servers-topics"):
    loaded = load_profile(ROOT / "bench" / "scenarios", "full", (scenario,))
    return next(trial for trial in make_plan(loaded.scenarios, 1) if trial.variant == name)


def command_of(name):
    return loadgen_command(trial_of(name), TOOLS, {"listening": "127.0.0.1:1", "admin": "127.0.0.1:2"}, 7, 100.0,
                           Path("result.json"))


def test_each_topic_is_published_on_a_connection_of_its_own_where_a_server_wants_that():
    command = command_of("python-websockets")
    assert command[command.index("--publish-connections") + 1] == command[command.index("--topics") + 1] == "200"


def test_ours_are_published_to_as_theirs_are():
    command = command_of("sse-posted")
    assert command[command.index("--publish") + 1] == "http://127.0.0.1:2/publish?topic={topic}"
    assert "--admin" not in command and "--publish" in command_of("node-sse")


def test_a_server_of_others_takes_none_of_our_options():
    command = server_command(TRANSPORTS["nchan-sse"], TOOLS, ["--history", "9"])
    assert command[:3] == ["taskset", "-c", "0"] and "--history" not in command


def test_what_is_not_there_is_named_with_how_it_is_installed(monkeypatch):
    monkeypatch.setitem(NEEDS, "ws", Requirement("the Node package ws", ("/nowhere/ws",), "npm ci"))
    found = foreign.why_not(["node-ws", "sse"])
    assert "the Node package ws is not installed (npm ci)" in found["node-ws"] and "sse" not in found
    assert need_of("/nowhere/mine").missing.startswith("/nowhere/mine is not installed")


def test_versions_command_and_files_are_recorded(monkeypatch):
    monkeypatch.setitem(NEEDS, "node", Requirement("Node", ("sh",), "", ("sh", "-c", "echo v20.1; echo more")))
    monkeypatch.setitem(NEEDS, "ws", Requirement("ws", ("sh",), "", ("sh", "-c", "exit 3")))
    found = foreign.described(["node-ws", "sse"])
    assert found.keys() == {"node-ws"}
    assert found["node-ws"]["versions"] == {"Node": "v20.1", "ws": None}
    assert "WebSocketServer" in found["node-ws"]["files"]["examples/node-ws/server.js"]


SCENARIO = """
question = "q"
kind = "load"
transports = ["sse", "node-sse"]
blocks = 1
connections = 10
rate = 5
duration = "100ms"
"""


def test_a_run_goes_on_without_what_is_not_there(fake_bench, monkeypatch):
    monkeypatch.setitem(NEEDS, "node", Requirement("Node", ("/nowhere/node",), "apt install nodejs"))
    fake_bench.write("tiny.toml", SCENARIO)
    assert fake_bench.run() == 0
    assert {trial["variant"] for trial in fake_bench.trials()} == {"sse"}
    context = json.loads((fake_bench.run_dir / "context.json").read_text())
    assert context["not_measured"] == {"node-sse": "Node is not installed (apt install nodejs)"}
    assert context["servers"] == {}
    assert "not measured: SSE (Node): Node is not installed (apt install nodejs)" in fake_bench.printed
    assert "not measured: Node is not installed" in page.build(fake_bench.run_dir).read_text()


def test_a_run_of_nothing_but_what_is_not_there_is_a_mistake(fake_bench, monkeypatch):
    monkeypatch.setitem(NEEDS, "node", Requirement("Node", ("/nowhere/node",), "apt install nodejs"))
    fake_bench.write("tiny.toml", SCENARIO.replace('"sse", ', ""))
    with pytest.raises(UsageError, match="nothing is left to measure: Node is not installed"):
        fake_bench.run()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("servers") / "run"
    maker = Generator(folder)
    names = [*CPUS, "nchan-sse"]
    write_context(folder, 3, scenarios={"servers-broadcast": {"kind": "load", "question": "Whose?",
                                                              "transports": names}},
                  not_measured={"nchan-sse": "Nchan is not installed (apt install it)"},
                  servers={"node-ws": {"versions": {"Node": "v20"}, "command": ["node", "x.js"],
                                       "files": {"x.js": "<script>"}}})
    for block in (1, 2, 3):
        for name, cpu in CPUS.items():
            result = maker.result("sse", 200, 19)
            result["server"]["cpu_us_per_delivery"] = cpu * (1 + block / 100)
            maker.write("servers-broadcast", name, block, result)
    return folder


def test_a_runtime_is_held_against_ours_and_a_transport_within_a_runtime(ran):
    (table,) = servers(Figures(load_run(ran))).tables
    of_ours = {row.variant: row.of_ours.middle for row in table.rows if row.of_ours}
    assert of_ours == pytest.approx({"node-ws": 4.0, "node-sse": 60 / 9, "python-websockets": 30.0})
    pairs = {pair.runtime: (pair.title, pair.ratio.middle) for pair in table.pairs}
    assert pairs == {"pushbench": ("SSE / WebSocket", pytest.approx(0.9)),
                     "Node": ("SSE / WebSocket", pytest.approx(1.5))}
    assert "WebSocket (Python, websockets) takes 30" in table.sentence and "SSE / WebSocket in Node" in table.sentence
    missing = next(row for row in table.rows if row.variant == "nchan-sse")
    assert missing.gap == "not measured: Nchan is not installed (apt install it)" and CPU not in missing.figures


def test_a_claim_and_a_table_say_why_a_server_was_not_measured(tmp_path):
    maker = Generator(tmp_path / "run")
    write_context(tmp_path / "run", 3, scenarios={"libraries": {"kind": "idle", "transports": ["sse", "node-ws"]}},
                  not_measured={"node-ws": "Node is not installed (apt install nodejs)"})
    for block in (1, 2, 3):
        for count in (100, 200, 400, 800, 1600):
            maker.write("libraries", "sse", block, maker.result("sse", count, 0), case=f"connections={count}")
    figures = Figures(load_run(tmp_path / "run"))
    (claim,) = [each for each in load_claims() if each.id == "N1"]
    said = [each.why for measure in claim.secondary for each in findings(measure, figures)]
    assert any("WebSocket (Node, ws) was not measured: Node is not installed" in each for each in said)
    row = others(figures)[-1].rows[-1]
    assert row.variant == "node-ws" and {cell.gap for cell in row.cells.values()} == {
        "not measured: Node is not installed (apt install nodejs)"}


def test_they_stand_apart_from_what_else_ran(ran):
    assert others(Figures(load_run(ran))) == []
    text = page.build(ran).read_text()
    assert "what a runtime costs against what a transport costs" in text and "&lt;script&gt;" in text
    told = json.loads((ran / "summary.json").read_text())["servers"]
    assert [each["scenario"] for each in told] == ["servers-broadcast"] and told[0]["within_a_runtime"]
    assert "SSE (Node)" in (ran / "summary.md").read_text()
