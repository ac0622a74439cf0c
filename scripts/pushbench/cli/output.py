"""Standard output as it is: of any encoding, closed, full, or a terminal that cannot draw. None of it ends a run."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from typing import Any, TextIO

from rich.console import Console

_PLAIN = {"µ": "u", "×": "x", "–": "-", "−": "-", "…": "...", "·": "-", "→": "->", "±": "+/-", "≤": "<=", "≥": ">=",
          "\u00a0": " ", "“": '"', "”": '"', "’": "'", "²": "2", "│": "|", "─": "-", "━": "-", "╸": "-", "╺": "-"}


def prepare() -> None:
    """Once, before anything is written: what the stream cannot encode is written plainly instead."""
    codecs.register_error("pushbench", _plainly)
    _open_standard_files()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="pushbench")


def console(stream: TextIO | None = None) -> Console:
    """FORCE_COLOR may ask for colours in a log; only a real terminal gets a display that moves."""
    stream = sys.stdout if stream is None else stream
    terminal = is_terminal(stream)
    forced = bool(os.environ.get("FORCE_COLOR")) and not os.environ.get("NO_COLOR")
    file: Any = Patient(stream)
    # Names of files and of cases may look like markup, and then would vanish from a line or end the command.
    if forced and not terminal:
        return Console(file=file, force_terminal=False, color_system="standard", markup=False, emoji=False)
    return Console(file=file, force_terminal=terminal, markup=False, emoji=False)


def is_terminal(stream: Any) -> bool:
    """A real one that understands how to move its cursor."""
    try:
        return bool(stream.isatty()) and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    except (AttributeError, ValueError, OSError):
        return False


def lost(console: Console) -> bool:
    """What was printed did not arrive. A reader that went away, as `head` does, has what it wanted."""
    failure = getattr(console.file, "failure", None)
    return isinstance(failure, OSError) and failure.errno != errno.EPIPE


class Patient:
    """Passes text on until the stream fails; says so once on standard error, and then the command goes on unheard.

    What a run measures is kept in files. That nobody reads its lines any more is no reason to lose it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def write(self, text: str) -> int:
        self._try(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._try(self._stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _try(self, action: Any) -> None:
        if self.failure is not None:
            return
        try:
            action()
        except OSError as error:
            self.failure = error
            _say(error)
            _discard(self._stream)


def _say(error: OSError) -> None:
    if error.errno == errno.EPIPE:
        return
    try:
        print(f"pushbench: standard output cannot be written: {error.strerror}; going on without it", file=sys.stderr,
              flush=True)
    except OSError:
        pass


def _discard(stream: TextIO) -> None:
    """What is still in its buffer would fail once more at the end, with a message of Python's own."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _open_standard_files() -> None:
    """A closed one (`>&-`) would give its number to the next file that is opened, which would then get our lines."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest that is free: this one
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unknown = error.object[error.start:error.end]
    return "".join(_PLAIN.get(character, "?") for character in unknown), error.end
