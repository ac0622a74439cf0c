"""A nats-server and push_servers that have it as their source, as they live, die, and are started anew."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pushbench.run.processes import Process

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build"))
LONGEST_S = 60.0
STEP_S = 0.02
STREAM = "TRIED"


def until(holds: Callable[[], bool], what: str, longest_s: float = LONGEST_S) -> None:
    end = time.monotonic() + longest_s
    while not holds():
        assert time.monotonic() < end, f"after {longest_s:g} s still not: {what}"
        time.sleep(STEP_S)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        assert isinstance(port, int)
        return port


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def nats_program() -> str:
    path = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin")
    if path is None:
        pytest.skip("needs nats-server: apt install nats-server")
    return path


def server_program() -> str:
    path = BUILD / "bin" / "push_server"
    if not path.exists():
        pytest.skip(f"needs {path}: make build")
    tried = subprocess.run([str(path), "--source", "nats://127.0.0.1:1/X", "--version"], capture_output=True, text=True,
                           check=False)
    if tried.returncode != 0:
        pytest.skip(f"needs push_server with libnats: {tried.stderr.strip()}")
    return str(path)


class Nats:
    """One nats-server with JetStream, over all its lives: port and store stay."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.port, self.folder, self.more = free_port(), folder, more
        self.process: Process | None = None

    @property
    def source(self) -> str:
        return f"nats://127.0.0.1:{self.port}/{STREAM}"

    def start(self) -> Nats:
        config = self.folder / "nats.conf"
        config.write_text(json.dumps({"listen": f"127.0.0.1:{self.port}", "jetstream": {
            "store_dir": str(self.folder / "store"), **self.more}}), encoding="utf-8")
        self.process = Process([nats_program(), "-c", str(config)], "nats-server")
        until(lambda: accepts(self.port), "nats-server accepts")
        return self

    def kill(self) -> None:
        """As by a crash."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.end()

    def end(self) -> None:
        if self.process is not None:
            with self.process:
                self.process = None


class Member:
    """One push_server, which has an address of its own over all its lives."""

    def __init__(self, source: str, *options: str, ports: Sequence[int] = ()) -> None:
        listen, admin = ports or (free_port(), free_port())
        self.address, self.admin = f"127.0.0.1:{listen}", f"127.0.0.1:{admin}"
        self._command = [server_program(), "--listen", self.address, "--admin", self.admin, "--source", source,
                         "--source-create", "--heartbeat", "1s", *options]
        self.process: Process | None = None

    def start(self) -> Member:
        self.process = Process(self._command, "push_server")
        self.process.read_json_line(LONGEST_S)
        return self

    def kill(self) -> None:
        """As by a crash: nobody is told goodbye."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.end()

    def end(self) -> None:
        if self.process is not None:
            with self.process:
                self.process = None

    def ask(self, method: str, path: str, body: str | None = None, timeout_s: float = LONGEST_S) -> tuple[int, str]:
        """Of its admin port; 0 where nobody answers."""
        link = http.client.HTTPConnection(self.admin, timeout=timeout_s)
        try:
            link.request(method, path, body)
            answer = link.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            link.close()

    def publish(self, *texts: str) -> None:
        for text in texts:
            status, body = self.ask("POST", "/publish", text)
            assert status == 200, (status, body)

    def health(self) -> int:
        return self.ask("GET", "/healthz")[0]
