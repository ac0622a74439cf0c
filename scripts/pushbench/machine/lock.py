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

from pushbench.errors import PushbenchError, one_line

FILE = ".lock"
MOST_SHOWN = 80  # of another's command line


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
    if not pid.isdigit() or not Path(f"/proc/{pid}").exists():
        return "another process"
    does = _essence(int(pid))
    return f"process {pid} ({does})" if does else f"process {pid}"


def _essence(pid: int) -> str:
    """'pushbench bench --profile smoke': what a command line says, without where its programs lie. Empty where it
    cannot be read, as another user's behind hidepid."""
    try:
        written = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
    words = [word for word in written.split("\0") if word]
    if words[1:2] == ["-m"]:
        words = words[2:]  # what Python runs, and not which Python
    names = [Path(word).name if word.startswith("/") else word for word in words]
    return one_line("".join(each if each.isprintable() else "?" for each in " ".join(names)), MOST_SHOWN)
