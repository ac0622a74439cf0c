"""Starts the server, the network before it and the page's site, and does what the page's buttons say."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from pushbench.demo.network import Network
from pushbench.demo.site import make_site, now_ms
from pushbench.errors import PushbenchError, TrialError
from pushbench.run.admin import publish, start_schedule
from pushbench.run.launch import check_programs
from pushbench.soak.server import MortalServer

PROGRAM = "push_server"
FOLDER = Path(__file__).resolve().parents[3] / "examples" / "demo"
TOPIC = "demo"
BURST = 200
_DOWN_S = 2.0  # between two lives: long enough to be seen
_FOR_EVER = 2**31 - 1  # notifications


class Demo:
    """`port` is the page's; 0: any. The network before the server has one of its own."""

    def __init__(self, bin_dir: Path, port: int, rate_per_s: float) -> None:
        check_programs(bin_dir, {PROGRAM})
        self._rate_per_s = rate_per_s
        self._busy = threading.Lock()
        self._push_port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._network: Network | None = None
        try:
            self._site = make_site(port, FOLDER, {
                "/clock": lambda: {"now_ms": now_ms()},
                "/status": self._status,
            }, {"/do/cut": self._on_network(Network.cut), "/do/slow": self._on_network(_turn),
                "/do/burst": self._burst, "/do/restart": self._restart})
        except OSError as error:
            raise PushbenchError(f"--port {port}: {error.strerror}; choose another, or 0 for a free one") from None
        self.port = int(self._site.server_address[1])
        pages = [word for host in ("127.0.0.1", "localhost")
                 for word in ("--allow-origin", f"http://{host}:{self.port}")]
        self._server = MortalServer(bin_dir / PROGRAM, [*pages, "--log-level", "error"])

    async def run(self, say: Callable[[str], None]) -> None:
        """Until it is cancelled."""
        self._loop, self._network = asyncio.get_running_loop(), Network(self._server.address)
        serving = threading.Thread(target=self._site.serve_forever, args=(0.1,), daemon=True)
        try:
            self._begin()
            self._push_port = await self._network.start(0)
            serving.start()
            say(f"http://127.0.0.1:{self.port}/ shows all transports side by side; Ctrl-C ends it")
            await asyncio.Event().wait()
        finally:
            await self._network.stop()
            if serving.is_alive():
                self._site.shutdown()
            self._site.server_close()
            with self._busy:
                self._server.close()

    def _begin(self) -> None:
        self._server.start()
        start_schedule(self._admin, {
            "rate": self._rate_per_s, "payload_bytes": 64, "arrival": "poisson", "seed": 1, "topics": 1, "topic": TOPIC,
            "count": _FOR_EVER})

    async def _begin_again(self) -> None:
        """By the thread of the loop: a program ends with the thread that has started it."""
        self._begin()

    def _status(self) -> dict[str, Any]:
        return {"push": f"http://127.0.0.1:{self._push_port}", "topic": TOPIC, "is_up": self._server.lives,
                "slow": bool(self._network and self._network.is_slow)}

    @property
    def _admin(self) -> str:
        return f"127.0.0.1:{self._server.admin}"

    def _on_network(self, action: Callable[[Network], None]) -> Callable[[], None]:
        def act() -> None:
            if self._loop is not None and self._network is not None:
                self._loop.call_soon_threadsafe(action, self._network)

        return act

    def _burst(self) -> None:
        with self._busy, suppress(TrialError):  # that it is down is on the page
            for _ in range(BURST):
                publish(self._admin, TOPIC, "one of a burst")

    def _restart(self) -> None:
        if not self._busy.acquire(blocking=False):
            return  # it is at that already
        try:
            if self._server.lives:
                self._server.end(kill=False)
            self._server.close()
            time.sleep(_DOWN_S)
            if self._loop is not None:
                asyncio.run_coroutine_threadsafe(self._begin_again(), self._loop).result()
        finally:
            self._busy.release()


def _turn(network: Network) -> None:
    network.is_slow = not network.is_slow


def demo(bin_dir: Path, port: int, rate_per_s: float, console: Console) -> int:
    """0 when it is ended by Ctrl-C."""
    def say(text: Any) -> None:
        console.print(text, highlight=False, soft_wrap=True)

    shown = Demo(bin_dir, port, rate_per_s)
    try:
        asyncio.run(shown.run(say))
    except KeyboardInterrupt:
        pass
    return 0
