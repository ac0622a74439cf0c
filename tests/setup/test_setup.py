"""scripts/setup on machines that are made up: a PATH of our own, with an apt that only pretends to install."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

SETUP = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "setup"
TOOLS = "bash sh env true sed tr awk sort head uname grep mktemp rm cat touch chmod".split()
TOOLS += "c++ cmake ninja wrk taskset curl".split()
NOBODY = 65534

# Knows every package once `update` was called; `install` makes the programs appear that packages are named after.
APT_GET = """#!/bin/sh
here=$(dirname "$0")
echo "$@" >>"$here/apt.log"
for word; do
    case $word in
        update) touch "$here/updated" ;;
        install) installing=1 ;;
        -*) ;;
        *) if [ -n "$installing" ]; then : >"$here/$word"; chmod 755 "$here/$word"; fi ;;
    esac
done
"""
APT_CACHE = '#!/bin/sh\ntest -e "$(dirname "$0")/updated"\n'
FAILING_APT_GET = '#!/bin/sh\necho "E: Unable to fetch some archives"\nexit 100\n'
SUDO = '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n'


class Machine:
    """A directory that is the whole PATH. Everybody may write to it: who calls apt differs between tests."""

    def __init__(self, path):
        self.bin = path
        os.chmod(path, 0o777)
        self.setup = path / "setup"
        shutil.copy(SETUP, self.setup)
        for tool in TOOLS:
            place = shutil.which(tool)
            if place:
                (path / tool).symlink_to(place)
        self.write("dirname", '#!/bin/sh\necho "${1%/*}"\n')
        self.write("ccache", "")

    def write(self, name, text):
        (self.bin / name).write_text(text)
        os.chmod(self.bin / name, 0o755)

    def with_apt(self, text=APT_GET):
        self.write("apt-get", text)
        self.write("apt-cache", APT_CACHE)

    def without(self, *names):
        for name in names:
            (self.bin / name).unlink()

    def run(self, *arguments, root=False, keep_signals=False, **variables):
        environment = {"PATH": str(self.bin), "PYTHON": sys.executable, "TMPDIR": str(self.bin), **variables}
        user = NOBODY if os.geteuid() == 0 and not root else None
        return subprocess.run([str(self.bin / "bash"), str(self.setup), *arguments], env=environment, user=user,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                              restore_signals=not keep_signals)

    def apt_calls(self):
        log = self.bin / "apt.log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine():
    # Not pytest's tmp_path: that one is closed to the other user that some tests run as.
    with tempfile.TemporaryDirectory() as path:
        yield Machine(pathlib.Path(path))


def test_nothing_is_missing_then_it_is_silent(machine):
    machine.with_apt()
    done = machine.run("build", "run", "test")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.apt_calls() == []


def test_installs_through_sudo_what_is_missing_and_only_that(machine):
    machine.with_apt()
    machine.write("sudo", SUDO)
    machine.without("ccache")
    done = machine.run("build")
    assert done.returncode == 0, done.stderr
    assert "installing with apt-get: ccache\n" in done.stderr
    assert machine.apt_calls()[-1].endswith("install -y --no-install-recommends --no-remove ccache")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_needs_no_sudo(machine):
    machine.with_apt()
    machine.without("ccache")
    assert machine.run("build", root=True).returncode == 0
    assert any("install" in call for call in machine.apt_calls())


def test_fetches_package_lists_only_when_there_are_none(machine):
    machine.with_apt()
    machine.write("sudo", SUDO)
    machine.without("ccache")
    machine.run("build")
    assert len([call for call in machine.apt_calls() if call.endswith("update")]) == 1
    machine.without("ccache")
    machine.run("build")
    assert len([call for call in machine.apt_calls() if call.endswith("update")]) == 1


def test_a_package_that_was_removed_is_found_missing_again(machine):
    machine.with_apt()
    machine.write("sudo", SUDO)
    for _ in range(2):
        machine.without("ccache")
        done = machine.run("build")
        assert "installing with apt-get: ccache" in done.stderr
        assert machine.run("build").stderr == ""


def test_neither_root_nor_sudo_prints_the_command_and_stops(machine):
    machine.with_apt()
    machine.without("ninja")
    done = machine.run("build")
    assert done.returncode == 1
    assert "apt-get update && apt-get install -y --no-install-recommends ninja-build" in done.stderr
    assert machine.apt_calls() == []


def test_apt_that_fails_is_said_in_clear_lines(machine):
    machine.with_apt(FAILING_APT_GET)
    machine.write("sudo", SUDO)
    machine.without("ninja")
    done = machine.run("build")
    assert done.returncode == 1
    assert "E: Unable to fetch" in done.stderr and "apt-get update failed" in done.stderr


@pytest.mark.parametrize("apt", [APT_GET, FAILING_APT_GET])
def test_what_is_dispensable_stops_nobody(machine, apt):
    machine.with_apt(apt)
    if apt == FAILING_APT_GET:
        machine.write("sudo", SUDO)
    machine.without("ccache", "wrk")
    done = machine.run("build", "run")
    assert done.returncode == 0
    assert "goes without: ccache, wrk\n" in done.stderr


def test_a_report_needs_no_compiler_and_no_second_meter(machine):
    machine.with_apt()
    machine.without("c++", "cmake", "ninja", "ccache", "wrk", "taskset", "curl")
    done = machine.run("report")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.run("--python", "report").returncode == 0


@pytest.mark.parametrize("compiler", ["ccache c++", "c++ -m64"])
def test_a_compiler_may_be_several_words(machine, compiler):
    machine.write("ccache", '#!/bin/sh\nexec "$@"\n')
    assert machine.run("--check", "build", CXX=compiler).returncode == 0
    done = machine.run("--check", "build", CXX="ccache no-such-compiler")
    assert done.returncode == 1 and "missing: C++20 compiler" in done.stderr


def test_a_path_with_a_space_is_a_compiler(machine):
    folder = machine.bin / "my tools"
    folder.mkdir()
    (folder / "c++").symlink_to(machine.bin / "c++")
    assert machine.run("--check", "build", CXX=str(folder / "c++")).returncode == 0


def test_where_sigpipe_is_ignored_it_is_as_silent(machine):
    machine.with_apt()
    ignored = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        for _ in range(3):
            done = machine.run("build", "run", "report", "test", keep_signals=True)
            assert (done.returncode, done.stderr) == (0, "")
    finally:
        signal.signal(signal.SIGPIPE, ignored)


def test_without_apt_lists_what_is_needed(machine):
    machine.without("ninja")
    done = machine.run("build")
    assert done.returncode == 1
    assert "missing  Ninja\n" in done.stderr
    assert "found    CMake 3.22 or newer\n" in done.stderr


def test_without_apt_goes_on_without_what_is_dispensable(machine):
    machine.without("ccache", "wrk")
    done = machine.run("build", "run")
    assert done.returncode == 0
    assert "missing  wrk (goes without)" in done.stderr


def test_without_apt_goes_on_when_all_is_found(machine):
    done = machine.run("build", "run", "test")
    assert done.returncode == 0
    assert "needed and found: C++20 compiler (g++) 12 or newer, CMake" in done.stderr


def test_a_compiler_that_is_too_old_counts_as_missing(machine):
    machine.without("c++")
    machine.write("c++", "#!/bin/sh\necho 9\n")
    done = machine.run("--check", "build")
    assert done.returncode == 1
    assert "C++20 compiler (g++) 12 or newer" in done.stderr


def test_python_is_the_one_that_has_the_packages(machine):
    machine.write("python3", "#!/bin/sh\nexit 1\n")
    done = machine.run("--python", "run", "test")
    assert done.returncode == 0, done.stderr
    modules = "import numpy, matplotlib, jinja2, rich, pytest"
    assert subprocess.run([done.stdout.strip(), "-c", modules]).returncode == 0


def test_an_unknown_group_is_bad_usage(machine):
    done = machine.run("bulid")
    assert done.returncode == 2
    assert "'bulid'" in done.stderr and "build, run, report, test, lint" in done.stderr
