"""The commands as a person types them."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMANDS = ("build test bench calibrate complexity evidence observe pictures report csv out compare gate "
            "plan reference history share community install container micro fuzz soak demo lint tidy format clean "
            "help").split()


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
    assert done.stderr.splitlines()[0] == (
        "say which: make compare OLD=<run-id> NEW=<run-id>, or BUILD_A=<folder> BUILD_B=<folder>")


def test_two_builds_are_compared_by_a_command_of_their_own():
    asked = make("--dry-run", "compare", "BUILD_A=build", "BUILD_B=../b/build", "TIME=3min").stdout
    assert "compare-builds 'build' '../b/build' --time '3min'" in asked and "scripts/setup build run" in asked
    assert make("compare", "BUILD_A=build").stderr.startswith("say which: ")


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


@pytest.mark.parametrize("command", [["report"], ["csv"], ["out"], ["gate"], ["compare", "OLD=a", "NEW=b"]])
def test_what_only_reads_results_demands_no_compiler(command):
    done = make("--dry-run", *command)
    called = [line for line in done.stdout.splitlines() if line.startswith("scripts/")]
    assert called == ["scripts/setup report"], done.stderr
    assert "scripts/build" not in done.stdout


def test_a_profile_is_named_only_where_one_was_asked_for():
    assert "--profile" not in make("--dry-run", "bench", "RESUME=x").stdout
    asked = make("--dry-run", "bench", "RESUME=x", "PROFILE=full").stdout
    assert "--profile 'full' --build 'build' --resume 'x'" in asked


# What cmake would be told: its folder and the place of the compiler cache.
CMAKE = """#!/bin/sh
echo "$PWD $CCACHE_DIR" >>"$LOG"
"""


@pytest.fixture
def tree(tmp_path):
    """A copy of scripts/build with a cmake that only notes how it was called."""
    (tmp_path / "tree" / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "build", tmp_path / "tree" / "scripts" / "build")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "cmake").write_text(CMAKE)
    (tmp_path / "bin" / "ccache").write_text(f"#!/bin/sh\necho '{tmp_path}/home/.cache/ccache'\n")
    for program in (tmp_path / "bin").iterdir():
        program.chmod(0o755)

    def build(**variables):
        environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
                                    "LOG": str(tmp_path / "log")} | variables
        environment.pop("CCACHE_DIR", None)
        done = subprocess.run(["bash", "scripts/build"], cwd=tmp_path / "tree", env=environment, capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.split(" ") for line in (tmp_path / "log").read_text().splitlines()]

    return build


def test_an_exported_cdpath_leads_nowhere_else(tree, tmp_path):
    (tmp_path / "elsewhere" / "scripts").mkdir(parents=True)
    assert {folder for folder, _ in tree(CDPATH=str(tmp_path / "elsewhere"))} == {str(tmp_path / "tree")}


def test_a_compiler_cache_without_a_place_in_the_home_has_one_in_the_build(tree, tmp_path):
    assert {place for _, place in tree()} == {""}
    assert (tmp_path / "home" / ".cache" / "ccache").is_dir()
    (tmp_path / "log").unlink()
    shutil.rmtree(tmp_path / "home")
    (tmp_path / "home").write_text("no folder can be made below this")
    assert {place for _, place in tree()} == {str(tmp_path / "tree" / "build" / "ccache")}
