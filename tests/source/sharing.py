"""Our servers on a shared source, and clients of each transport."""

from __future__ import annotations

import base64
import http.client
import json
import os
import queue
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build"))
LONGEST_S = 20.0


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def command(*options: str, program: str = "push_server") -> list[str]:
    path = BUILD / "bin" / program
    if not path.exists():
        pytest.skip(f"needs {path}: make build")
    return [str(path), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *options]


def run(*options: str) -> tuple[int, str]:
    """One that is to end by itself: its exit code and what it said."""
    ended = subprocess.run(command(*options), capture_output=True, text=True, timeout=LONGEST_S)
    return ended.returncode, ended.stderr


class Server:
    def __init__(self, *options: str, program: str = "push_server") -> None:
        self.process = subprocess.Popen(command(*options, program=program), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []
        self.listening = ""
        self.admin = ""
        self._addresses: queue.Queue[str] = queue.Queue()
        for read in (self._read_lines, self._read_addresses):
            threading.Thread(target=read, daemon=True).start()

    def _read_lines(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.strip())

    def _read_addresses(self) -> None:
        assert self.process.stdout is not None
        self._addresses.put(self.process.stdout.readline())

    def ready(self) -> Server:
        line = self._addresses.get(timeout=LONGEST_S)
        assert line, self.said
        addresses = json.loads(line)
        self.listening, self.admin = addresses["listening"], addresses["admin"]
        return self

    def is_ready(self) -> bool:
        return not self._addresses.empty()

    def ask(self, path: str, body: str | None = None) -> tuple[int, str]:
        """Of the admin port."""
        data = None if body is None else body.encode()
        try:
            with urllib.request.urlopen(f"http://{self.admin}{path}", data, LONGEST_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def publish(self, payload: str, topic: str = "default") -> int:
        status, text = self.ask(f"/publish?topic={topic}", payload)
        assert status == 200, text
        seq: int = json.loads(text)["seq"]
        return seq

    def metric(self, name: str) -> int:
        for line in self.ask("/metrics")[1].splitlines():
            if line.startswith(f"pushbench_source_{name}{{"):
                return int(line.rpartition(" ")[2])
        raise AssertionError(f"no metric {name}")

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(LONGEST_S)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LONGEST_S)


class Follower:
    """A client that follows one topic from a cursor: what came, as (number, payload), gaps as ("gap", first)."""

    def __init__(self, kind: str, server: Server, cursor: str = "", topic: str = "default") -> None:
        self.kind = kind
        self.server = server
        self.topic = topic
        self.cursor = cursor
        self.came: list[tuple[Any, Any]] = []
        self.heartbeats = 0
        self.is_over = False
        self._followed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._followed.wait(LONGEST_S)

    def wait(self, count: int) -> list[tuple[Any, Any]]:
        until(lambda: len(self.came) >= count, f"{self.kind}: {count} notifications, {len(self.came)} came")
        return self.came

    def _run(self) -> None:
        try:
            {"sse": self._sse, "websocket": self._websocket, "poll": self._poll}[self.kind]()
        except (OSError, ValueError, http.client.HTTPException):
            pass  # its server has gone
        self.is_over = True

    def _path(self, path: str) -> str:
        return f"/{path}?topic={self.topic}" + (f"&after={self.cursor}" if self.cursor else "")

    def _take(self, message: dict[str, Any]) -> None:
        gap = message.get("gap")
        self.came.append(("gap", gap["first"]) if gap else (message["seq"], message["payload"]))

    def _sse(self) -> None:
        connection = http.client.HTTPConnection(self.server.listening, timeout=LONGEST_S)
        connection.request("GET", self._path("events"))
        stream = connection.getresponse()
        self._followed.set()
        cursor = ""
        for raw in stream:
            line = raw.decode().rstrip("\n")
            if line.startswith("id:"):
                cursor = line.partition(":")[2].strip()
            elif line.startswith("data:"):
                self.cursor = cursor
                self._take(json.loads(line.partition(":")[2]))
            elif line.startswith(":"):
                self.heartbeats += 1

    def _websocket(self) -> None:
        host, _, port = self.server.listening.rpartition(":")
        with socket.create_connection((host, int(port)), LONGEST_S) as connection:
            key = base64.b64encode(os.urandom(16)).decode()
            head = (f"GET {self._path('ws')} HTTP/1.1", f"Host: {self.server.listening}", "Upgrade: websocket",
                    "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", "")
            connection.sendall("\r\n".join(head).encode())
            stream = connection.makefile("rb")
            while stream.readline() != b"\r\n":
                pass
            self._followed.set()
            while begin := stream.read(2):
                size = begin[1] & 127
                if size == 126:
                    size = int.from_bytes(stream.read(2), "big")
                elif size == 127:
                    size = int.from_bytes(stream.read(8), "big")
                payload = stream.read(size)
                if begin[0] & 15 == 1:
                    message = json.loads(payload)
                    gap = message.get("gap")
                    self.cursor = gap["cursor"] if gap else f"{message['epoch']}-{message['seq']}"
                    self._take(message)
                elif begin[0] & 15 == 9:
                    self.heartbeats += 1

    def _poll(self) -> None:
        while True:
            wait = "" if not self._followed.is_set() and not self.cursor else "&wait=5s"
            with urllib.request.urlopen(f"http://{self.server.listening}{self._path('poll')}{wait}&empty=200", None,
                                        LONGEST_S) as answer:
                told = json.loads(answer.read())
            for gap in told.get("gaps", []):
                self._take({"gap": gap})
            self.cursor = told["cursor"]
            self._followed.set()
            for message in told["notifications"]:
                self._take(message)
