"""The commands that documents give for scripts run as they stand, also where the first `python3` is an empty one."""
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")),
             *sorted((ROOT / "bench").rglob("*.toml"))]
COMMAND = re.compile(r"PYTHONPATH=scripts[^`\n]*? -m pushbench [\w-]+")
EMPTY = '#!/bin/sh\necho "No module named numpy" >&2\nexit 1\n'


def documented():
    found = {command for path in DOCUMENTS for command in COMMAND.findall(path.read_text(encoding="utf-8"))}
    return sorted(command.replace("COMMAND", "gate") for command in found)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "python3").write_text(EMPTY)
    (tmp_path / "python3").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    def run_it(line):
        return subprocess.run(["bash", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    return run_it


def test_the_first_python_is_an_empty_one(run):
    assert run("PYTHONPATH=scripts python3 -m pushbench --version").returncode == 1


def test_some_are_documented():
    assert len(documented()) >= 4


@pytest.mark.parametrize("command", documented())
def test_it_runs(run, command):
    done = run(f"{command} --help")
    assert done.returncode == 0 and done.stdout.startswith("usage: pushbench"), done.stderr


def test_it_keeps_the_exit_code(run):
    gate = next(each for each in documented() if each.endswith(" gate"))
    assert run(f"{gate} reference --fail-if 'latency_p99 of sse in sparse > 1us'").returncode == 3
    assert run(f"{gate} nosuch").returncode == 2


def test_no_document_calls_whatever_python_is_first():
    for path in DOCUMENTS:
        assert not re.search(r"(?<![/\w])python3? -m (pushbench|pytest)", path.read_text(encoding="utf-8")), path
