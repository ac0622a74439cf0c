"""Our servers as they live and die, and a relay before them that a test can cut."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build"))
LONGEST_S = 30.0


class Life:
    """One life of a server, with an epoch of its own."""

    def __init__(self, name: str, *options: str) -> None:
        path = BUILD / "bin" / name
        if not path.exists():
            pytest.skip(f"needs {path}: make build")
        self.process = subprocess.Popen([str(path), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        addresses = json.loads(self.process.stdout.readline())
        self.port = int(addresses["listening"].rpartition(":")[2])
        self.admin = addresses["admin"]

    def publish(self, *texts: str) -> None:
        for text in texts:
            with urllib.request.urlopen(f"http://{self.admin}/publish", text.encode(), LONGEST_S) as answer:
                assert answer.status == 200

    def end(self) -> None:
        """As by a crash: nobody is told goodbye."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LONGEST_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Relay:
    """What clients connect to: its address stays, whatever becomes of the server behind it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = "http://127.0.0.1:%d" % self._listener.getsockname()[1]
        self._port: int | None = None  # of the server; None: connections are ended as they come
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def open(self, life: Life) -> None:
        with self._lock:
            self._port = life.port

    def cut(self) -> None:
        """Ends all connections. Until it is opened again, nobody gets in."""
        with self._lock:
            self._port = None
            for end in self._ends:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # it is over already
            self._ends.clear()

    def close(self) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)  # of a thread that waits in accept(), a close alone is not heard
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._port is None:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._port))
                self._ends += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=_copy, args=(source, sink), daemon=True).start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # cut
    finally:
        source.close()
