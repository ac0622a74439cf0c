"""The launcher of servers that are told their ports by a file: what it says, and that nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from foreign import LONGEST_S, Server

# Listens where its configuration says, and writes into its folder which one that is and which process it is.
SERVER = """
import os, pathlib, re, socket, sys, time
config, folder = sys.argv[1:]
port = int(re.search(r"listen 127\\.0\\.0\\.1:(\\d+)", pathlib.Path(config).read_text())[1])
held = socket.create_server(("127.0.0.1", port))
pathlib.Path(sys.argv[0]).with_name("told").write_text(f"{os.getpid()} {folder}")
time.sleep(600)
"""
Serve = Callable[..., Server]


def launched(serve: Serve, folder: Path, listening: str = "127.0.0.1:8000", code: str = SERVER) -> Server:
    (folder / "server.py").write_text(code)
    (folder / "server.conf").write_text("listen 127.0.0.1:8000;\nadmin 127.0.0.1:8001;\n")
    return serve(sys.executable, "examples/launch.py", str(folder / "server.conf"), listening, sys.executable,
                 str(folder / "server.py"), "{config}", "{folder}")


def told(folder: Path) -> tuple[int, Path]:
    pid, own = (folder / "told").read_text().split(maxsplit=1)
    return int(pid), Path(own)


def ends(pid: int) -> bool:
    """Within a bound; a child that nobody waits for any more is gone as soon as it has ended."""
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_listens_on_a_free_port_and_leaves_nothing_behind(serve: Serve, tmp_path: Path, how: int) -> None:
    server = launched(serve, tmp_path)
    host, port = server.address().split(":")
    socket.create_connection((host, int(port)), timeout=LONGEST_S).close()
    pid, own = told(tmp_path)
    assert port != "8000" and (own / "server.conf").exists()
    assert f"listen 127.0.0.1:{port};" in (own / "server.conf").read_text()
    assert "127.0.0.1:8001" not in (own / "server.conf").read_text()
    server.process.send_signal(how)
    assert server.process.wait(LONGEST_S) == 0
    assert ends(pid) and not own.exists()


def test_its_server_ends_even_where_it_is_killed_outright(serve: Serve, tmp_path: Path) -> None:
    server = launched(serve, tmp_path)
    server.address()
    pid, own = told(tmp_path)
    server.process.kill()
    server.process.wait(LONGEST_S)
    assert ends(pid)
    (own / "server.conf").unlink()
    own.rmdir()


@pytest.mark.parametrize(("listening", "code", "said"), [
    ("127.0.0.1:9000", SERVER, "127.0.0.1:9000: {conf} listens on 127.0.0.1:8000, 127.0.0.1:8001"),
    ("127.0.0.1:8000", "raise SystemExit(3)", "it ended with 3"),
])
def test_what_cannot_start_is_one_line(serve: Serve, tmp_path: Path, listening: str, code: str, said: str) -> None:
    server = launched(serve, tmp_path, listening, code)
    assert server.process.wait(LONGEST_S) == 1
    (line,) = (tmp_path / "server.err").read_text().splitlines()
    assert said.format(conf=tmp_path / "server.conf") in line
