"""The commands as a person types them."""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMANDS = "build test bench calibrate evidence report csv compare micro lint tidy format clean help".split()


def make(*arguments):
    # These tests themselves run under make, whose own flags must not reach the make they test.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", "-C", str(ROOT), *arguments], env=environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)


def test_make_alone_lists_all_commands():
    listed = re.findall(r"^  make (\w+) ", make().stdout, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)
    assert make("help").stdout == make().stdout


def test_compare_without_its_runs_says_what_to_give():
    done = make("compare")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "say which: make compare OLD=<run-id> NEW=<run-id>"


def test_clean_removes_nothing_but_what_was_built(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("precious")
    built = tmp_path / "built"
    built.mkdir()
    (built / "CMakeCache.txt").write_text("")
    for place in (tmp_path / "mine", built):
        # Only the loop over directories matters here; the sanitizer builds of this tree are left alone by name.
        make("clean", f"BUILD={place}", "OTHER_BUILDS=")
    assert (tmp_path / "mine" / "file").exists()
    assert not built.exists()
