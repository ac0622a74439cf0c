"""A push_server, and before it nginx or HAProxy by a file of examples/proxy. Each ends with its `with` block."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pushbench.run import admin
from pushbench.run.processes import Process

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build"))
EXAMPLES = ROOT / "examples" / "proxy"
LONGEST_S = 20.0
STEP_S = 0.02
# What the files of examples/proxy have, and what takes its place.
_SERVER, _LISTEN = "127.0.0.1:8080", "127.0.0.1:8088"


def program(name: str) -> str:
    path = BUILD / "bin" / name
    if not path.exists():
        pytest.skip(f"needs {path}: make build")
    return str(path)


def until(holds: Callable[[], bool], longest_s: float = LONGEST_S) -> bool:
    end = time.monotonic() + longest_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(STEP_S)
    return True


class Origin:
    """A push_server as a proxy sees it."""

    def __init__(self, process: Process) -> None:
        addresses = process.read_json_line(LONGEST_S)
        self.process = process
        self.address, self.admin = str(addresses["listening"]), str(addresses["admin"])

    def publish(self, text: str) -> None:
        admin.publish(self.admin, "default", text)

    def counted(self, what: str) -> int:
        return int(admin.read_metrics(self.admin)[f"pushbench_{what}"])

    def wait_for_requests(self, count: int) -> None:
        assert until(lambda: self.counted("requests_total") >= count), f"the server has not heard {count} requests"


@contextmanager
def origin(*options: str, listen: str = "127.0.0.1:0") -> Iterator[Origin]:
    with Process([program("push_server"), "--listen", listen, "--admin", "127.0.0.1:0", *options],
                 "push_server") as process:
        yield Origin(process)


@dataclass(frozen=True)
class Kind:
    """How one proxy is started, and how it says which it is."""

    name: str
    program: str
    version: tuple[str, str]  # the option, and what stands before the number

    @property
    def path(self) -> str | None:
        return shutil.which(self.program) or shutil.which(self.program, path="/usr/sbin:/usr/local/sbin")

    def tools(self) -> dict[str, str | None]:
        """As a sheet wants it: None where this machine has it not."""
        if self.path is None:
            return {self.name: None}
        told = subprocess.run([self.path, self.version[0]], capture_output=True, text=True, check=True)
        found = re.search(rf"{self.version[1]}([\d.]+)", told.stdout + told.stderr)
        assert found, f"{self.name} does not say its version"
        return {self.name: found[1]}

    def command(self, folder: Path, file: Path) -> list[str]:
        assert self.path is not None
        if self.program == "nginx":
            return [self.path, "-p", str(folder), "-c", str(file), "-e", "stderr"]
        return [self.path, "-f", str(file), "-db"]

    def as_us(self) -> str:
        """Where root starts nginx its workers are somebody else, who cannot reach the folder of a test."""
        if self.program != "nginx" or os.geteuid() != 0:
            return ""
        return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};\n"


NGINX = Kind("nginx", "nginx", ("-v", "nginx/"))
HAPROXY = Kind("HAProxy", "haproxy", ("-v", "version "))


@dataclass(frozen=True)
class Proxy:
    port: int
    process: Process

    @property
    def pids(self) -> list[int]:
        """Its own, and those of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [self.process.pid, *map(int, children.split())]


def configured(file: str, server: str, port: int, replaced: Mapping[str, str]) -> str:
    """A file of examples/proxy with other ports, and with what a trial puts in the place of a line, or behind it."""
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    for old, new in {_SERVER: server, _LISTEN: f"127.0.0.1:{port}", **replaced}.items():
        assert old in text, f"{file} has no '{old}'"
        text = text.replace(old, new)
    return text


@contextmanager
def proxy(kind: Kind, folder: Path, file: str, server: str, replaced: Mapping[str, str] | None = None,
          port: int | None = None) -> Iterator[Proxy]:
    """By itself on a port that was free a moment ago: where another took it meanwhile, on the next one."""
    for tries_left in (0,) if port is not None else (2, 1, 0):
        chosen = port if port is not None else free_port()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file
        path.write_text(kind.as_us() + configured(file, server, chosen, replaced or {}), encoding="utf-8")
        with Process(kind.command(folder, path), kind.name) as process:
            if why := _why_not_up(process, chosen):
                assert tries_left and "in use" in why, f"{kind.name} does not listen on port {chosen}: {why}"
                continue
            yield Proxy(chosen, process)
        return


def _why_not_up(process: Process, port: int) -> str:
    """Empty when it listens. An open port alone might be somebody else's."""
    def settled() -> bool:
        return listens(process.pid, port) or "in use" in process.stderr_tail() or process.wait(0) is not None
    if until(settled) and listens(process.pid, port):
        return ""
    told = process.stderr_tail().splitlines()
    worst = [line for line in told if "[emerg]" in line or "[ALERT]" in line]
    return (worst or told or ["it said nothing"])[0]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(pid: int, port: int) -> bool:
    """Whether this very process has the port, by the kernel's list of sockets."""
    wanted = {f"socket:[{inode}]" for inode in _listening(f"0100007F:{port:04X}")}
    try:
        return any(os.readlink(file) in wanted for file in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False  # it has ended, or a file was closed while we looked


def _listening(here: str) -> Iterator[str]:
    """Those that listen come first, and behind them may be tens of thousands that are closed already."""
    with Path("/proc/net/tcp").open(encoding="ascii") as rows:
        next(rows)
        for row in map(str.split, rows):
            if row[3] != "0A":
                return
            if row[1] == here:
                yield row[9]
