"""A server of ours that has a nats-server as its source, over all its lives: its addresses stay."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

import pytest

from members.lives import Lives
from members.waiting import LONGEST_S

BUILD = Path(os.environ.get("PUSHBENCH_BUILD", Path(__file__).resolve().parents[2] / "build"))
ANY_PORT = "127.0.0.1:0"


@lru_cache
def _said_of_a_mistake(program: str) -> str:
    """A source and faults are a mistake to any build, so none goes on to run."""
    return subprocess.run([program, "--source", "nats://127.0.0.1:1/S", "--fault-drop", "8"], capture_output=True,
                          text=True, timeout=LONGEST_S, check=False).stderr


def server_program(name: str = "push_server") -> str:
    path = BUILD / "bin" / name
    if not path.exists():
        pytest.skip(f"needs {path}: make build")
    if "libnats-dev" in _said_of_a_mistake(str(path.with_name("push_server"))):
        pytest.skip("needs a build with libnats-dev")
    return str(path)


def run(*options: str) -> tuple[int, str]:
    """One that is to end by itself: its exit code, and what it said."""
    ended = subprocess.run([server_program(), "--listen", ANY_PORT, "--admin", ANY_PORT, *options], capture_output=True,
                           text=True, timeout=LONGEST_S, check=False)
    return ended.returncode, ended.stderr


class Server(Lives):
    """The system gives it its ports in its first life, and it has the same in all others."""

    def __init__(self, source: str, *options: str, program: str = "push_server", within: Sequence[str] = ()) -> None:
        super().__init__(within)
        self.address = self.admin = ANY_PORT
        self._program = program
        self._options = ("--source", source, "--source-create", "--heartbeat", "1s", *options)

    def start(self) -> Self:
        """Begins a life. It listens once it has caught up with its source: see ready()."""
        self._begin([server_program(self._program), "--listen", self.address, "--admin", self.admin, *self._options],
                    self._program)
        return self

    def ready(self, longest_s: float = LONGEST_S) -> Self:
        """Waits until it listens."""
        addresses = self.process.read_json_line(longest_s)
        self.address, self.admin = str(addresses["listening"]), str(addresses["admin"])
        return self

    def ask(self, path: str, body: str | None = None, longest_s: float = LONGEST_S) -> tuple[int, str]:
        """Of its admin port, where a body is posted: status and text. 0 where nobody answers."""
        link = http.client.HTTPConnection(self.admin, timeout=longest_s)
        try:
            link.request("GET" if body is None else "POST", path, body)
            answer = link.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            link.close()

    def publish(self, *texts: str, topic: str = "") -> int:
        """The number of the last."""
        path, seq = "/publish" + (f"?topic={topic}" if topic else ""), 0
        for text in texts:
            status, body = self.ask(path, text)
            assert status == 200, (status, body)
            seq = int(json.loads(body)["seq"])
        return seq

    def health(self) -> int:
        return self.ask("/healthz")[0]

    def metric(self, name: str) -> int:
        for line in self.ask("/metrics")[1].splitlines():
            if line.startswith(f"pushbench_source_{name}{{"):
                return int(line.rpartition(" ")[2])
        raise AssertionError(f"no metric {name}")
