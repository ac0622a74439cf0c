"""Several load generators that share a load, started by Open MPI's mpirun as a user starts them."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from programs import BUILD, LIMIT_S, program

# Root, more ranks than cores, and no rank bound to a core that another program has.
MPIRUN = ("mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none")


def need_mpi() -> None:
    if shutil.which("mpirun") is None:
        pytest.skip("mpirun is not installed (openmpi-bin)")
    if not (BUILD / "bin" / "loadgen_mpi.so").exists():
        pytest.skip("this build has no MPI (libopenmpi-dev)")


def run_ranks(ranks: int, *options: str) -> "subprocess.CompletedProcess[str]":
    return run_mpirun(*at_once(ranks, *options))


def at_once(ranks: int, *options: str) -> tuple[str, ...]:
    return "-n", str(ranks), program("loadgen"), *options


def run_mpirun(*arguments: str) -> "subprocess.CompletedProcess[str]":
    need_mpi()
    return subprocess.run([*MPIRUN, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=2 * LIMIT_S)


def said_by_us(stderr: str) -> list[str]:
    """Without what mpirun says around it."""
    return [line for line in stderr.splitlines() if line.startswith("loadgen: ")]


def keys(value: Any) -> Any:
    """The shape of a document: its keys, and no values."""
    return {key: keys(each) for key, each in value.items()} if isinstance(value, dict) else None


class RunningRanks:
    """Some that run until somebody does something to them."""

    def __init__(self, folder: Path, ranks: int, *options: str) -> None:
        need_mpi()
        self.json_file = folder / "result.json"
        self.process = subprocess.Popen([*MPIRUN, *at_once(ranks, *options, "--json", str(self.json_file))],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)

    def pid_of(self, rank: int) -> int:
        """The process of that rank: mpirun has said in its environment which it is."""
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            for child in children(self.process.pid):
                if f"OMPI_COMM_WORLD_RANK={rank}".encode() in environment(child):
                    return child
            time.sleep(0.05)
        raise AssertionError(f"rank {rank} did not start")

    def end(self) -> tuple[int, str, str]:
        try:
            out, err = self.process.communicate(timeout=LIMIT_S)
        finally:
            for child in children(self.process.pid):
                os.kill(child, signal.SIGKILL)
            self.process.kill()
            self.process.wait()
        return self.process.returncode, out, err

    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.json_file.read_text())
        return found


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
