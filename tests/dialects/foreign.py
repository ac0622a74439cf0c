"""Servers of other people, started as their documentation says, and what can be said of a run against them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build"))
LOADGEN = BUILD / "bin" / "loadgen"
NODE_MODULES = "/usr/share/nodejs"  # where Debian puts what npm would fetch
LONGEST_S = 60.0


def environment() -> dict[str, str]:
    return os.environ | {"NODE_PATH": os.pathsep.join([os.environ.get("NODE_PATH", ""), NODE_MODULES])}


def need_node(*packages: str) -> None:
    """Skips where Node or one of the packages is not there."""
    if shutil.which("node") is None:
        pytest.skip("needs node")
    for package in packages:
        found = subprocess.run(["node", "-e", f"require.resolve('{package}')"], cwd=ROOT / "examples",
                               env=environment(), capture_output=True, check=False)
        if found.returncode != 0:
            pytest.skip(f"needs the Node package {package}: npm ci --prefix examples, or Debian's node-{package}")


def need_loadgen() -> None:
    """Skips where it is not built, or does not find markers in what comes."""
    if not LOADGEN.exists():
        pytest.skip(f"needs {LOADGEN}: make build")
    told = subprocess.run([str(LOADGEN), "--help"], capture_output=True, text=True, check=True).stdout
    if "--message" not in told:
        pytest.skip("needs a loadgen that knows --message")


def need_program(name: str, package: str) -> None:
    if shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin") is None:
        pytest.skip(f"needs {name}: apt install {package}")


def need_nchan() -> None:
    """An nginx without its module is none."""
    need_program("nginx", "nginx")
    if not Path("/usr/lib/nginx/modules/ngx_nchan_module.so").exists():
        pytest.skip("needs Nchan: apt install libnginx-mod-nchan")


def free_port() -> int:
    """For a server that is told its port by a file: tests run side by side, and a fixed one may be another's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert isinstance(port, int)
        return port


class Server:
    """One process in a group of its own; ended with all its children."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._errors = folder / "server.err"
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=errors,
                                            start_new_session=True, text=True)

    @property
    def pid(self) -> int:
        return self.process.pid

    def address(self) -> str:
        """From the JSON line that our examples print."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the server printed no address: {self._errors.read_text(errors='replace')}"
        address = json.loads(line)["listening"]
        assert isinstance(address, str)
        return address

    def wait_for(self, url: str) -> None:
        """Until it answers."""
        end = time.monotonic() + LONGEST_S
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except OSError:
                ended = self.process.poll()
                assert ended is None and time.monotonic() < end, self._errors.read_text(errors="replace")
                time.sleep(0.05)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def stats(address: str) -> dict[str, int]:
    """What the server says of itself."""
    with urllib.request.urlopen(f"http://{address}/stats", timeout=10) as answer:
        found: dict[str, int] = json.load(answer)
        return found


def all_came(result: dict[str, Any]) -> None:
    """What can be said of any machine: nothing about speed."""
    assert result["expected"] > 0
    assert (result["delivered"], result["lost"], result["duplicated"]) == (result["expected"], 0, 0)
    assert result["latency_us"]["p50"] > 0


def agrees(result: dict[str, Any], sent: int) -> None:
    """All that the server says it sent was delivered in the window, or was a probe: one, at most three, a client."""
    probes, rest = divmod(sent - result["delivered"], result["connections"])
    assert rest == 0 and 1 <= probes <= 3, (sent, result["delivered"])
