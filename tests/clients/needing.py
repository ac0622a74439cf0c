"""What a client in Node needs of this machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGES = ("eventsource", "undici", "ws")  # a poll is fetch(), which Node has
LEAST_NODE = (20, 18)  # that undici 7 runs on; the EventSource of undici 6 gives up when it finds nobody


def need(kind: str) -> None:
    """Skips where Node or the package is not there."""
    if shutil.which("node") is None:
        pytest.skip("needs node")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    major, minor, _ = version.strip().removeprefix("v").split(".", 2)
    if (int(major), int(minor)) < LEAST_NODE:
        pytest.skip(f"needs Node {LEAST_NODE[0]}.{LEAST_NODE[1]} or newer, not {version.strip()}")
    if kind in PACKAGES and not (HERE / "node_modules" / kind).exists():
        pytest.skip(f"needs the Node package {kind}: npm ci --prefix tests/clients")
