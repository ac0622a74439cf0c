"""Every pair of commands in docs/measure-your-server.md, as it stands there: the server starts, all is delivered."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from foreign import (LOADGEN, LONGEST_S, ROOT, Server, all_came, environment, need_loadgen, need_nchan, need_node,
                     need_program)

DOCUMENT = (ROOT / "docs/measure-your-server.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"^```sh server ([^\n]*)\n(.*?)^```\n.*?^```sh measure\n(.*?)^```$", DOCUMENT,
                   re.MULTILINE | re.DOTALL)


def skip_without(needs: str) -> None:
    first, *packages = needs.split()
    if first == "node":
        need_node(*packages)
    elif first == "python":
        pytest.importorskip(packages[0])
    elif first == "nchan":
        need_nchan()
    else:
        need_program("nats-server", first)


def wait_for_port(command: str, server: Server) -> None:
    """The first that the measuring command names."""
    found = re.search(r"127\.0\.0\.1:(\d+)", command)
    assert found
    end = time.monotonic() + LONGEST_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", int(found[1])), 5).close()
            return
        except OSError:
            assert server.process.poll() is None and time.monotonic() < end
            time.sleep(0.05)


def test_the_document_has_a_pair_for_each_example() -> None:
    named = {found for _, server, _ in PAIRS for found in re.findall(r"examples/([^/\s]+)/", server)}
    no_server = {"node_modules", "proxy", "demo", "clients", "cluster", "kubernetes"}
    assert named == {path.parent.name for path in (ROOT / "examples").glob("*/*.*")} - no_server


@pytest.mark.parametrize(("needs", "server", "measure"), PAIRS, ids=[needs for needs, _, _ in PAIRS])
def test_its_commands_do_what_it_says(needs: str, server: str, measure: str, tmp_path: Path,
                                      serve: Callable[..., Server]) -> None:
    skip_without(needs)
    need_loadgen()
    wait_for_port(measure, serve("sh", "-c", server))
    result = tmp_path / "result.json"
    command = measure.strip().replace("build/bin/loadgen", str(LOADGEN)) + f" --json {result}"
    ended = subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment(), capture_output=True, text=True,
                           timeout=LONGEST_S, check=False)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    all_came(json.loads(result.read_text(encoding="utf-8")))
