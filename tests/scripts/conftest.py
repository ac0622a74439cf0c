"""What the tests of the scripts share: the package on the path, and a benchmark made of fakes."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

FAKES = Path(__file__).parent / "fakes"
SERVERS = ("polling_server", "websocket_server", "sse_server", "floor_server", "floor_hose")

SCENARIO = """
question = "does it run?"
kind = "load"
transports = ["websocket", "sse"]
blocks = 2
connections = 10
rate = 5
duration = "100ms"
"""
PROFILES = """
[quick]
scenarios = ["tiny"]
"""


class FakeBench:
    """A folder with fake programs, a tiny scenario, and a place for results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.scenarios = folder / "scenarios"
        self.results = folder / "results"
        for each in (self.bin, self.scenarios, self.results):
            each.mkdir()
        for name in SERVERS:
            self._install("server.py", name)
        for name in ("loadgen", "floor_loadgen"):
            self._install("loadgen.py", name)
        self._install("wrk.py", "wrk")
        self._install("relay.py", "wan_relay")
        self.behave()
        self.write("tiny.toml", SCENARIO)
        self.write("profiles.toml", PROFILES)

    def _install(self, fake: str, name: str) -> None:
        # A copy, not a link: the fake finds behaviour.json beside the name that it was started by.
        target = self.bin / name
        target.write_bytes((FAKES / fake).read_bytes())
        target.chmod(0o755)

    def behave(self, **behaviour: Any) -> None:
        (self.bin / "behaviour.json").write_text(json.dumps(behaviour))
        (self.bin / "starts").unlink(missing_ok=True)

    def write(self, name: str, text: str) -> None:
        (self.scenarios / name).write_text(text)

    def only_one_trial(self) -> None:
        """For tests that need no more: each trial starts two processes."""
        self.write("tiny.toml", SCENARIO.replace('"websocket", ', "").replace("blocks = 2", "blocks = 1"))

    def run(self, *, resume: str | None = None, terminal: bool = False, **changes: Any) -> int:
        from pushbench.cli.bench import BenchOptions, bench

        options = BenchOptions(root=self.folder, bin_dir=self.bin, results=self.results, scenarios=self.scenarios,
                               **({"profile": "quick", "seed": 7} | changes), resume=resume)
        self.console = Console(file=(self.folder / "printed.txt").open("w"), width=200, force_terminal=terminal)
        return bench(options, self.console)

    @property
    def printed(self) -> str:
        self.console.file.flush()
        return (self.folder / "printed.txt").read_text()

    @property
    def run_dir(self) -> Path:
        (only,) = [path for path in self.results.iterdir() if path.is_dir()]
        return only

    def trials(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted((self.run_dir / "trials").glob("*.json"))]


@pytest.fixture(autouse=True)
def lock_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is no measurement: it neither waits for one on this machine nor keeps one out."""
    monkeypatch.setattr("pushbench.machine.lock.of_machine", lambda: tmp_path / "machine.lock")
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # for the programs that it starts


@pytest.fixture
def built() -> Path:
    """scripts/test says where the programs are; a test run without it has none to try."""
    build = os.environ.get("PUSHBENCH_BUILD")
    if not build:
        pytest.skip("PUSHBENCH_BUILD is not set: no programs to run")
    return Path(build).resolve() / "bin"


@pytest.fixture
def fake_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeBench:
    """The report and the calibration are left out: they have tests of their own."""
    from pushbench.meter.calibration.record import Calibration

    made = FakeBench(tmp_path)
    monkeypatch.setattr("pushbench.cli.bench.report_of", lambda folder, console: None)
    monkeypatch.setattr("pushbench.cli.bench.calibrate", lambda tools, folder, say: Calibration(()))
    monkeypatch.setenv("PATH", f"{made.bin}{os.pathsep}{os.environ['PATH']}")
    return made
