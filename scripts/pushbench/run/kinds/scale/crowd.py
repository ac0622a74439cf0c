"""The processes of one trial: several servers on one port, several load generators. All of them are ended together."""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from pushbench.errors import TrialError
from pushbench.run import admin
from pushbench.run.launch import Evidence, as_repeated, read_addresses, read_result, wait_beside, wait_until
from pushbench.run.processes import Process, first_to_exit

_CONNECTED = "pushbench_connections"
_LOOK_S = 0.25  # between two looks at the servers: to be asked costs them time


class Crowd:
    """Leaving the `with` block ends every process, also after Ctrl-C in the midst of starting them."""

    def __init__(self, evidence: Evidence) -> None:
        self.servers: list[Process] = []
        self.clients: list[Process] = []
        self.admins: list[str] = []
        self._files: list[Path] = []
        self._evidence = evidence
        self._folder = tempfile.TemporaryDirectory(prefix="pushbench-")

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        try:
            # Who listens goes first: a server that ends says goodbye to all who are still there.
            self._end(self.clients)
        finally:
            # Also after a second Ctrl-C in the midst of ending the others.
            try:
                self._end(self.servers)
            finally:
                self._folder.cleanup()

    def _end(self, side: list[Process]) -> None:
        try:
            for process in side:
                process.ask_to_end()
        finally:
            with ExitStack() as ends:  # goes on to the next where one is interrupted
                while side:
                    ends.enter_context(side.pop())

    def add_server(self, command: Sequence[str]) -> dict[str, Any]:
        process = Process(command, Path(command[0]).name)
        self.servers.append(process)
        self._evidence.commands.setdefault("server", as_repeated(list(command)))
        addresses = read_addresses(process, self._evidence)
        self.admins.append(str(addresses.get("admin")))
        return addresses

    def add_client(self, command: Sequence[str]) -> None:
        file = Path(self._folder.name) / f"result-{len(self.clients) + 1}.json"
        self.clients.append(Process([*command, "--json", str(file)], Path(command[0]).name))
        self._files.append(file)
        self._evidence.commands.setdefault("loadgen", as_repeated([*command, "--json", str(file)]))

    def metrics(self) -> list[dict[str, float]]:
        return [admin.read_metrics(each) for each in self.admins]

    def wait_until(self, done: Callable[[], bool], limit_s: float, look_s: float = _LOOK_S) -> bool:
        return wait_until(done, limit_s, self.wait, look_s)

    def wait(self, seconds: float) -> None:
        wait_beside([*self.servers, *self.clients], seconds, self._evidence)

    def results(self, limit_s: float) -> list[dict[str, Any]]:
        """What the load generators wrote, once all have ended by themselves."""
        end = time.monotonic() + limit_s
        left = list(self.clients)
        while left:
            ended = first_to_exit([*left, *self.servers], max(0.0, end - time.monotonic()))
            if ended is None:
                raise TrialError(f"{len(left)} load generators did not end within {limit_s:.0f} s and were stopped")
            if ended in self.servers:
                raise TrialError(f"{ended.name} died in mid-trial: {ended.how_it_ended()}")
            left.remove(ended)
        return [self._result(client, file) for client, file in zip(self.clients, self._files, strict=True)]

    def _result(self, client: Process, file: Path) -> dict[str, Any]:
        code = client.wait(0)
        assert code is not None
        self._evidence.hear(client)
        return read_result(file, client, code)

    def end_servers(self, patience_s: float) -> None:
        """One that does not end well has failed its contract, even when its figures look right.

        Its clients have left by now. Of very many it takes a while to see that, and then has nobody to say goodbye to.
        """
        wait_until(lambda: sum(each.get(_CONNECTED, 0.0) for each in self.metrics()) == 0, patience_s, time.sleep,
                   _LOOK_S)
        for server in self.servers:
            server.ask_to_end()
        for server in self.servers:
            if server.stop(patience_s) != 0:
                self._evidence.hear(server)
                raise TrialError(f"{server.name} did not end properly on SIGTERM: {server.how_it_ended()}")
