"""--fail-if, and what CI servers and collectors are given: exit codes, JUnit, OpenMetrics, by their own readers."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from programs import Server, run_loadgen


SHORT = ("--connections", "5", "--rate", "50", "--warmup", "0", "--duration", "300ms")


def run(server: Server, *more: str) -> Any:
    return run_loadgen("--transport", "sse", "--target", server.target, "--admin", server.admin, *SHORT, *more)


def run_undisturbed(server: Server, result: Path, *more: str) -> Any:
    """Once more where the machine was too busy for a trial that is valid: of others nothing is said to hold."""
    for _ in range(5):
        done = run(server, *more, "--json", str(result))
        if json.loads(result.read_text())["valid"]:
            break
    return done


def test_what_holds_exits_with_0_and_what_does_not_with_3(sse_server: Server, tmp_path: Path) -> None:
    result = tmp_path / "r.json"
    held = run_undisturbed(sse_server, result, "--fail-if", "latency.max>1h", "--fail-if", "lost > 0")
    assert (held.returncode, held.stderr) == (0, "")
    assert [row["verdict"] for row in json.loads(result.read_text())["thresholds"]] == ["held", "held"]

    failed = run_undisturbed(sse_server, result, "--fail-if", "latency.max>1h", "--fail-if", "delivered>0")
    assert failed.returncode == 3
    assert failed.stderr.startswith("loadgen: failed: delivered>0: ") and failed.stderr.endswith(" over\n")
    assert [row["verdict"] for row in json.loads(result.read_text())["thresholds"]] == ["held", "failed"]
    assert "\n  FAILED             delivered>0: " in failed.stdout


def test_what_the_result_does_not_hold_cannot_be_judged(sse_server: Server) -> None:
    unknown = run(sse_server, "--fail-if", "response.p50>1s")
    assert unknown.returncode == 3
    assert unknown.stderr == ("loadgen: response.p50>1s: cannot be judged, since the result has no response_us.p50\n")


@pytest.mark.parametrize(("threshold", "said"), [
    ("latncy.p99>50ms", "names no figure of the result; near are latency.p99"),
    ("latency.p99>50", "does not say 50 of what"),
    ("latency.p99>50KiB", "gives latency.p99 in 'KiB'"),
    ("lost", "is not a figure, one of"),
])
def test_what_cannot_be_asked_is_said_before_anything_is_measured(threshold: str, said: str) -> None:
    wrong = run_loadgen("--transport", "sse", "--no-publish", "--fail-if", threshold)
    assert wrong.returncode == 2 and said in wrong.stderr and wrong.stderr.count("\n") == 1


def test_ci_servers_can_read_the_test_report(sse_server: Server, tmp_path: Path) -> None:
    report = tmp_path / "r.xml"
    run(sse_server, "--fail-if", "delivered>0", "--fail-if", "lost>0", "--junit", str(report))
    thresholds, rules = ElementTree.parse(report).getroot()
    assert (thresholds.get("tests"), thresholds.get("failures")) == ("2", "1")
    assert [case.get("name") for case in thresholds if case.find("failure") is not None] == ["delivered>0"]
    assert rules.get("tests") == str(len(rules)) and len(rules) > 10


def test_prometheus_own_reader_takes_the_metrics(sse_server: Server, tmp_path: Path) -> None:
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    path = tmp_path / "r.txt"
    result = tmp_path / "r.json"
    run(sse_server, "--fail-if", "lost>0", "--metrics", str(path), "--json", str(result))
    families = {family.name: family for family in parser.text_string_to_metric_families(path.read_text())}
    written = json.loads(result.read_text())
    (lost,) = families["pushbench_lost"].samples
    assert (lost.labels, lost.value) == ({"transport": "sse"}, written["lost"])
    latency = {(sample.name, sample.labels.get("quantile")): sample.value
               for sample in families["pushbench_latency_seconds"].samples}
    assert families["pushbench_latency_seconds"].unit == "seconds"
    assert latency["pushbench_latency_seconds_count", None] == written["latency_us"]["count"]
    (cores,) = families["pushbench_loadgen_cpu_seconds"].samples
    assert cores.value == pytest.approx(written["loadgen"]["cpu_s"])


def test_the_result_may_go_to_standard_output(sse_server: Server) -> None:
    piped = run(sse_server, "--json", "-", "--fail-if", "delivered>0")
    assert json.loads(piped.stdout)["thresholds"][0]["verdict"] == "failed"
    assert "due to received" in piped.stderr
    two = run(sse_server, "--json", "-", "--metrics", "-")
    assert two.returncode == 2 and "standard output holds only one" in two.stderr
