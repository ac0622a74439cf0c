"""Two builds in one run: what may be compared, what hand-made duets say, and a small run of real programs."""

import json
import math
import random
import re
import shutil
from itertools import product
from pathlib import Path

import pytest
from pushbench.analysis.builds import compared
from pushbench.cli.main import main
from pushbench.errors import UsageError
from pushbench.machine import built as builds_of
from pushbench.report import builds as report
from pushbench.setup import builds
from pushbench.store.records import Run, Trial, load_run
from pushbench.store.schema import fault
from rich.console import Console
from synthetic import Generator, write_context, write_duet

ROOT = Path(__file__).resolve().parents[2]
CACHE = """CMAKE_BUILD_TYPE:STRING=Release
CMAKE_CXX_FLAGS:STRING={flags}
PUSHBENCH_SANITIZE:STRING=
Boost_INCLUDE_DIR:PATH=/nowhere
"""
SAME, MORE = (0.98, 1.0, 1.02, 1.01, 0.99), (1.08, 1.10, 1.12, 1.11, 1.09)
SCENARIOS = {f"duet-{name}": {"of": name} for name in ("broadcast", "stream")}


@pytest.fixture
def run(tmp_path):
    """A folder whose duets are made by `play(transport, workload, ratios of B to A)`."""
    write_context(tmp_path, 5, scenarios=SCENARIOS)
    maker = Generator(tmp_path)

    def play(transport, workload, ratios, **more):
        for block, ratio in enumerate(ratios, 1):
            quad = {"order": "ABBA", "a_us": [10.0, 10.0], "b_us": [10.0 * ratio] * 2}
            write_duet(maker, workload, transport, transport, block, [quad], **more)
        return tmp_path

    return play


def told(folder, threshold=1.0, **more):
    console = Console(width=200, record=True, quiet=False, file=open("/dev/null", "w"))
    code = report.tell(folder, threshold, (), more.get("markdown", False), console)
    return code, console.export_text()


def test_the_ratio_is_what_the_second_build_takes_of_the_first(run):
    (found,) = compared(load_run(run("sse", "stream", MORE)), 1.0)
    assert found.name == "SSE, stream" and found.change.verdict == "WORSE"
    assert found.change.ratio.middle == pytest.approx(math.exp(sum(map(math.log, MORE)) / 5))
    assert (found.change.old.middle, found.change.new.middle) == (pytest.approx(10), pytest.approx(11, rel=0.01))


def test_what_is_worse_ends_in_3_and_is_named(run):
    run("sse", "stream", SAME)
    code, text = told(run("websocket", "broadcast", MORE))
    assert code == 3 and "B is worse than A in 1 of 2" in text
    assert "WebSocket, broadcast: B takes 1.10" in text and re.search(r"µs against 10.*: WORSE, by 9.99 %", text)
    assert "SSE, stream: B takes 1.000 × A's server CPU per delivery" in text and "not told apart; from about" in text


@pytest.mark.parametrize(("ratios", "threshold", "code", "said"), [
    (SAME, 1.0, 0, "B is nowhere worse than A by more than 1 %, of 1"),
    ([1 / each for each in MORE], 1.0, 0, "better, by 9.08 %"),
    (MORE, 15.0, 0, "more, by no more than 15 %, which is let pass"),
    (MORE[:2], 1.0, 4, "2 blocks, too few for an interval (at least 3)"),
])
def test_how_else_it_may_end(run, ratios, threshold, code, said):
    ended, text = told(run("sse", "stream", ratios), threshold)
    assert ended == code and said in text


def test_all_are_judged_together(run):
    """What would be told apart alone need not be so among many: by chance one of many is."""
    slightly = (1.005, 1.02, 1.035, 1.028, 1.015)
    folder = run("sse", "stream", slightly)
    alone = compared(load_run(folder), 1.0)[0]
    for transport in ("websocket", "long-poll", "floor"):
        for workload in ("broadcast", "stream"):
            run(transport, workload, SAME)
    among = next(each for each in compared(load_run(folder), 1.0) if each.name == "SSE, stream")
    assert alone.told_from < among.told_from and among.change.ratio == alone.change.ratio


def test_what_slows_each_workload_a_little_is_told_of_all_together(run):
    run("sse", "stream", [1.02 * each for each in SAME])
    folder = run("sse", "broadcast", [1.02 / each for each in SAME])  # its blocks scatter the other way round
    *alone, together = compared(load_run(folder), 1.0)
    assert together.name == "SSE, 2 workloads together" and together.change.ratio.middle == pytest.approx(1.02)
    assert together.change.verdict == "WORSE" and [each.change.verdict for each in alone] == ["~", "~"]
    assert "SSE, 2 workloads together: B takes 1.02 × A's server CPU per delivery" in told(folder)[1].replace(
        "1.020", "1.02")


def test_where_no_trial_is_valid_it_says_why(run):
    code, text = told(run("sse", "stream", SAME, status="invalid", reasons=["a: 3 lost"]))
    assert code == 4 and "SSE, stream: no trial is valid" in text and "3 lost" in text


def test_markdown_names_what_is_worse_first(run, capsys):
    run("sse", "stream", SAME)
    told(run("websocket", "broadcast", MORE), markdown=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "### B is worse than A in 1 of 2"
    assert any(line.startswith("- **WebSocket, broadcast: B takes 1.100 ×") for line in lines)


# As seen on two cores that had work for twenty: what scatters between blocks, and how many fit into ten minutes.
SCATTER, BLOCKS, RUNS = 0.023, 15, 100


def made_up(chance, slower):
    """A run in memory of two builds, of which the second takes `slower` times the CPU."""
    trials = []
    for block, name, workload in product(range(BLOCKS), ("sse", "websocket"), ("sparse", "broadcast", "stream")):
        quad = {"order": "ABBA", "a_us": [10.0], "b_us": [10.0 * slower * math.exp(chance.gauss(0, SCATTER))]}
        told = {"duet": {"a": name, "b": name, "of": workload, "quads": [quad], "quads_left_out": 0}}
        trials.append(Trial("", f"duet-{workload}", f"{name}-vs-{name}", "", block, 1, block, "ok", (), {}, told))
    context = {"scenarios": {f"duet-{workload}": {"of": workload} for workload in ("sparse", "broadcast", "stream")}}
    return Run(Path("made-up"), context, tuple(trials))


@pytest.mark.parametrize(("slower", "least", "most"), [(1.0, 0, 3), (1.03, 95, 100)])
def test_three_percent_are_found_and_the_same_build_hardly_ever(slower, least, most):
    chance = random.Random(5)
    found = sum(any(each.change.is_regression for each in compared(made_up(chance, slower), 1.0)) for _ in range(RUNS))
    assert least <= found <= most


def build(folder, name, flags="-O2", compiler=b"GCC: (Debian 12.2.0-14) 12.2.0", programs=("sse_server", "loadgen")):
    made = folder / name
    (made / "bin").mkdir(parents=True)
    (made / "CMakeCache.txt").write_text(CACHE.format(flags=flags))
    for program in programs:
        (made / "bin" / program).write_bytes(b"\x7fELF\0" + compiler + b"\0" + name.encode())
    return made


def read(folder, **more):
    return builds_of.read_build(folder.name, folder / "bin", more.get("programs", ("sse_server",)))


def test_builds_that_are_alike_may_be_compared(tmp_path):
    a, b = read(build(tmp_path, "a")), read(build(tmp_path, "b"))
    assert builds_of.unfit(a) == [] == builds_of.unlike(a, b) == builds_of.same_programs(a, b)
    assert a.compilers == ("GCC: (Debian 12.2.0-14) 12.2.0",)
    assert builds_of.same_programs(a, a) == ["sse_server"]


def test_what_makes_two_builds_unlike_is_named(tmp_path):
    a = read(build(tmp_path, "a"))
    b = read(build(tmp_path, "b", flags="-O3 -march=native", compiler=b"Debian clang version 14.0.6"))
    assert builds_of.unlike(a, b) == [
        "compiler differs: GCC: (Debian 12.2.0-14) 12.2.0 → Debian clang version 14.0.6",
        "CMAKE_CXX_FLAGS differs: -O2 → -O3 -march=native"]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("Release", "Debug", ["b: is of the type Debug, not Release"]),
    ("SANITIZE:STRING=", "SANITIZE:STRING=address", ["b: is built with sanitizers (address)"]),
    (CACHE.format(flags="-O2"), "", ["b: no CMakeCache.txt beside its programs, so how it was built is not known"]),
])
def test_what_no_build_may_be(tmp_path, old, new, said):
    made = build(tmp_path, "b")
    cache = made / "CMakeCache.txt"
    cache.write_text(cache.read_text().replace(old, new))
    assert builds_of.unfit(read(made)) == said


def test_a_program_that_is_missing_is_named(tmp_path):
    with pytest.raises(UsageError, match="^a: websocket_server not found in .*a/bin; build it first"):
        read(build(tmp_path, "a"), programs=("sse_server", "websocket_server"))


@pytest.mark.parametrize(("arguments", "said"), [
    (["--transport", "short-poll"], 'unknown transport "short-poll": two builds can be compared by sse, websocket'),
    (["--workload", "nothing"], 'unknown workload "nothing": there is no '),
    (["--transport", "sse"], "CMAKE_CXX_FLAGS differs: -O2 → -O3); --force compares them all the same"),
    ([], "a: websocket_server not found in"),
])
def test_a_mistake_is_one_line_and_runs_nothing(tmp_path, monkeypatch, capsys, arguments, said):
    build(tmp_path, "a"), build(tmp_path, "b", flags="-O3")
    monkeypatch.chdir(tmp_path)
    assert main(["compare-builds", "a", "b", "--results", str(tmp_path / "results"), *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line and not (tmp_path / "results").exists()


def test_who_interrupts_is_told_of_what_there_is(tmp_path, monkeypatch, capsys):
    class Interrupted:
        def __init__(self, folder, plan, *_):
            self.folder = folder

        def run(self):
            quad = {"order": "ABBA", "a_us": [10.0, 10.0], "b_us": [10.0, 10.0]}
            write_duet(Generator(self.folder.path), "stream", "sse", "sse", 1, [quad])
            raise KeyboardInterrupt

    build(tmp_path, "a"), build(tmp_path, "b")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pushbench.cli.builds.Runner", Interrupted)
    assert main(["compare-builds", "a", "b", "--transport", "sse", "--results", str(tmp_path / "results")]) == 130
    printed = capsys.readouterr().out
    assert "SSE, stream: B takes 1 × A's" in printed and "interrupted: that is of the duets until then, in" in printed
    (context,) = (tmp_path / "results" / "builds").glob("*/context.json")
    assert json.loads(context.read_text())["sittings"][0]["why_ended"] == "interrupted"


def test_a_plan_fits_its_time_and_holds_each_transport_against_itself(tmp_path):
    from pushbench.cli.main import ROOT

    duets = builds.duets_of(ROOT / "bench" / "scenarios", ("sse", "websocket"), ("stream", "broadcast"))
    plan = builds.plan_for(duets, 2, 1)
    assert sorted((trial.scenario.name, trial.variant, trial.block) for trial in plan) == [
        (f"duet-{workload}", builds.variant_of(name), block) for workload in ("broadcast", "stream")
        for name in ("sse", "websocket") for block in (1, 2)]
    assert all(trial.transport is trial.against for trial in plan)
    assert builds.blocks_in(duets, 1) == 1 and 10 < builds.blocks_in(duets, 600) < builds.blocks_in(duets, 1200)


@pytest.mark.parametrize(("options", "said"), [
    (["--time", "30s"], "--time 30s: the 3 blocks that an interval takes need 83s or more for 6 duets"),
    (["--time", "10s", "--transport", "sse", "--workload", "stream"], "need 11s or more for 1 duet;"),
    (["--blocks", "1"], "--blocks 1: an interval takes 3 at least"),
    (["--blocks", "2", "--time", "1h"], "--blocks 2: an interval takes 3 at least")])
def test_a_run_that_could_tell_nothing_is_refused_before_it_begins(tmp_path, capsys, options, said):
    assert main(["compare-builds", "a", "b", "--results", str(tmp_path), *options]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and printed.err.count("\n") == 1 and printed.out == ""
    assert list(tmp_path.iterdir()) == []


def test_the_time_that_it_names_is_enough():
    duets = builds.duets_of(ROOT / "bench" / "scenarios", builds.TRANSPORTS_BY_DEFAULT, builds.WORKLOADS)
    assert builds.blocks_in(duets, builds.least_s(duets)) == 3 and builds.blocks_in(duets, 600) > 10


TINY = """
question = "?"
kind = "{kind}"
blocks = 1
{more}
"""


def test_the_real_programs_of_two_builds_play(built, tmp_path, monkeypatch, capsys):
    """The second build is a copy of the first; of its own, its programs are what runs on side b."""
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "work.toml").write_text(TINY.format(
        kind="load", more='transports = ["sse"]\nconnections = 10\nrate = 100\nduration = "100ms"'))
    (scenarios / "duet-work.toml").write_text(TINY.format(
        kind="duet", more='of = "work"\npairs = [["sse", "websocket"]]\nquads = 2\nslice = "50ms"\nlead_in = "10ms"'))
    (scenarios / "profiles.toml").write_text('[default]\nscenarios = ["duet-work"]\n')
    other = tmp_path / "other"
    (other / "bin").mkdir(parents=True)
    shutil.copy(built.parent / "CMakeCache.txt", other)
    for name in ("sse_server", "polling_server"):
        shutil.copy(built / name, other / "bin")
    monkeypatch.setattr("pushbench.run.runner.QUIET_UNBOUNDED_S", 0.0)
    code = main(["compare-builds", str(built.parent), str(other), "--scenarios", str(scenarios), "--workload", "work",
                 "--transport", "sse", "--transport", "long-poll", "--blocks", "3", "--results", str(tmp_path),
                 "--force"])
    (folder,) = (tmp_path / "builds").iterdir()
    records = [json.loads(path.read_text()) for path in sorted((folder / "trials").iterdir())]
    assert {record["status"] for record in records} <= {"ok", "invalid"}, records  # a busy machine delivers late
    assert all(fault("trial", record) == "" for record in records)
    assert fault("context", json.loads((folder / "context.json").read_text())) == ""
    for record in records:
        server = {side: record["commands"][f"server_{side}"][0] for side in "ab"}
        assert server["a"].endswith(f"/bin/{server['b']}")  # what is temporary is shortened
        assert {record["commands"][f"loadgen_{side}"][0] for side in "ab"} == {
            server["a"].replace(server["b"], "loadgen")}
    printed = capsys.readouterr().out
    assert code in (0, 3, 4)  # what it tells of them is up to the machine
    assert "polling_server and sse_server of A and of B are the same to the last byte" in printed
