"""A nats-server beside a trial whose servers share a source: started with a store of its own, watched, ended."""

from __future__ import annotations

import json
import socket
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cores import cpu_list
from pushbench.machine.cpu_clock import cpu_ns
from pushbench.run.launch import Evidence, as_repeated
from pushbench.run.processes import Process, first_to_exit
from pushbench.setup.transport import Transport
from pushbench.store.records import number_in

PROGRAM = "nats-server"
_START_S, _LOOK_S = 10.0, 0.02
_TICK_S = 0.1  # between two readings of its CPU clock, which costs it nothing and us some microseconds


@dataclass
class Source:
    """`address` is what servers are told. Its CPU time was read every tenth of a second."""

    process: Process
    address: str
    readings: list[tuple[int, int]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self._over.wait(_TICK_S):
            self._read()

    def _read(self) -> None:
        with suppress(TrialError):  # it has ended, which whoever needs it will notice
            self.readings.append((time.monotonic_ns(), cpu_ns(self.process.pid)))

    def ended(self) -> None:
        self._over.set()

    def cpu_s_between(self, begin_ns: float, end_ns: float) -> float | None:
        """None where it was not watched for so long."""
        self._read()
        begin, end = self._at(begin_ns), self._at(end_ns)
        return None if begin is None or end is None else (end - begin) / 1e9

    def _at(self, moment_ns: float) -> float | None:
        """Between two readings as if its work had come evenly."""
        readings = sorted(self.readings)
        for (before_ns, before), (after_ns, after) in pairwise(readings):
            if before_ns <= moment_ns <= after_ns and before_ns < after_ns:
                return before + (after - before) * (moment_ns - before_ns) / (after_ns - before_ns)
        return None

    def report(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """What it took within the window of a result."""
        began_ns, window_s = number_in(result, "window_began_ns"), number_in(result, "window_s")
        spent_s = None
        if began_ns is not None and window_s is not None:
            spent_s = self.cpu_s_between(began_ns, began_ns + window_s * 1e9)
        return self.taken(spent_s, window_s)

    def taken(self, spent_s: float | None, window_s: float | None) -> dict[str, Any]:
        cores = spent_s / window_s if spent_s is not None and window_s else None
        return {"cpu_s": spent_s, "cpu_cores": cores, "anonymous_bytes": _anonymous_bytes(self.process.pid)}


def _anonymous_bytes(pid: int) -> int | None:
    """What it holds by itself; pages of its files are the kernel's, to give back when it likes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("Pss_Anon:"))) << 10
    except (OSError, StopIteration, ValueError):
        return None


@contextmanager
def beside(transports: Iterable[Transport], cores: tuple[int, ...], evidence: Evidence) -> Iterator[Source | None]:
    """One for all of these that share a source; None where none does. It ends with the block, and its store too."""
    if not any(each.shares_source for each in transports):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="pushbench-", ignore_cleanup_errors=True) as folder:
        address = _free_address()
        config = Path(folder, "nats.conf")
        config.write_text(json.dumps({"listen": address, "jetstream": {"store_dir": folder}}), encoding="utf-8")
        command = ["taskset", "-c", cpu_list(cores), PROGRAM, "-c", str(config)]
        evidence.commands["source"] = as_repeated(command)
        with Process(command, PROGRAM) as process:
            _wait_until_it_accepts(process, address, evidence)
            source = Source(process, address)
            watcher = threading.Thread(target=source.watch, daemon=True)
            watcher.start()
            try:
                yield source
            finally:
                source.ended()
                watcher.join()


def address_of(source: Source | None) -> str:
    return source.address if source else ""


def _free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return f"127.0.0.1:{held.getsockname()[1]}"


def _wait_until_it_accepts(process: Process, address: str, evidence: Evidence) -> None:
    host, port = address.rsplit(":", 1)
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            return
        except OSError:
            if first_to_exit([process], _LOOK_S) is not None:
                evidence.hear(process)
                raise TrialError(f"{PROGRAM} ended before it listened: {process.how_it_ended()}") from None
    evidence.hear(process)
    raise TrialError(f"{PROGRAM} did not listen on {address} within {_START_S:g} s")
