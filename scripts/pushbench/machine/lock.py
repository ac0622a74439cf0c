"""One measurement at a time: two on one machine would spoil each other's figures, and each other's files.

The kernel holds the lock for as long as the process lives, so one that was killed leaves none behind.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pushbench.errors import PushbenchError

FILE = ".lock"


def of_machine() -> Path:
    return Path(tempfile.gettempdir()) / "pushbench.lock"


@contextmanager
def measuring(results: Path) -> Iterator[None]:
    """Holds the machine and the folder of results. PushbenchError where another process holds one of them."""
    with ExitStack() as held:
        held.enter_context(_hold(of_machine(), "measures on this machine"))
        held.enter_context(_hold(results / FILE, f"writes into {results}"))
        yield


@contextmanager
def _hold(path: Path, does: str) -> Iterator[None]:
    """A file that cannot be made, for want of space or rights, locks nobody out: then there is no lock."""
    file = _open(path)
    if file is None:
        yield
        return
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PushbenchError(f"{_holder(file)} {does} already; two at once would spoil each other's figures."
                                 " Wait for its end, or end it") from None
        except OSError:
            pass  # a file system that has no locks
        _write_pid(file)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int | None:
    """For reading alone where another user made it: a lock needs no more."""
    for flags in (os.O_RDWR, os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            file = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        except OSError:
            continue
        with suppress(OSError):
            os.fchmod(file, 0o666)  # whoever holds it next writes his pid into it
        return file
    return None


def _write_pid(file: int) -> None:
    with suppress(OSError):
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)


def _holder(file: int) -> str:
    try:
        pid = os.pread(file, 32, 0).decode(errors="replace").strip()
    except OSError:
        pid = ""
    return f"process {pid}" if pid.isdigit() and Path(f"/proc/{pid}").exists() else "another process"
