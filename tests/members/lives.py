"""A program over all its lives: a test starts it, kills it, and starts it anew."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from pushbench.run.processes import Process

PATIENCE_S = 20.0  # a server has 5 s for its clients when it ends, and one with sanitizers takes longer for all


class Lives:
    """`within` is what its command stands behind, such as `ip netns exec HOST`."""

    def __init__(self, within: Sequence[str] = ()) -> None:
        self._within = within
        self._process: Process | None = None

    def _begin(self, command: Sequence[str], name: str) -> None:
        assert self._process is None, f"{name} is in the midst of a life"
        self._process = Process([*self._within, *command], name)

    @property
    def process(self) -> Process:
        """That of this life. It may have ended by itself."""
        assert self._process is not None, "it was not started, or a test has ended it"
        return self._process

    @property
    def said(self) -> list[str]:
        """The lines that it has written on standard error in this life."""
        return self.process.stderr_text().splitlines()

    def halt(self) -> None:
        """It stands still, and its connections stay."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        self.process.resume()

    def kill(self) -> None:
        """As by a crash: nobody is told goodbye."""
        if self._process is not None and self._process.wait(0) is None:
            os.kill(self._process.pid, signal.SIGKILL)
        self.end()

    def end(self) -> int | None:
        """By SIGTERM: its exit code. None where there is no life to end."""
        if self._process is None:
            return None
        ending, self._process = self._process, None
        with ending:
            ending.resume()  # who stands still does not hear it
            return ending.stop(PATIENCE_S)
