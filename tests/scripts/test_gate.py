"""The gate: what a threshold means, when it fails, and what a user sees."""

import json
from xml.etree import ElementTree

import pytest
from pushbench.analysis.figures import Figures
from pushbench.cli.main import main
from pushbench.errors import UsageError
from pushbench.gate import file, github, told
from pushbench.gate.judge import FAILED, HELD, NOT_JUDGED, OPEN, judge, verdict_of
from pushbench.gate.junit import to_junit
from pushbench.gate.names import find, metrics
from pushbench.gate.threshold import parse
from pushbench.stats.estimates import Estimate
from pushbench.store.dictionary import without_units
from pushbench.store.metrics import METRICS
from pushbench.store.records import load_run
from synthetic import Generator, make_run, write_context


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("gate") / "run", scenarios=("broadcast", "idle", "duets", "others"))


@pytest.fixture(scope="module")
def figures(folder):
    return Figures(load_run(folder))


def verdicts(text, figures):
    return [row.verdict for row in judge(parse(text), figures)]


# ---- what is written

@pytest.mark.parametrize(("text", "metric", "limit"), [
    ("latency_p99 of sse in broadcast > 50ms", "latency_p99_ms", 50),
    ("latency.p99 of sse in broadcast>50ms", "latency_p99_ms", 50),
    ("latency.p99.9 of sse > 0.05s", "latency_p999_ms", 50),
    ("latency_p50_ms of sse > 5", "latency_p50_ms", 5),
    ("server.cpu_per_delivery of sse >= 0.01ms", "server_cpu_us_per_delivery", 10),
    ("memory_per_connection of sse in idle > 8KiB", "memory_kib_per_connection", 8),
    ("bytes_per_delivery of sse at payload=1024 > 1.5kB", "bytes_per_delivery", 1500),
    ("lost_share > 1%", "lost_share", 0.01),
    ("loadgen_headroom of sse < 0.2", "loadgen_headroom", 0.2),
    ("capacity of sse in capacity < 40000", "", 0),
    ("capacity_deliveries_per_s of sse in capacity < 40000/s", "capacity_deliveries_per_s", 40000),
    ("refused.status_5xx of sse > 0", "refused.status_5xx", 0),
    ("latency_us.p99 of sse > 700", "latency_us.p99", 700),
])
def test_a_threshold_by_value(text, metric, limit):
    if not metric:
        with pytest.raises(UsageError, match="names no figure; near are capacity_deliveries_per_s"):
            parse(text)
        return
    found = parse(text)
    assert (found.metric.key, found.limit) == (metric, pytest.approx(limit))


def test_a_ratio_has_no_unit_and_spaces_do_not_matter():
    found = parse("server_cpu_per_delivery  of sse / floor in broadcast>1.5")
    assert (found.subject, found.base, found.scenario) == ("sse", "floor", "broadcast")
    assert (found.limit, found.unit) == (1.5, "")
    assert parse("server_cpu_per_delivery of sse/floor > 150%").limit == 1.5


@pytest.mark.parametrize(("text", "said"), [
    ("latency_p99", "is not FIGURE"),
    ("latency_p99 of sse", "is not FIGURE"),
    ("latency_p99 sse > 5ms", "is not FIGURE"),
    ("latency_p99 on sse > 5ms", "has 'on' where 'of', 'in', 'at' or a comparison would be right"),
    ("latency_p99 of sse of floor > 5ms", "says 'of' twice"),
    ("latency_p99 of sse/ > 5", "has no transport on one side of its /"),
    ("latency_p98 of sse > 5ms", "names no figure; near are latency_p9"),
    ("latency_p99 of sse > 5", "does not say 5 of what: add ns, us, ms, s, m or h"),
    ("latency_p99 of sse > 5KiB", "gives latency_p99 in 'KiB'; it takes ns, us, ms, s, m or h"),
    ("latency_p99 of sse > fast", "compares with 'fast', which is no number such as 50ms or 0.5"),
    ("latency_p99 of sse > nan", "which is no number"),
    ("server_cpu_per_delivery of sse/floor > 5us", "gives a ratio in 'us'; it takes % or no unit"),
])
def test_what_is_wrong_is_one_line(text, said):
    with pytest.raises(UsageError) as error:
        parse(text)
    assert said in str(error.value) and "\n" not in str(error.value) and str(error.value).startswith("--fail-if: '")
    assert error.value.exit_code == 2


def test_each_figure_has_a_short_name_of_its_own():
    short = [without_units(key) for key in METRICS]
    assert len(set(short)) == len(short)
    assert all(find(name) is METRICS[key] for key, name in zip(METRICS, short, strict=True))
    assert without_units("server_cpu_us_per_idle_connection_s") == "server_cpu_per_idle_connection"
    assert without_units("peak_connects_per_s") == "peak_connects_per_s"


def test_every_unit_can_be_compared():
    from pushbench.gate.limits import is_known

    assert [metric.key for metric in metrics().values() if not is_known(metric.unit)] == []


# ---- when it fails

EVEN = Estimate(5, 10.0, 9.0, 11.0)
POINT = Estimate(5, 10.0, 10.0, 10.0)


@pytest.mark.parametrize(("op", "limit", "estimate", "verdict"), [
    (">", 8, EVEN, FAILED), (">", 10, EVEN, OPEN), (">", 12, EVEN, HELD), (">", 11, EVEN, HELD), (">", 9, EVEN, OPEN),
    (">=", 9, EVEN, FAILED), (">=", 11, EVEN, OPEN), ("<", 12, EVEN, FAILED), ("<", 9, EVEN, HELD),
    ("<=", 11, EVEN, FAILED), ("<", 10, EVEN, OPEN), ("==", 10, POINT, FAILED), ("==", 10, EVEN, OPEN),
    ("==", 12, EVEN, HELD), ("!=", 10, POINT, HELD), ("!=", 12, EVEN, FAILED), ("!=", 10, EVEN, OPEN),
    (">", 8, Estimate(2, 10.0), NOT_JUDGED)])
def test_by_the_whole_interval(op, limit, estimate, verdict):
    assert verdict_of(parse(f"lost_share {op} {limit}"), estimate, {}) == verdict


def test_what_happened_once_happened():
    """An interval over 0, 0 and 5 reaches below nothing; of what is lost that would excuse it."""
    threshold, spread = parse("lost_share > 0"), Estimate(3, 0.1, -0.2, 0.4)
    assert verdict_of(threshold, spread, {1: 0.0, 2: 0.0, 3: 0.3}) == FAILED
    assert verdict_of(threshold, Estimate(3, 0.0, 0.0, 0.0), {1: 0.0, 2: 0.0, 3: 0.0}) == HELD


@pytest.mark.parametrize(("text", "expected"), [
    ("server_cpu_per_delivery of sse in broadcast > 20us", [HELD]),
    ("server_cpu_per_delivery of sse in broadcast > 5us", [FAILED]),
    ("server_cpu_per_delivery of sse/floor in broadcast > 1.05", [FAILED]),  # 10.2 / 9.0
    ("server_cpu_per_delivery of floor/sse in broadcast > 1.05", [HELD]),
    ("server_cpu_per_delivery of sse/floor in duet-broadcast > 2", [HELD]),
    ("bytes_per_delivery of sse/websocket in broadcast > 1.2", [HELD]),
    ("bytes_per_delivery of sse in payload at payload=1024 > 1kB", [FAILED]),
    ("bytes_per_delivery of sse in payload at payload=32 > 1kB", [HELD]),
    ("memory_per_connection of short-poll in idle > 1KiB", [FAILED, FAILED]),  # at both of its intervals
    ("memory_per_connection of short-poll@5s in idle > 1KiB", [FAILED]),
    ("memory_per_connection in idle > 1KiB", [FAILED] * 5),
    ("latency_p99 of sse in sparse > 1ms", [NOT_JUDGED]),
    ("held of sse in broadcast > 1s", [NOT_JUDGED]),
    ("published of sse in broadcast < 50", [HELD]),  # a number of the load generator's own
])
def test_of_a_run(text, expected, figures):
    assert verdicts(text, figures) == expected


def test_without_a_scenario_each_that_has_the_figure(figures):
    rows = judge(parse("lost_share of sse > 0"), figures)
    assert {row.place.split(" · ")[0] for row in rows} >= {"broadcast", "payload", "capacity"}
    assert {row.verdict for row in rows} == {HELD}


def test_two_blocks_cannot_be_judged(tmp_path):
    few = Figures(load_run(make_run(tmp_path / "few", blocks=2, scenarios=("broadcast",))))
    (row,) = judge(parse("server_cpu_per_delivery of sse in broadcast > 5us"), few)
    assert (row.verdict, row.why) == (NOT_JUDGED, "2 blocks, an interval needs 3")


def test_what_is_open_says_how_many_more_blocks(tmp_path):
    maker = Generator(tmp_path)
    write_context(tmp_path, 4)
    for block, cost in enumerate((9.0, 10.0, 11.5, 10.5), start=1):
        maker.write("broadcast", "sse", block, {"server": {"cpu_us_per_delivery": cost}})
    (row,) = judge(parse("server_cpu_per_delivery of sse in broadcast > 11us"), Figures(load_run(tmp_path)))
    assert row.verdict == OPEN and "more blocks would likely tell" in row.why


def test_a_transport_whose_trials_are_void_is_not_judged_and_says_why(tmp_path):
    maker = Generator(tmp_path)
    write_context(tmp_path, 3)
    for block in (1, 2, 3):
        maker.write("broadcast", "sse", block, {}, status="invalid", reasons=["lost: 5 of 100"])
        maker.write("broadcast", "websocket", block, {"server": {"cpu_us_per_delivery": 10.0}})
    (row,) = judge(parse("server_cpu_per_delivery of sse in broadcast > 11us"), Figures(load_run(tmp_path)))
    assert row.verdict == NOT_JUDGED and "lost: 5 of 100" in row.why


# ---- as a command

def test_the_codes_and_the_last_line(folder, capsys):
    held, failed = "server_cpu_per_delivery of sse in broadcast > 20us", "latency_p50 of sse in broadcast > 1us"
    absent = "latency_p50 of sse in sparse > 1us"
    for given, code, last in (([held], 0, "gate: 1 held; exit code 0"), ([held, failed], 3, "1 failed, 1 held"),
                              ([absent], 4, "gate: 1 not judged; exit code 4"), ([held, absent], 0, "exit code 0"),
                              ([held, absent, "--strict"], 4, "1 not judged, 1 held; exit code 4")):
        options = [part for text in given for part in (["--fail-if", text] if " " in text else [text])]
        assert main(["gate", str(folder), *options]) == code
        assert last in capsys.readouterr().out.splitlines()[-1]


def test_a_name_that_means_nothing_lists_those_that_are_near(folder, capsys):
    for text, said in (("latency_p50 of sse in broadcst > 1us", "names no scenario: 'broadcst'; near are broadcast"),
                       ("latency_p50 of web-socket in broadcast > 1us", "names no transport: 'web-socket'; near are"
                                                                        " websocket"),
                       ("latency_p55 of sse in broadcast > 1us", "names no figure; near are latency_p5")):
        assert main(["gate", str(folder), "--fail-if", text]) == 2
        err = capsys.readouterr().err
        assert said in err and err.count("\n") == 1


def test_a_case_that_is_not_there_is_named(folder, capsys):
    assert main(["gate", str(folder), "--fail-if", "bytes_per_delivery of sse in payload at payload=7 > 1B"]) == 4
    assert "there is no case payload=7 in payload; there are payload=1024, payload=16384, payload=32" in \
        capsys.readouterr().out


def test_junit_by_parsing_it(figures):
    rows = [row for text in ("server_cpu_per_delivery of sse in broadcast > 20us", "lost_share of sse < 1 ",
                             "latency_p50 of sse in sparse > 1us") for row in judge(parse(text), figures)[:1]]
    suite = ElementTree.fromstring(to_junit(rows, "a & b <run>")).find("testsuite")
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3", "failures": "1", "errors": "1", "skipped": "0"}
    assert [[part.tag for part in case] for case in suite.iter("testcase")] == [["system-out"], ["failure"], ["error"]]
    assert "lost_share of sse < 1:" in suite.find("testcase/failure").get("message")


def test_what_github_is_told(folder, tmp_path, monkeypatch, capsys):
    page, thresholds = tmp_path / "page.md", tmp_path / "t.toml"
    thresholds.write_text('# first\n[[threshold]]\nfail_if = "latency_p50 of sse in broadcast > 1us"\nwhy = "a | b"\n')
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["gate", str(folder), "--thresholds", str(thresholds), "--junit", str(tmp_path / "gate.xml")]) == 3
    out = capsys.readouterr().out
    assert f"::error file={thresholds},line=3,title=pushbench gate::failed: latency_p50 of sse" in out
    assert "### Gate: 1 failed" in page.read_text() and "a \\| b" in page.read_text()
    assert ElementTree.parse(tmp_path / "gate.xml").getroot().find("testsuite").get("failures") == "1"


def test_annotations_escape_what_the_runner_reads(figures):
    (row,) = judge(parse("lost_share of sse in broadcast < 50%", where="/repo/a,b.toml:7"), figures)
    (command,) = github.marks_of([row], file.DEFAULT.parents[1])
    assert command.startswith("::error file=/repo/a%2Cb.toml,line=7,title=") and "50%25" in command


# ---- a file of them

def test_the_committed_file_names_what_there_is(capsys):
    found = file.read(file.DEFAULT)
    assert len(found) > 5 and all(each.where.rpartition(":")[2] != "1" for each in found)
    assert main(["gate", "reference"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("gate: ")


@pytest.mark.parametrize(("text", "said"), [
    ("", "has no [[threshold]]; one is"), ("[threshold]\nfail_if = 'a'", "has no [[threshold]]"),
    ("[[threshold]]\nwhy = 'b'", 'the key "fail_if" is missing'),
    ("[[threshold]]\nfail_if = 5", "fail_if = 5: must be"), ("x = 1", 'unknown key "x"; each threshold is headed'),
    ("[[threshold]]\nfail = 'a'", 'unknown key "fail"; known are fail_if, why'), ("a = [", "is not valid TOML")])
def test_a_file_that_is_wrong_is_one_line(tmp_path, text, said):
    path = tmp_path / "t.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as error:
        file.read(path)
    assert said in str(error.value) and "\n" not in str(error.value) and str(error.value).startswith(str(path))


def test_options_without_a_threshold_are_refused(tmp_path, capsys):
    arguments = ["bench", "--results", str(tmp_path), "--strict"]
    assert main(arguments) == 2 and "nothing to judge; give --fail-if or --thresholds" in capsys.readouterr().err


# ---- as a part of bench

def gated(*texts, **more):
    from pushbench.cli.gate import GateOptions

    return GateOptions(named=tuple(parse(text) for text in texts), **more)


@pytest.mark.parametrize(("text", "said"), [
    ("latency_p50 of sse in broadcst > 1us", "names no scenario: 'broadcst'; near are"),
    ("latency_p50 of see in tiny > 1us", "names no transport: 'see'; near are sse"),
    ("latency_p50 of long-poll in tiny > 1us", "in this run there is no long-poll in tiny"),
    ("latency_p50 of sse in other > 1us", "in this run there is no scenario other; there are tiny")])
def test_before_any_trial_runs(fake_bench, text, said):
    fake_bench.write("other.toml", (fake_bench.scenarios / "tiny.toml").read_text())
    with pytest.raises(UsageError, match=said):
        fake_bench.run(gate=gated(text))
    assert list(fake_bench.results.glob("*/trials/*")) == []


def test_a_run_is_held_against_its_thresholds(fake_bench):
    assert fake_bench.run(gate=gated("lost of sse in tiny > 0")) == 4  # two blocks have no interval
    assert "gate: 1 not judged; exit code 4" in fake_bench.printed


def test_a_file_may_name_what_other_profiles_run(fake_bench):
    fake_bench.write("other.toml", (fake_bench.scenarios / "tiny.toml").read_text())
    from pushbench.cli.gate import GateOptions

    fake_bench.run(gate=GateOptions(from_file=(parse("latency_p50 of sse in other > 1us"),)))
    assert "! not judged: latency_p50 of sse in other > 1us: in this run there is no scenario other" in \
        fake_bench.printed


def test_an_older_run_says_what_it_lacks_and_is_judged(folder, tmp_path, capsys):
    run = make_run(tmp_path / "older", blocks=3, variants=("sse",), scenarios=("broadcast",))
    for path in (run / "trials").glob("*.json"):
        trial = json.loads(path.read_text())
        trial["schema_version"] = trial["result"]["schema_version"] = 1
        path.write_text(json.dumps(trial))
    assert main(["gate", str(run), "--fail-if", "server_cpu_per_delivery of sse in broadcast > 20us"]) == 0
    out = capsys.readouterr().out
    assert "of an older pushbench" in out and "held: server_cpu_per_delivery" in out


def test_the_help_says_the_codes(capsys):
    with pytest.raises(SystemExit):
        main(["gate", "--help"])
    assert " ".join(told.EXIT_CODES.split()[:8]) in " ".join(capsys.readouterr().out.split())
