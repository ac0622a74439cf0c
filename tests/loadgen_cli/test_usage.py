"""Bad usage is one line and exit code 2, before anything is asked of a server."""

import os

import pytest

from programs import run_loadgen

QUIET = ("--transport", "sse", "--no-publish")


@pytest.mark.parametrize(("options", "said"), [
    (("--target", "127.0.0.1"), "--target"),
    (("--target", "127.0.0.1:99999"), "--target"),
    (("--rate", "5"), "--rate"),
    (("--duration", "0s"), "--duration"),
    (("--cpus", "1-"), "--cpus"),
    (("--server-pid", "x"), "--server-pid"),
    (("--target", "ws://127.0.0.1:1/x"), "is for websocket, not for --transport sse"),
    (("--target", "http://127.0.0.1:1/{token}"), "--target '/{token}' names {token}; give --tokens FILE"),
    (("--header", "A: {token}"), "--header 'A: {token}' names {token}; give --tokens FILE"),
])
def test_one_line_and_exit_code_2(options, said):
    done = run_loadgen(*QUIET, *options)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_zero_duration_is_not_called_no_duration():
    done = run_loadgen(*QUIET, "--duration", "0s")
    assert "is not a duration such as" not in done.stderr


def test_cpus_that_are_not_there_are_named_and_those_that_are():
    missing = max(os.sched_getaffinity(0)) + 500
    done = run_loadgen(*QUIET, "--cpus", f"{min(os.sched_getaffinity(0))},{missing}")
    assert done.returncode in (1, 2)
    assert f"--cpus {missing}: " in done.stderr and "which are 0" in done.stderr and done.stderr.count("\n") == 1


def test_a_process_or_cgroup_that_is_not_there(tmp_path):
    for option, value in (("--server-pid", str(2**30)), ("--server-cgroup", str(tmp_path))):
        done = run_loadgen(*QUIET, option, value)
        assert done.returncode in (1, 2)
        assert done.stderr.startswith(f"loadgen: {option} ") and done.stderr.count("\n") == 1
