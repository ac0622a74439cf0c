"""Servers that end with their test, and the load generator."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from foreign import LOADGEN, LONGEST_S, ROOT, Server, need_loadgen


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(*command: str) -> Server:
        started.append(Server(list(command), tmp_path))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def loadgen(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs it, and gives its JSON. It must end well."""
    need_loadgen()

    def run(*options: str) -> dict[str, Any]:
        result = tmp_path / "result.json"
        ended = subprocess.run([str(LOADGEN), *options, "--json", str(result)], cwd=ROOT, capture_output=True,
                               text=True, timeout=LONGEST_S, check=False)
        assert ended.returncode == 0, ended.stderr + ended.stdout
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return found

    return run
