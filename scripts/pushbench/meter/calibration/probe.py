"""One server and one load generator with options of the calibration's own, started now and finished later."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pushbench.run import relay
from pushbench.run.launch import (Evidence, Tools, client_command, read_addresses, result_of, server_command, start,
                                  start_client)
from pushbench.setup.transport import Transport
from pushbench.store.folder import write_text

_LONGEST_S = 40.0


class Probe:
    """Runs while other things are done; `finish` waits. Its result is kept as `file` in the folder."""

    def __init__(self, name: str, row: Transport, tools: Tools, folder: Path, server: list[str],
                 client: list[str], round_trip_s: float = 0.0) -> None:
        self.name = name
        self.path = folder / f"{name}.json"
        self._evidence = Evidence()
        with ExitStack() as ends:
            self.server = ends.enter_context(start(server_command(row, tools, server), row, self._evidence))
            addresses = read_addresses(self.server, self._evidence)
            reached = ends.enter_context(relay.between(round_trip_s, tools, addresses, self._evidence))
            command = client_command(row, tools, reached, self.server.pid, self.path)
            self._client = ends.enter_context(start_client([*command, *client], row, self._evidence))
            self._ends = ends.pop_all()

    def finish(self) -> dict[str, Any]:
        try:
            result = result_of(self._client, self.server, self.path, _LONGEST_S, self._evidence)
        finally:
            self.close()
        record = {"schema_version": 2, "check": self.name, "commands": self._evidence.commands, "result": result}
        write_text(self.path, json.dumps(record, separators=(",", ":")) + "\n")
        return result

    def close(self) -> None:
        """Ends all of them, whatever they do. May be called again."""
        self.server.resume()  # whoever interrupts may do so in the middle of the stall
        self._ends.close()
