"""A server of several processes is measured whole, and what of it cannot be known is said."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from programs import LIMIT_S, Loadgen, program

SHORT = ("--transport", "sse", "--connections", "10", "--warmup", "0s", "--rate", "50")


class Service:
    """One of our servers as a shell's child, and whatever else the shell is told to start."""

    def __init__(self) -> None:
        self.shell = subprocess.Popen(["sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.tell(f"{program('sse_server')} --listen 127.0.0.1:0 --admin 127.0.0.1:0 &")
        self.addresses = json.loads(self.read())
        self.server, self.others = self.addresses["pid"], []

    def tell(self, command: str) -> None:
        assert self.shell.stdin is not None
        self.shell.stdin.write(command + "\n")
        self.shell.stdin.flush()

    def read(self) -> str:
        assert self.shell.stdout is not None
        return self.shell.stdout.readline()

    def start_another(self) -> int:
        self.tell("sleep 60 >/dev/null & echo $!")
        self.others.append(int(self.read()))
        return self.others[-1]

    def end_another(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.tell(f"wait {pid}; echo")
        self.read()

    def measure(self, folder: Path, *options: str, meanwhile: Callable[[], object] | None = None) -> dict:
        """`meanwhile` comes within the measuring window, which is longer then: the machine may be busy with others."""
        file = folder / "result.json"
        loadgen = Loadgen(*SHORT, "--duration", "1s" if meanwhile is None else "3s", "--json", str(file), "--target",
                          self.addresses["listening"], "--admin", self.addresses["admin"], *options)
        if meanwhile is not None:
            loadgen.wait_for_phase("measure")
            time.sleep(0.3)  # the phase begins a little before its window
            meanwhile()
        assert loadgen.end()[0] == 0, loadgen.said
        return json.loads(file.read_text())

    def end(self) -> None:
        for pid in (self.server, *self.others):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        self.shell.communicate(timeout=LIMIT_S)


@pytest.fixture
def start() -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def begin() -> Service:
        started.append(Service())
        return started[-1]

    yield begin
    for service in started:
        service.end()


def rule(result: dict, of: str) -> dict:
    (row,) = [row for row in result["rules"] if row["rule"] == "server_processes" and row["of"] == of]
    return row


def test_children_are_measured_with_their_parent(start, tmp_path):
    service = start()
    result = service.measure(tmp_path, "--server-pid", str(service.shell.pid))
    listed = {each["pid"]: each for each in result["server"]["processes"]}
    assert set(listed) == {service.shell.pid, service.server}
    assert listed[service.server]["name"] == "sse_server" and listed[service.server]["cpu_s"] > 0
    assert result["server"]["cpu_s"] == pytest.approx(sum(each["cpu_s"] for each in listed.values()), abs=1e-5)
    assert result["server"]["pss_bytes"] == sum(each["pss_bytes"] for each in listed.values())
    assert rule(result, "ended")["value"] == rule(result, "started")["value"] == 0


def test_or_not(start, tmp_path):
    service = start()
    result = service.measure(tmp_path, "--server-pid", str(service.shell.pid), "--no-server-children")
    assert [each["pid"] for each in result["server"]["processes"]] == [service.shell.pid]


def test_several_are_named_one_by_one(start, tmp_path):
    one, other = start(), start()
    result = one.measure(tmp_path, "--server-pid", str(one.server), "--server-pid", str(other.server))
    assert [each["pid"] for each in result["server"]["processes"]] == [one.server, other.server]
    assert result["server"]["pid"] == one.server


def test_one_that_ends_while_measuring_makes_it_not_valid(start, tmp_path):
    service = start()
    other = service.start_another()
    result = service.measure(tmp_path, "--server-pid", str(service.shell.pid),
                             meanwhile=lambda: service.end_another(other))
    assert result["valid"] is False
    assert rule(result, "ended")["value"] == 1


def test_one_that_starts_while_measuring_only_marks_it(start, tmp_path):
    service = start()
    result = service.measure(tmp_path, "--server-pid", str(service.shell.pid), meanwhile=service.start_another)
    assert rule(result, "started")["value"] == 1 and rule(result, "started")["effect"] == "slow"
    assert rule(result, "ended")["value"] == 0


def test_without_any_there_are_no_figures_of_a_server(start, tmp_path):
    server = start().measure(tmp_path)["server"]
    assert server["processes"] == []
    assert all(server[key] is None for key in ("pid", "cpu_s", "pss_bytes", "cgroup", "queued_s", "wakeup_real_time"))


def test_a_cgroup_is_measured_by_its_own_clock(start, tmp_path):
    root = next((each for each in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup")
                 if os.access(f"{each}/cgroup.procs", os.W_OK)), None)
    if root is None:
        pytest.skip("cgroups of version 2 cannot be made here")
    service = start()
    folder = Path(root) / f"pushbench-test-{os.getpid()}"
    folder.mkdir()
    try:
        try:
            (folder / "cgroup.procs").write_text(str(service.server))
        except OSError as refused:
            pytest.skip(f"a process cannot be put into a cgroup here: {refused}")
        result = service.measure(tmp_path, "--server-cgroup", str(folder))
        assert [each["pid"] for each in result["server"]["processes"]] == [service.server]
        assert result["server"]["cgroup"]["path"] == str(folder)
        assert result["server"]["cpu_s"] > 0
        (Path(root) / "cgroup.procs").write_text(str(service.server))
    finally:
        folder.rmdir()
