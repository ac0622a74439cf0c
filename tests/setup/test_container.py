"""The container: what its file says is there to be done, and the script asks docker or podman for the right things."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAKE = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$(dirname "$0")/asked"\n'


def instructions():
    text = re.sub(r"\\\n", " ", (ROOT / "Containerfile").read_text(encoding="utf-8"))
    return [line.split(None, 1) for line in text.splitlines() if line and not line.startswith("#")]


def test_the_file_begins_with_debian_12_and_ends_with_make_bench():
    said = instructions()
    assert said[0] == ["FROM", "debian:12"]
    assert said[-2:] == [["ENTRYPOINT", '["make"]'], ["CMD", '["bench"]']]
    assert {name for name, _ in said} == {"FROM", "RUN", "WORKDIR", "COPY", "ENTRYPOINT", "CMD"}


def test_what_it_runs_is_shell_and_what_it_copies_is_there():
    for name, what in instructions():
        if name == "RUN":
            assert subprocess.run(["bash", "-n", "-c", what], capture_output=True).returncode == 0, what
        if name == "COPY":
            assert (ROOT / what.split()[0]).exists(), what
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"/build*/", "**/node_modules"} <= set(ignored) and not any("scripts" in line for line in ignored)


def container(path, *words, **environment):
    tools = path / "tools"
    tools.mkdir(exist_ok=True)
    for tool in ("bash", "env", "dirname", "mkdir"):
        if not (tools / tool).exists():
            (tools / tool).symlink_to(shutil.which(tool))
    return subprocess.run([ROOT / "scripts" / "container", *words], capture_output=True, text=True,
                          env={"PATH": f"{path}:{tools}", **environment}, stdin=subprocess.DEVNULL, timeout=30)


@pytest.mark.parametrize("program", ("docker", "podman"))
def test_it_builds_and_then_runs(tmp_path, program):
    (tmp_path / program).write_text(FAKE.replace("dirname", str(shutil.which("dirname"))))
    os.chmod(tmp_path / program, 0o755)
    assert container(tmp_path, "bench", "PROFILE=smoke", CONTAINER_OPTIONS="--cpuset-cpus 2,3").returncode == 0
    build, run = (tmp_path / "asked").read_text().splitlines()
    assert build == "build --tag pushbench --file Containerfile ."
    assert run == (f"run --rm --volume {ROOT}/results:/pushbench/results --cpuset-cpus 2,3"
                   " pushbench bench PROFILE=smoke")


def test_by_itself_it_runs_the_benchmark_by_the_program_that_is_named(tmp_path):
    (tmp_path / "other").write_text(FAKE.replace("dirname", str(shutil.which("dirname"))))
    os.chmod(tmp_path / "other", 0o755)
    assert container(tmp_path, CONTAINER="other").returncode == 0
    assert (tmp_path / "asked").read_text().endswith(" pushbench bench\n")


def test_without_either_it_is_one_line(tmp_path):
    done = container(tmp_path)
    assert (done.returncode, done.stderr) == (
        1, "pushbench: neither docker nor podman is installed; apt-get install podman\n")
