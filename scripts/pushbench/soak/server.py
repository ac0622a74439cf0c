"""A server that lives several lives on the same ports: started, asked to end or killed, and started again."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import resource
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pushbench.errors import PushbenchError, TrialError, one_line
from pushbench.run.admin import read_metrics
from pushbench.run.processes import Process

_START_S = 20.0  # a build with a sanitizer takes its time
_END_S = 15.0
_PUBLISH_S = 20.0
# What a build with a sanitizer says when it has found something.
_REPORT = re.compile(r"^.*(?:ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:).*$", re.MULTILINE)


class MortalServer:
    def __init__(self, program: Path, options: Sequence[str]) -> None:
        self._program, self._options = program, list(options)
        self.listen, self.admin = free_ports(2)
        self.reports: list[str] = []  # of sanitizers
        self.failures: list[str] = []
        self.kills = self.ends = 0
        self.peak_bytes = 0
        self._process: Process | None = None
        self._publisher: http.client.HTTPConnection | None = None

    @property
    def address(self) -> tuple[str, int]:
        """The same in each life."""
        return "127.0.0.1", self.listen

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """The kernel may hold the ports for a moment after a kill."""
        command = [str(self._program), "--listen", f"127.0.0.1:{self.listen}", "--admin", f"127.0.0.1:{self.admin}",
                   *self._options]
        deadline = time.monotonic() + _START_S
        while True:
            self._process = Process(command, self._program.name)
            try:
                self._process.read_json_line(_START_S)
                return
            except TrialError as error:
                self.close()
                if "in use" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def end(self, kill: bool) -> None:
        """By SIGKILL, which leaves nobody any time, or by SIGTERM, behind which it must end well."""
        process = self._process
        assert process is not None
        self.look()
        os.kill(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
        code = process.wait(_END_S)
        self._hear()
        if kill:
            self.kills += 1
        else:
            self.ends += 1
            if code != 0:
                why = process.how_it_ended() if code is not None else f"it still ran {_END_S:g} s behind SIGTERM"
                self.failures.append(f"{process.name}: {why}")
        self.close()

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None
        if self._process is not None:
            process, self._process = self._process, None
            process.__exit__()

    @property
    def lives(self) -> bool:
        """False between two lives, and behind a death of its own."""
        process = self._process
        return process is not None and process.wait(0) is None

    def check(self) -> None:
        """That it lives. One that died by itself ends the soak: nothing can be said of what comes behind."""
        assert self._process is not None
        if self._process.wait(0) is not None:
            self._hear()
            raise TrialError(f"{self._program.name} died by itself: {self._process.how_it_ended()}"
                             + (f"; {self.reports[0]}" if self.reports else ""))

    def publish(self, topic: str, payload: str) -> int:
        """The number that it was given. The connection is kept: it must go on where no other can be accepted."""
        if self._publisher is None:
            self._publisher = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=_PUBLISH_S)
        try:
            self._publisher.request("POST", f"/publish?topic={topic}", payload)
            answer = self._publisher.getresponse()
            body = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.check()
            raise TrialError(f"a publication was not answered: {one_line(str(error), 80)}") from None
        if answer.status != 200:
            raise TrialError(f"a publication was answered with {answer.status} '{one_line(body, 80)}'")
        return int(json.loads(body)["seq"])

    def connections(self) -> int:
        """By the server's own count."""
        return int(read_metrics(f"127.0.0.1:{self.admin}")["pushbench_connections"])

    def look(self) -> None:
        """At its memory: the most that it ever had, by the kernel's count."""
        with suppress(OSError):
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
            if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                self.peak_bytes = max(self.peak_bytes, int(found[1]) * 1024)

    def limit_files(self, files: int | None) -> None:
        """From now on; None: as many as it may have at most."""
        _, most = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (most if files is None else files, most))

    def _hear(self) -> None:
        assert self._process is not None
        self.reports += reports_in(self._process.stderr_text())


def reports_in(stderr: str) -> list[str]:
    return [one_line(line, 160) for line in _REPORT.findall(stderr)]


def free_ports(count: int) -> list[int]:
    """Below those that the kernel deals out to clients: in the moment between two lives one of 10,000 clients that
    connect would else be given the very port that it connects to, and talk to itself."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="utf-8").split()[0])
    found: list[int] = []
    for port in random.sample(range(min(10_000, lowest - 200), lowest), 200):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise PushbenchError(f"no {count} free ports below {lowest}")
