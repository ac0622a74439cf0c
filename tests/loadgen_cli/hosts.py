"""Hosts on one machine: network namespaces with an address of their own each, on a bridge. Needs root."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from programs import LIMIT_S, program

NETWORK = "10.231.87"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=LIMIT_S)


class Hosts:
    """So many, at 10.231.87.1 and the following addresses; what they say to each other leaves the machine nowhere."""

    def __init__(self, count: int, folder: Path) -> None:
        if shutil.which("ip") is None or os.geteuid() != 0:
            pytest.skip("network namespaces need root and ip (iproute2)")
        self.folder = folder
        self.prefix = f"pb{os.getpid()}-"
        self.addresses = [f"{NETWORK}.{number + 1}" for number in range(count)]
        self.made: list[str] = []
        try:
            self._make()
        except subprocess.CalledProcessError as error:
            self.end()
            pytest.skip(f"no network namespace can be made here: {error.stderr.decode().strip()}")
        self.hostfile = folder / "hosts"
        self.hostfile.write_text("".join(f"{address} slots=1\n" for address in self.addresses))
        self.agent = folder / "agent"
        self.agent.write_text(f'#!/bin/sh\nhost=$1\nshift\nexec ip netns exec "{self.prefix}$host" sh -c "$*"\n')
        self.agent.chmod(0o755)

    def _make(self) -> None:
        hub = self._namespace("hub")
        ip("-n", hub, "link", "add", "bridge", "type", "bridge")
        ip("-n", hub, "link", "set", "bridge", "up")
        for number, address in enumerate(self.addresses):
            name = self._namespace(address)
            ip("-n", hub, "link", "add", f"port{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("-n", hub, "link", "set", f"port{number}", "master", "bridge", "up")
            ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")

    def _namespace(self, name: str) -> str:
        ip("netns", "add", self.prefix + name)
        self.made.append(self.prefix + name)
        return self.prefix + name

    def inside(self, address: str) -> tuple[str, ...]:
        """In front of a command that shall run there."""
        return "ip", "netns", "exec", self.prefix + address

    def mpirun(self) -> tuple[str, ...]:
        """A rank on each, started from the first of them."""
        return (*self.inside(self.addresses[0]), "mpirun", "--allow-run-as-root", "--bind-to", "none",
                "--hostfile", str(self.hostfile), "-n", str(len(self.addresses)),
                "--mca", "plm_rsh_agent", str(self.agent),
                "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", f"{NETWORK}.0/24",
                "--mca", "oob_tcp_if_include", f"{NETWORK}.0/24")

    def end(self) -> None:
        for name in self.made:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, timeout=LIMIT_S)
        self.made = []


class HostedServer:
    """One of our servers on the first host, for all of them."""

    def __init__(self, hosts: Hosts, name: str) -> None:
        first = hosts.addresses[0]
        self.process = subprocess.Popen(
            [*hosts.inside(first), program(name), "--listen", f"{first}:0", "--admin", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        self.target, self.admin = said["listening"], said["admin"]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(LIMIT_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
