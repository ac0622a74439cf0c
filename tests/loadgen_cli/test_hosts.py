"""Ranks on hosts of their own, in network namespaces: started by a hostfile, and all of the load arrives."""

import json
import subprocess
from collections.abc import Iterator

import pytest

from hosts import HostedServer, Hosts
from programs import program
from ranks import need_mpi

LOAD = ("--transport", "sse", "--connections", "40", "--rate", "100", "--warmup", "300ms", "--duration", "1s")


@pytest.fixture(params=[2, 4])
def hosts(request: pytest.FixtureRequest, tmp_path) -> Iterator[Hosts]:
    need_mpi()
    made = Hosts(request.param, tmp_path)
    yield made
    made.end()


def test_a_load_over_hosts_is_one_load(hosts, tmp_path):
    server = HostedServer(hosts, "sse_server")
    try:
        ours = (program("loadgen"), *LOAD, "--target", server.target, "--admin", server.admin)
        files = [tmp_path / "one.json", tmp_path / "several.json"]
        alone = (*hosts.inside(hosts.addresses[0]), *ours, "--json", str(files[0]))
        shared = (*hosts.mpirun(), *ours, "--json", str(files[1]))
        for command in (alone, shared):
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
            assert done.returncode == 0, done.stderr
    finally:
        server.end()
    one, several = (json.loads(file.read_text()) for file in files)
    for key in ("published", "expected", "delivered", "lost", "duplicated", "reordered"):
        assert several[key] == one[key], key
    assert several["delivered"] == several["latency_us"]["count"] == 40 * 100
    assert len(several["ranks"]) == len(hosts.addresses)
    assert all(each["delivered"] == each["expected"] == 4000 // len(hosts.addresses) for each in several["ranks"])
