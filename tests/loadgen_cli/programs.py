"""The real programs, as a user starts them: servers on free ports, and load generators whose phases can be seen."""

import json
import os
import pty
import select
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

BUILD = Path(os.environ.get("PUSHBENCH_BUILD", Path(__file__).resolve().parents[2] / "build"))
LIMIT_S = 30.0


def program(name: str) -> str:
    path = BUILD / "bin" / name
    if not path.exists():
        pytest.skip(f"{path} is not built")
    return str(path)


class Server:
    """One of our servers."""

    def __init__(self, name: str, *options: str) -> None:
        self.process = subprocess.Popen([program(name), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        addresses = json.loads(self.process.stdout.readline())
        self.target, self.admin, self.pid = addresses["listening"], addresses["admin"], self.process.pid

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://{self.admin}{path}", timeout=LIMIT_S) as answer:
            return json.load(answer)

    def end(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(LIMIT_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Loadgen:
    """A load generator whose standard error is a terminal, so that it says which phase it is in."""

    def __init__(self, *options: str) -> None:
        self.terminal, theirs = pty.openpty()
        self.said = ""
        self.process = subprocess.Popen([program("loadgen"), *options], stdout=subprocess.PIPE, stderr=theirs,
                                        env=os.environ | {"TERM": "xterm"}, text=True)
        os.close(theirs)

    def wait_for_phase(self, phase: str) -> None:
        until = time.monotonic() + LIMIT_S
        while f"\033[K{phase}" not in self.said:
            assert time.monotonic() < until and self.process.poll() is None, (phase, self.said)
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.said += os.read(self.terminal, 4096).decode()

    def end(self) -> tuple[int, str]:
        """Its exit code, and what it wrote to standard output."""
        out, _ = self.process.communicate(timeout=LIMIT_S)
        os.close(self.terminal)
        return self.process.returncode, out


def run_loadgen(*options: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    streams = {} if "stdout" in more else {"stdout": subprocess.PIPE}
    return subprocess.run([program("loadgen"), *options], stderr=subprocess.PIPE, text=True, timeout=LIMIT_S,
                          **streams, **more)
