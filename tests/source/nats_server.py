"""A real nats-server with a store of its own, and a client of a page that speaks to it by its protocol."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

LONGEST_S = 20.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class NatsServer:
    """On a port that stays the same when it is started again."""

    def __init__(self, store: Path, *options: str, port: int | None = None) -> None:
        if shutil.which("nats-server") is None:
            pytest.skip("needs nats-server: apt install nats-server")
        self.store = store
        self.port = free_port() if port is None else port
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> NatsServer:
        return self._run("-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.store), *self.options)

    def plain(self, config: Path) -> NatsServer:
        """As a file says it, which has the same port."""
        return self._run("-c", str(config))

    def _run(self, *options: str) -> NatsServer:
        self.process = subprocess.Popen(["nats-server", *options], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("nats-server does not start")

    def kill(self) -> None:
        """As by a crash."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(LONGEST_S)

    def url(self, stream: str) -> str:
        return f"nats://127.0.0.1:{self.port}/{stream}"

    def client(self, **login: str) -> Nats:
        return Nats(self.port, **login)


class Nats:
    """As much of a client as fits here: publish, and ask for an answer."""

    def __init__(self, port: int, **login: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), LONGEST_S)
        self._file = self._socket.makefile("rb")
        self._line()  # INFO
        self._asked = 0
        connect = {"verbose": False, "headers": True, "no_responders": True, **login}
        self._socket.sendall(b"CONNECT " + json.dumps(connect).encode() + b"\r\nSUB _INBOX.test.* 1\r\n")

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _line(self) -> bytes:
        while (line := self._file.readline()) in (b"PING\r\n", b"PONG\r\n", b"+OK\r\n"):
            if line == b"PING\r\n":
                self._socket.sendall(b"PONG\r\n")
        return line

    def publish(self, subject: str, payload: str, headers: dict[str, str] | None = None, reply: str = "") -> None:
        body = payload.encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        if head:
            block = f"NATS/1.0\r\n{head}\r\n".encode()
            self._socket.sendall(f"HPUB {subject} {reply} {len(block)} {len(block) + len(body)}\r\n".encode()
                                 + block + body + b"\r\n")
        else:
            self._socket.sendall(f"PUB {subject} {reply} {len(body)}\r\n".encode() + body + b"\r\n")

    def ask(self, subject: str, payload: str = "", headers: dict[str, str] | None = None) -> dict[str, Any]:
        """The answer, which is JSON; of nobody, `{"nobody": true}`."""
        self._asked += 1
        inbox = f"_INBOX.test.{self._asked}"
        self.publish(subject, payload, headers, inbox)
        while True:
            words = self._line().split()
            assert words and words[0] in (b"MSG", b"HMSG"), words
            body = self._file.read(int(words[-1]) + 2)[:-2]
            if words[1].decode() != inbox:
                continue
            if words[0] == b"HMSG":
                return {"nobody": True}
            answer: dict[str, Any] = json.loads(body)
            return answer

    def api(self, call: str, **request: Any) -> dict[str, Any]:
        return self.ask(f"$JS.API.{call}", json.dumps(request) if request else "")

    def make_stream(self, name: str, **config: Any) -> None:
        usual = {"subjects": [f"{name}.*"], "retention": "limits", "storage": "file"}
        answer = self.api(f"STREAM.CREATE.{name}", name=name, **{**usual, **config})
        assert "error" not in answer, answer

    def messages(self, stream: str) -> list[dict[str, str]]:
        """All that the stream holds, as headers with `topic` and `payload` besides."""
        state = self.api(f"STREAM.INFO.{stream}")["state"]
        held = []
        for seq in range(state["first_seq"], state["last_seq"] + 1):
            answer = self.api(f"STREAM.MSG.GET.{stream}", seq=seq)
            if "error" in answer:
                continue  # removed
            message = answer["message"]
            lines = base64.b64decode(message.get("hdrs", "")).decode().split("\r\n")[1:]
            headers = dict(line.split(": ", 1) for line in lines if ": " in line)
            held.append({**headers, "topic": message["subject"].partition(".")[2],
                         "payload": base64.b64decode(message.get("data", "")).decode()})
        return held
