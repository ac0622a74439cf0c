"""A real nats-server with JetStream, over all its lives: its port and its store stay."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from members.lives import Lives
from members.waiting import free_port, until

STREAM = "NEWS"


def nats_program() -> str:
    path = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin")
    if path is None:
        pytest.skip("needs nats-server: apt install nats-server")
    return path


class Nats(Lives):
    def __init__(self, folder: Path, limits: Mapping[str, Any] | None = None, within: Sequence[str] = (),
                 **more: Any) -> None:
        """`limits` are those of JetStream, and may be others in its next life. `more` is what else its file says."""
        super().__init__(within)
        self.port, self.limits = free_port(), limits or {}
        self._folder, self._more = folder, more

    @property
    def source(self) -> str:
        """As servers are told of it."""
        return f"nats://127.0.0.1:{self.port}/{STREAM}"

    def start(self) -> Nats:
        config = self._folder / "nats.conf"
        jetstream = {"store_dir": str(self._folder / "store"), **self.limits}
        config.write_text(json.dumps({"host": "127.0.0.1", "port": self.port, "jetstream": jetstream, **self._more}),
                          encoding="utf-8")
        self._begin([nats_program(), "-c", str(config)], "nats-server")
        until(self._listens, "nats-server listens")
        return self

    def _listens(self) -> bool:
        """By its own words: on an open port alone might be somebody else."""
        assert self.process.wait(0) is None, f"nats-server does not start: {self.process.how_it_ended()}"
        return any("Server is ready" in line for line in self.said)
