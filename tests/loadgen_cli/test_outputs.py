"""Where the result goes is checked before anything is measured, and what cannot be written is said."""

import json
import os

import pytest

from programs import run_loadgen

SHORT = ("--connections", "2", "--warmup", "0s", "--duration", "100ms", "--rate", "50")


def measured(server, *more, **how):
    return run_loadgen("--transport", "sse", "--target", server.target, "--admin", server.admin, *SHORT, *more, **how)


@pytest.mark.parametrize("option", ["--json", "--histogram"])
@pytest.mark.parametrize(("path", "why"), [
    ("", "it is a folder"),
    ("missing/result", "there is no folder"),
    ("file/result", "there is no folder"),
])
def test_what_cannot_become_a_file_is_said_before_anything_is_asked(option, path, why, tmp_path):
    (tmp_path / "file").write_text("")
    done = run_loadgen("--transport", "sse", "--no-publish", "--target", "127.0.0.1:1", option, str(tmp_path / path))
    assert done.returncode == 1
    assert done.stderr.startswith(f"loadgen: {option} '{tmp_path}") and why in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file"]


def test_where_no_file_can_be_made_is_said_before_anything_is_asked():
    done = run_loadgen("--transport", "sse", "--no-publish", "--target", "127.0.0.1:1", "--json", "/proc/result.json")
    assert done.returncode == 1 and "--json '/proc/result.json' cannot be written" in done.stderr


def test_two_options_do_not_write_over_each_other(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    done = run_loadgen("--transport", "sse", "--no-publish", "--target", "127.0.0.1:1",
                       "--json", str(tmp_path / "one"), "--junit", str(tmp_path / "link" / "one"))
    assert done.returncode == 2
    assert f"--json and --junit name the same file '{tmp_path}/link/one'; give each its own" in done.stderr


def test_standard_output_takes_one_file():
    done = run_loadgen("--transport", "sse", "--no-publish", "--target", "127.0.0.1:1", "--json", "-", "--metrics", "-")
    assert done.returncode == 2 and "standard output holds only one of them" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_null_device_takes_both(sse_server):
    assert measured(sse_server, "--json", "/dev/null", "--metrics", "/dev/null").returncode == 0


def test_a_dash_is_standard_output(sse_server):
    done = measured(sse_server, "--json", "-")
    assert done.returncode == 0
    assert json.loads(done.stdout)["connections"] == 2
    assert "notifications" in done.stderr


def test_a_full_standard_output_is_said_and_the_file_is_written(sse_server, tmp_path):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = measured(sse_server, "--json", str(tmp_path / "result.json"), stdout=full)
    assert done.returncode == 1
    assert "the summary cannot be written: No space left on device" in done.stderr
    assert json.loads((tmp_path / "result.json").read_text())["valid"] in (True, False)


def test_a_closed_standard_output_is_said_and_the_file_is_written(sse_server, tmp_path):
    done = measured(sse_server, "--json", str(tmp_path / "result.json"), stdout=None,
                    preexec_fn=lambda: os.close(1))
    assert done.returncode == 1 and "the summary cannot be written" in done.stderr
    assert json.loads((tmp_path / "result.json").read_text())["valid"] in (True, False)


def test_a_full_file_is_said(sse_server):
    done = measured(sse_server, "--json", "/dev/full")
    assert done.returncode == 1 and "--json '/dev/full' cannot be written: No space left" in done.stderr
    assert "notifications" in done.stdout
