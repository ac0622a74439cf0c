"""Starts the programs of one run, and turns what they leave behind into its figures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cores import Cores, cpu_list
from pushbench.meter.speed.admin import Admin
from pushbench.run.kinds.one import end_server
from pushbench.run.launch import (Evidence, Tools, as_repeated, client_command, read_addresses, result_of,
                                  server_command, start, start_client)
from pushbench.run.processes import Process
from pushbench.run.rules import AT_THE_LIMIT
from pushbench.setup.transports import TRANSPORTS
from pushbench.store.rules import WRONG, findings_of, texts, waived

_CONNECTS_PER_S = 20_000
_LONGEST_S = 40.0


@dataclass(frozen=True)
class Server:
    process: Process
    addresses: dict[str, Any]

    @property
    def admin(self) -> Admin:
        return Admin(str(self.addresses.get("admin")))


@contextmanager
def running(transport: str, tools: Tools, evidence: Evidence, options: Sequence[str] = (),
            threads: int = 1) -> Iterator[Server]:
    """A fresh server. One that does not end well has failed, even when its figures look right."""
    row = TRANSPORTS[transport]
    with start(server_command(row, tools, options, threads), row, evidence) as process:
        yield Server(process, read_addresses(process, evidence))
        end_server(process, evidence)


def load(transport: str, tools: Tools, evidence: Evidence, workload: Sequence[str],
         server_options: Sequence[str] = (), markers: bool = False) -> dict[str, Any]:
    """The load generator's result. TrialError where it is wrong, be it in the deliveries or in the clock.

    A flood may be late and busy. With `markers` it publishes itself, and looks for its marker in any text.
    """
    with tempfile.TemporaryDirectory(prefix="pushbench-") as folder, \
            running(transport, tools, evidence, server_options) as server:
        row, json_file = TRANSPORTS[transport], Path(folder) / "result.json"
        command = client_command(row, tools, server.addresses, server.process.pid, json_file, _CONNECTS_PER_S,
                                 _markers_through(str(server.addresses["admin"])) if markers else None)
        with start_client([*command, *workload], row, evidence) as client:
            result = result_of(client, server.process, json_file, _LONGEST_S, evidence)
    if wrong := texts(waived(findings_of(result), AT_THE_LIMIT), WRONG):
        raise TrialError(wrong[0])
    return result


def _markers_through(admin: str) -> list[str]:
    """By ourselves, in place of the admin port's schedule."""
    return ["--publish", f"http://{admin}/publish?topic={{topic}}", "--publish-body", "{marker}{payload}",
            "--message", "marker"]


@contextmanager
def reader(speak: str, server: Server, tools: Tools, evidence: Evidence,
           options: Sequence[str], threads: int = 1) -> Iterator[tuple[Process, dict[str, Any]]]:
    """floor_reader, when all of its connections stand, and what it said of them."""
    command = [tools.program("floor_reader"), "--speak", speak, "--target", str(server.addresses["listening"]),
               "--threads", str(threads), "--cpus", cpu_list(tools.cores.loadgen[:threads]), *options]
    evidence.commands["floor_reader"] = as_repeated(command)
    with Process(command, "floor_reader") as process:
        yield process, process.read_json_line(_LONGEST_S)


def on_one_core(tools: Tools) -> Tools:
    """The load generator with one thread, as the bare reader has."""
    return replace(tools, cores=Cores(tools.cores.server, tools.cores.loadgen[:1], tools.cores.note))


def wanted_s(process: Process) -> dict[str, float]:
    """How long each of its threads has run, or waited for a core that something else had: all but its sleep."""
    try:
        return {task.name: sum(int(ns) for ns in (task / "schedstat").read_text(encoding="utf-8").split()[:2]) / 1e9
                for task in Path(f"/proc/{process.pid}/task").iterdir()}
    except (OSError, ValueError):
        raise TrialError(f"{process.name}: the time of its threads cannot be read from /proc") from None


def least_busy(before: dict[str, float], after: dict[str, float], seconds: float) -> float:
    """Of its threads the one that slept most: the share of the time in which it did not."""
    return min(after[task] - before.get(task, 0.0) for task in after) / seconds
