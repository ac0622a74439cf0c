"""make cluster-demo: three servers behind HAProxy. Whatever is killed comes back, and nobody has missed anything."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from members.client import KINDS, Client
from members.nats import nats_program
from members.server import BUILD, server_program
from members.waiting import LONGEST_S, until

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "cluster" / "cluster.py"


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Demo:
    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen([sys.executable, str(SCRIPT), "--build", str(BUILD), "--port", "0", *options],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.text = ""
        while "Ctrl-C" not in self.text:
            assert (line := self.process.stdout.readline()), self.text
            self.text += line
        self.balancer = re.search(r"http://(127\.0\.0\.1:\d+) leads", self.text)[1]
        self.admins = re.findall(r"http://(127\.0\.0\.1:\d+)/publish", self.text)
        self.pids = {name: int(pid) for pid, name in re.findall(r"(\d+) \(([^)]+)\)", self.text)}

    def publish(self, text: str) -> None:
        """On any that takes it."""
        def taken() -> bool:
            for admin in self.admins:
                try:
                    with urllib.request.urlopen(f"http://{admin}/publish", text.encode(), LONGEST_S) as answer:
                        return answer.status == 200
                except OSError:
                    continue
            return False

        until(taken, f"{text} is published")

    def wait_for_new(self, name: str) -> None:
        assert self.process.stdout is not None
        while not (found := re.match(rf"{re.escape(name)} is there again: (\d+)", self.process.stdout.readline())):
            pass
        self.pids[name] = int(found[1])

    def end(self, by: int = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(LONGEST_S)


@pytest.fixture
def demo() -> Iterator[Callable[..., Demo]]:
    nats_program(), server_program()
    if shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        pytest.skip("needs haproxy: apt install haproxy")
    started: list[Demo] = []

    def start(*options: str) -> Demo:
        started.append(Demo(*options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end()
        assert one.process.stdout is not None
        one.process.stdout.close()


def test_it_says_where_to_connect_and_ends_by_itself(demo: Callable[..., Demo]) -> None:
    one = demo("--for", "1")
    assert len(one.admins) == 3 and len(one.pids) == 5 and f"curl -N 'http://{one.balancer}/events'" in one.text
    assert one.process.wait(LONGEST_S) == 0
    assert not any(alive(pid) for pid in one.pids.values())


def test_whatever_is_killed_comes_back_and_clients_miss_nothing(demo: Callable[..., Demo]) -> None:
    one = demo()
    clients = [Client(kind, [one.balancer]).start() for kind in KINDS]
    until(lambda: all(client.is_connected for client in clients), "all are connected through the balancer")
    wanted = []

    def say(text: str) -> None:
        one.publish(text)
        wanted.append(text)
        for client in clients:
            until(lambda each=client: text in each.payloads, f"{client.kind} has {text}")

    say("before all")
    for name in ("push_server 1", "nats-server", "push_server 2", "push_server 3"):
        os.kill(one.pids[name], signal.SIGKILL)
        say(f"while {name} is gone")
        one.wait_for_new(name)
        say(f"{name} is back")
    for client in clients:
        # Who has heard nothing yet has no cursor: all of these have.
        assert client.payloads == wanted
        client.end()
    assert one.end(signal.SIGINT) == 0
    assert not any(alive(pid) for pid in one.pids.values())


def test_without_its_programs_it_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "--build", str(tmp_path), "--port", "0"], text=True,
                          capture_output=True, check=False, timeout=LONGEST_S)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1
    assert re.search("is not installed: apt install|make build", done.stderr)
