"""What is doubtful about a machine or a build is told, and from a build that nobody would use nothing is concluded."""

import gzip
import json

import pytest

from pushbench.analysis.memory import gap
from pushbench.analysis.measures import MISSING
from pushbench.errors import UsageError
from pushbench.machine import describe
from pushbench.machine.cautions import cautions, why_unfit
from pushbench.machine.cores import choose_cores
from pushbench.report import summary
from pushbench.report.findings import analyse
from pushbench.report.web import page
from pushbench.store.records import load_run
from synthetic import make_run, write_context

QUIET = {"machine": {"governor": "performance", "cpu_quota_cores": None, "cores_allowed": 2, "load_before": [0.1, 0, 0],
                     "reads_slabinfo": True}, "build_type": "Release", "sanitize": None, "cpus_note": ""}


@pytest.mark.parametrize(("changes", "said"), [
    ({"governor": "powersave"}, "governor powersave"),
    ({"cpu_quota_cores": 1.5}, "allows 1.5 cores of CPU time (cpu.max)"),
    ({"load_before": [1.66, 1, 1]}, "busy before the run (load 1.7)"),
    ({"reads_slabinfo": False}, "reading /proc/slabinfo needs root"),
    ({"irq_time_accounting": True}, "IRQ_TIME_ACCOUNTING"),
])
def test_each_doubt_is_one_sentence(changes, said):
    (caution,) = cautions(QUIET | {"machine": QUIET["machine"] | changes})
    assert said in caution and caution[0].isupper() and caution.endswith(".")


def test_of_two_hyper_threads_it_is_told():
    (caution,) = cautions(QUIET | {"cpus_note": choose_cores({0, 1}, {0: {0, 1}}).note})
    assert "two hyper-threads of one core" in caution


@pytest.mark.parametrize("context", [QUIET, {}, {"machine": None}, {"machine": {"load_before": []}, "build_type": 3},
                                     QUIET | {"machine": {"cpu_quota_cores": 2, "cores_allowed": 2}}])
def test_what_is_well_or_not_known_raises_none(context):
    assert cautions(context) == [] and why_unfit(context) == ""


def test_a_debug_build_and_sanitizers_are_unfit():
    assert why_unfit({"build_type": "Debug"}) == "the programs are a debug build"
    assert why_unfit({"build_type": "RelWithDebInfo", "sanitize": "address,undefined"}) == \
        "the programs are built with sanitizers (address,undefined)"


@pytest.mark.parametrize(("line", "sanitize"), [
    ("PUSHBENCH_SANITIZE:STRING=thread", "thread"), ("PUSHBENCH_SANITIZE:STRING=", None),
    ("CMAKE_CXX_FLAGS:STRING=-g -fsanitize=address -O1", "address"),
])
def test_the_build_is_read_from_the_cache_of_cmake(tmp_path, line, sanitize):
    (tmp_path / "bin").mkdir()
    (tmp_path / "CMakeCache.txt").write_text(f"CMAKE_BUILD_TYPE:STRING=Debug\n{line}\n")
    build = describe.describe_build(tmp_path / "bin")
    assert (build["build_type"], build["sanitize"], build["compiler"]) == ("Debug", sanitize, None)


def test_a_compiler_of_several_words_is_the_compiler(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "CMakeCache.txt").write_text("CMAKE_CXX_COMPILER:FILEPATH=/usr/bin/env\n"
                                             "CMAKE_CXX_COMPILER_ARG1:STRING= echo the compiler\n")
    assert describe.describe_build(tmp_path / "bin")["compiler"] == "the compiler --version"


def test_the_least_quota_on_the_way_up_counts(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    own = tmp_path / "cgroup"
    own.write_text("1:cpu:/\n0::/a/b\n")
    assert describe._cpu_quota_cores(str(own), str(tmp_path)) is None
    (tmp_path / "a" / "b" / "cpu.max").write_text("max 100000\n")
    (tmp_path / "a" / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "cpu.max").write_text("400000 100000\n")
    assert describe._cpu_quota_cores(str(own), str(tmp_path)) == 1.5


def test_whether_interrupts_are_accounted_apart_is_read_where_the_kernel_says(tmp_path):
    packed, plain = tmp_path / "config.gz", tmp_path / "config"
    assert describe._irq_time_accounting((str(packed), str(plain))) is None
    plain.write_bytes(b"CONFIG_X=y\n# CONFIG_IRQ_TIME_ACCOUNTING is not set\n")
    assert describe._irq_time_accounting((str(packed), str(plain))) is False
    packed.write_bytes(gzip.compress(b"CONFIG_X=y\nCONFIG_IRQ_TIME_ACCOUNTING=y\n"))
    assert describe._irq_time_accounting((str(packed), str(plain))) is True
    packed.write_bytes(b"no gzip at all")
    assert describe._irq_time_accounting((str(packed),)) is None


def test_the_governors_of_all_cores_are_told(tmp_path):
    for core, governor in enumerate(("performance", "powersave", "performance")):
        (tmp_path / f"cpu{core}" / "cpufreq").mkdir(parents=True)
        (tmp_path / f"cpu{core}" / "cpufreq" / "scaling_governor").write_text(governor + "\n")
    assert describe._governor({0, 1, 2}, str(tmp_path)) == "performance, powersave"
    assert describe._governor({0, 2}, str(tmp_path)) == "performance"
    assert describe._governor({7}, str(tmp_path)) is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("run") / "run", blocks=3, scenarios=("broadcast",))


def verdicts_of_comparisons(found):
    return {each.verdict for judged in found.judgements for each in (*judged.primary, *judged.secondary)}


def test_from_a_debug_build_nothing_is_concluded(folder):
    write_context(folder, 3, build_type="Debug")
    found = analyse(folder)
    assert found.headline == "No recommendation: the programs are a debug build. Measure with a Release build."
    assert {each.verdict for each in found.judgements} == {MISSING}
    assert verdicts_of_comparisons(found) == {MISSING}
    assert all(each.best == () for each in found.readings)
    assert any("debug build" in each for each in found.cautions)
    assert "Not measured: the programs are a debug build." in page.render(found, charts=[])
    assert summary.to_json(found)["headline"].startswith("No recommendation")
    assert {(advice.take, advice.beside, advice.why, outcome.picks) for outcome, advice in found.first.cases} == {
        ("No choice", "the programs are a debug build", "Measure with a Release build.", ())}
    assert "**" not in summary.markdown(found).partition("| transport |")[2].partition("\n\n")[0]
    assert found.crossover is None and not any(
        cell.least for each in found.answers for row in each.rows for cell in row.cells.values())
    write_context(folder, 3)
    assert verdicts_of_comparisons(analyse(folder)) > {MISSING}


def test_the_report_repeats_what_was_told_before_the_run(folder):
    write_context(folder, 3, cautions=["The moon was full."])
    assert "The moon was full." in analyse(folder).cautions
    write_context(folder, 3)
    assert not any("moon" in each for each in analyse(folder).cautions)


def test_kernel_memory_that_needs_root_says_so(folder):
    write_context(folder, 3)
    assert gap("kernel_kib_per_connection", load_run(folder)) == "not measured"
    write_context(folder, 3, machine={"reads_slabinfo": False})
    assert gap("kernel_kib_per_connection", load_run(folder)) == "needs root"
    assert gap("heap_used_kib_per_connection", load_run(folder)) == "not measured"
    write_context(folder, 3)


def test_a_run_tells_and_records_its_cautions_and_keeps_its_build(fake_bench, monkeypatch):
    fake_bench.only_one_trial()
    build = {"compiler": None, "build_type": "Debug", "sanitize": None, "boost": None}
    monkeypatch.setattr("pushbench.machine.describe.describe_build", lambda bin_dir: build)
    assert fake_bench.run() == 0
    assert "! The programs are a debug build: its figures are of the build" in fake_bench.printed
    recorded = json.loads((fake_bench.run_dir / "context.json").read_text())["cautions"]
    assert any("debug build" in each for each in recorded)
    build["build_type"] = "Release"
    with pytest.raises(UsageError, match="its programs were built otherwise when it began"):
        fake_bench.run(resume=fake_bench.run_dir.name)


def test_a_run_that_goes_on_with_another_commit_says_so(fake_bench, monkeypatch):
    fake_bench.only_one_trial()
    commits = iter(["abc1234", "abc1234", "def5678"])
    monkeypatch.setattr("pushbench.machine.describe.describe_commit",
                        lambda root: {"commit": next(commits), "dirty": False})
    for _ in range(3):
        assert fake_bench.run(resume=next((each.name for each in fake_bench.results.glob("2*")), None)) == 0
    recorded = json.loads((fake_bench.run_dir / "context.json").read_text())
    assert recorded["commit"] == "abc1234" and [each for each in recorded["cautions"] if "commit" in each] == [
        "The run began with commit abc123 and went on with def567: its trials may be of two programs."]


def test_a_resume_tells_a_busy_machine_once(fake_bench, monkeypatch):
    fake_bench.only_one_trial()
    described, loads = describe.describe_machine(), iter([0.9, 0.8, 0.7])
    monkeypatch.setattr("pushbench.machine.describe.describe_machine",
                        lambda: described | {"load_before": [next(loads), 0.0, 0.0]})
    fake_bench.run()
    fake_bench.run(resume=fake_bench.run_dir.name)
    recorded = json.loads((fake_bench.run_dir / "context.json").read_text())["cautions"]
    assert [each.split(":")[0] for each in recorded if "load" in each] == [
        "The machine was busy before the run (load 0.9)"]
