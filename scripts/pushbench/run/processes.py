"""Starts programs, waits for them with a bound, and always ends them. Nothing here knows what they do."""

import ctypes
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, IO

from pushbench.errors import TrialError, one_line

_PR_SET_PDEATHSIG = 1
_STDERR_TAIL_BYTES = 2000
_LONGEST_LINE_BYTES = 1 << 16
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    # Runs in the child. If the runner itself is killed with SIGKILL, the kernel ends its children.
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@lru_cache
def _has_pidfd() -> bool:
    """Python may lack it, and a container may refuse it: then a pipe that the child holds tells of its end."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


class Process:
    """One running program. Leaving the `with` block ends it, whatever happened inside."""

    def __init__(self, command: Sequence[str], name: str) -> None:
        self.command = list(command)
        self.name = name
        self._stderr: IO[bytes] = tempfile.TemporaryFile()
        pipe = None if _has_pidfd() else os.pipe()
        try:
            # A session of its own: Ctrl-C reaches the runner alone, which then ends the others in order.
            self._child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                           stderr=self._stderr, start_new_session=True,
                                           preexec_fn=_die_with_parent, pass_fds=pipe[1:] if pipe else ())
        except OSError as error:
            self._stderr.close()
            if pipe:
                os.close(pipe[0])
            raise TrialError(f"{name} cannot be started: {command[0]}: {error.strerror}") from None
        finally:
            if pipe:
                os.close(pipe[1])
        self.pid = self._child.pid
        self.exit_fd = pipe[0] if pipe else os.pidfd_open(self.pid)
        self._asked = False

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            os.close(self.exit_fd)
            self._stderr.close()
            if self._child.stdout:
                self._child.stdout.close()

    def read_json_line(self, timeout_s: float) -> dict[str, Any]:
        """The first line on standard output, which must be one JSON object."""
        assert self._child.stdout is not None
        out_fd = self._child.stdout.fileno()
        line = b""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in line:
            if not select.select([out_fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TrialError(f"{self.name} printed no address within {timeout_s:g} s")
            piece = os.read(out_fd, 4096)
            if not piece:
                raise TrialError(f"{self.name} ended before it printed its addresses: {self.how_it_ended()}")
            line += piece
            if len(line) > _LONGEST_LINE_BYTES:
                break
        return _json_object(line.split(b"\n", 1)[0], self.name)

    def wait(self, timeout_s: float) -> int | None:
        """The exit code (negative: the signal that ended it), or None when it still runs."""
        if first_to_exit([self], timeout_s) is None:
            return None
        return self._child.wait()

    def resume(self) -> None:
        """A process that was stopped (SIGSTOP) would not hear SIGTERM."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        """SIGTERM alone, where several shall end at the same time, and once: a second would cut the first short."""
        if not self._asked and self._child.poll() is None:
            self._asked = True
            self._child.send_signal(signal.SIGTERM)

    def stop(self, patience_s: float = 6.0) -> int:
        """SIGTERM, then SIGKILL after `patience_s`: a server has 5 s to close its subscribers properly."""
        if self._child.poll() is None:
            self.ask_to_end()
            try:
                self.wait(patience_s)
            finally:
                # Also when Ctrl-C came during the wait.
                if self._child.poll() is None:
                    self._kill_all()
        return self._child.wait()

    def _kill_all(self) -> None:
        """The whole session: what a script started would live on, and hold the pipe that we read."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except OSError:
            self._child.kill()

    def output(self) -> str:
        """All of standard output; call it after the end."""
        assert self._child.stdout is not None
        return self._child.stdout.read().decode(errors="replace")

    def stderr_tail(self) -> str:
        return self._said(_STDERR_TAIL_BYTES).strip()

    def stderr_text(self) -> str:
        """All of it, which for a program that says much is much."""
        return self._said()

    def _said(self, most_bytes: int | None = None) -> str:
        """The end of it so far. Place and file are the program's as well: a seek would move where it writes."""
        file = self._stderr.fileno()
        size = os.fstat(file).st_size
        begin = 0 if most_bytes is None else max(0, size - most_bytes)
        return os.pread(file, size - begin, begin).decode(errors="replace")

    def how_it_ended(self, patience_s: float = 1.0) -> str:
        """For an error line: the signal or the exit code, and the last thing that it said."""
        code = self.wait(patience_s)
        if code is None:
            return "it closed its output but still runs"
        said = self.stderr_tail().splitlines()
        ending = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
        return one_line(f"{ending}: {said[-1]}" if said else ending)


def first_to_exit(processes: Sequence[Process], timeout_s: float) -> Process | None:
    """The first of these to end, or None. The kernel wakes us: a wait costs the measured cores nothing."""
    poller = select.poll()
    for each in processes:
        poller.register(each.exit_fd, select.POLLIN)
    ended = {fd for fd, _ in poller.poll(max(0.0, timeout_s) * 1000)}
    return next((each for each in processes if each.exit_fd in ended), None)


def _json_object(line: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise TrialError(f"{name} printed \"{one_line(line.decode(errors='replace'), 80)}\""
                         " instead of its addresses as one JSON object")
    return value
