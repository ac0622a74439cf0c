"""What `make install` leaves: it lies where a system looks for it, runs from there, and knows nothing of this tree."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLED = ("loadgen", "polling_server", "websocket_server", "sse_server", "push_server")
NEEDED = ("floor_server", "floor_loadgen", "floor_hose", "floor_reader", "wan_relay")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """As a package is made of it: below DESTDIR, for /usr."""
    build = pathlib.Path(os.environ.get("PUSHBENCH_BUILD", "none")).resolve()
    if not all((build / "bin" / name).exists() for name in CALLED + NEEDED):
        pytest.skip("PUSHBENCH_BUILD is not set, or not all programs are built: nothing to install")
    subprocess.run([sys.executable, "-m", "pushbench", "shell", "--build", build, "--to", build / "shell"], check=True,
                   cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")}, capture_output=True)
    # Its rules as they are in the tree now.
    subprocess.run(["cmake", "--build", build, "--target", "build.ninja"], check=True, capture_output=True)
    folder = tmp_path_factory.mktemp("install") / "dest"
    done = subprocess.run(["cmake", "--install", build, "--prefix", "/usr", "--component", "pushbench"],
                          env=os.environ | {"DESTDIR": str(folder)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "usr"


def run(installed, *command, folder=ROOT):
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PUSHBENCH_RESULTS")}
    return subprocess.run([installed / "bin" / command[0], *command[1:]], cwd=folder, env=environment,
                          capture_output=True, text=True, timeout=120)


def test_each_program_lies_in_bin_and_runs(installed):
    for name in CALLED:
        link = installed / "bin" / name
        assert link.is_symlink() and not os.path.isabs(os.readlink(link))
        done = run(installed, name, "--version")
        assert done.returncode == 0 and done.stdout.startswith(f"{name} ")
    assert sorted(os.listdir(installed / "bin")) == sorted([*CALLED, "pushbench"])


def test_the_command_says_its_version_and_plans_by_the_run_that_came_along(installed, tmp_path):
    assert run(installed, "pushbench", "--version").stdout.startswith("pushbench ")
    done = run(installed, "pushbench", "plan", "--users", "20000", "--every", "5min", "--staleness", "5s",
               folder=tmp_path)
    assert done.returncode == 0 and "SSE" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_runs_go_into_the_folder_that_it_is_called_in(installed, tmp_path):
    done = run(installed, "pushbench", "report", folder=tmp_path)
    said = "pushbench: no run of your own in results yet; `pushbench bench` makes one\n"
    assert (done.returncode, done.stderr) == (2, said)
    for command, why in (("history", "it reads what git kept of results/evidence.json"),
                         ("reference", "it keeps a run"), ("readme", "it writes README.md"),
                         ("complexity", "it counts the code in it")):
        done = run(installed, "pushbench", command, folder=tmp_path)
        assert done.returncode == 2, command
        assert done.stderr.startswith(f"pushbench: {command} is for a checkout of pushbench: {why}")
    done = run(installed, "pushbench", "bench", "--only", "nowhere", folder=tmp_path)
    assert done.returncode == 2 and 'unknown scenario "nowhere"' in done.stderr


def test_all_that_a_run_needs_came_along(installed):
    tree = installed / "lib" / "pushbench"
    for name in CALLED + NEEDED:
        assert os.access(tree / "build" / "bin" / name, os.X_OK)
    for folder, pattern in (("bench/scenarios", "*.toml"), ("bench/claims", "*.toml"), ("results/schema", "*.json")):
        names = [{path.name for path in (base / folder).glob(pattern)} for base in (ROOT, tree)]
        assert names[0] == names[1]
    assert "CMAKE_BUILD_TYPE:STRING=" in (tree / "build" / "CMakeCache.txt").read_text()
    assert not list(tree.rglob("node_modules")) and not list((tree / "examples").rglob("__pycache__"))


def test_pages_completions_and_licence_lie_where_they_are_looked_for(installed):
    share = installed / "share"
    for name in ("pushbench", *CALLED):
        for path in (f"man/man1/{name}.1", f"bash-completion/completions/{name}", f"zsh/site-functions/_{name}",
                     f"fish/vendor_completions.d/{name}.fish"):
            assert (share / path).stat().st_size > 200, path
    assert (share / "doc/pushbench/LICENSE").is_file() and (share / "doc/pushbench/docs/method.md").is_file()


def test_no_path_of_this_tree_is_in_what_is_read(installed):
    texts = [path for path in installed.rglob("*") if path.suffix in (".sh", ".txt", ".1", ".fish", "")
             and path.is_file() and "build/bin" not in str(path)]
    assert len(texts) >= 20
    assert [path for path in texts if str(ROOT).encode() in path.read_bytes()] == []
