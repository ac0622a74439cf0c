"""Processes that this one starts, watches, and ends by their numbers."""

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time

STARTS_WITHIN_S = 15.0
ENDS_WITHIN_S = 7.0  # a server takes up to 5 s to say goodbye to its clients
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


class Ended(Exception):
    """One did not begin to listen."""


def ends_with_us() -> None:
    """In the child: were we killed outright, nobody else would end it."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One of them, over all its lives."""

    def __init__(self, name: str, command: "list[str]", port: int) -> None:
        self.name, self.command, self.port = name, command, port
        self.ended_at = 0.0
        self._process: "subprocess.Popen[bytes] | None" = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def lives(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def how(self) -> str:
        code = self._process.returncode if self._process else 0
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def start(self) -> None:
        """Ctrl-C reaches us alone, who then end it in order; what it says goes to our standard error."""
        self._process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         start_new_session=True, preexec_fn=ends_with_us)

    def wait_until_it_accepts(self) -> None:
        end = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < end and self.lives:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise Ended(f"{self.name} does not listen on port {self.port}: " + (
            f"after {STARTS_WITHIN_S:g} s it still does not" if self.lives else f"it ended, {self.how}"))

    def stop(self) -> None:
        if self._process is None or not self.lives:
            return
        self._process.terminate()
        try:
            self._process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            print(f"{self.name} does not end, and is killed", file=sys.stderr)
            self._process.kill()
            self._process.wait()

    def note_its_end(self) -> None:
        assert self._process is not None
        self._process.wait()
        self.ended_at = time.monotonic()


def wait_for_any(children: "list[Child]", seconds: float) -> "Child | None":
    """The first of those that live to end, or None when the time is over."""
    poller = select.poll()
    watched = {os.pidfd_open(child.pid): child for child in children if child.lives}
    try:
        for fd in watched:
            poller.register(fd, select.POLLIN)
        # A day at most: infinity is no number of milliseconds.
        ended = poller.poll(min(seconds, 86_400.0) * 1000)
    finally:
        for fd in watched:
            os.close(fd)
    if not ended:
        return None
    watched[ended[0][0]].note_its_end()
    return watched[ended[0][0]]
