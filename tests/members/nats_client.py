"""A client of NATS that fits on a page: tests need no library to publish, to ask, and to see what a stream holds."""

from __future__ import annotations

import base64
import json
import socket
from typing import Any

from members.waiting import LONGEST_S


class NatsClient:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), LONGEST_S)
        self._file = self._socket.makefile("rb")
        self._line()  # INFO
        self._asked = 0
        connect = {"verbose": False, "headers": True, "no_responders": True}
        self._socket.sendall(b"CONNECT " + json.dumps(connect).encode() + b"\r\nSUB _INBOX.test.* 1\r\n")

    def end(self) -> None:
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
