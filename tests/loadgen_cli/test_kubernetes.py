"""The example Job has the form that Kubernetes wants, and runs what docs/loadgen.md says."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from programs import run_loadgen

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed (python3-yaml)")
MANIFEST = Path(__file__).resolve().parents[2] / "examples" / "kubernetes" / "loadgen-job.yaml"


def documents() -> dict[str, Any]:
    return {each["kind"]: each for each in yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8"))}


def test_the_service_gives_the_pods_their_names() -> None:
    service, job = documents()["Service"], documents()["Job"]
    assert service["apiVersion"] == "v1" and service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"]["job-name"] == job["metadata"]["name"]
    assert job["spec"]["template"]["spec"]["subdomain"] == service["metadata"]["name"]


def test_the_job_is_done_when_the_first_pod_is() -> None:
    job = documents()["Job"]
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    assert job["apiVersion"] == "batch/v1" and spec["completionMode"] == "Indexed"
    assert spec["parallelism"] == spec["completions"] > 1 and spec["backoffLimit"] == 0
    assert spec["successPolicy"]["rules"] == [{"succeededIndexes": "0"}]
    assert pod["restartPolicy"] in ("Never", "OnFailure")
    (container,) = pod["containers"]
    assert {"name", "image", "command", "args"} <= set(container)
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["volumes"]}
    assert {"name": "RANKS", "value": str(spec["completions"])} in container["env"]


def test_its_command_is_one_that_the_load_generator_takes() -> None:
    (container,) = documents()["Job"]["spec"]["template"]["spec"]["containers"]
    script = container["args"][0].replace("\\\n", " ")
    (line,) = [each for each in script.splitlines() if each.startswith("exec mpirun")]
    words = shlex.split(line)
    options = words[words.index("/usr/local/bin/loadgen") + 1:]
    # To an address where nobody is: wrong usage would be another exit code.
    aimed = [each.replace("push.example:8080", "127.0.0.1:1") for each in options]
    aimed[aimed.index("--connections") + 1] = "4"
    done = run_loadgen(*aimed)
    assert done.returncode == 1 and "cannot connect to" in done.stderr, done.stderr
