"""What lies between the page and the server: passes bytes on, slowly where it is told to, and cuts what it carries."""

from __future__ import annotations

import asyncio
from contextlib import suppress

_PIECE_BYTES = 64 * 1024
SLOW_S = 0.4  # each way, of a network that was made slow
MOST_LINKS = 200  # a page has about six


class Network:
    """Listens on `port` of 127.0.0.1 and passes on to `server`. All of it runs on one event loop."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._links: set[asyncio.StreamWriter] = set()
        self._listener: asyncio.Server | None = None
        self.is_slow = False
        self._hushes = 0

    async def start(self, port: int) -> int:
        """The port that it got."""
        self._listener = await asyncio.start_server(self._carry, "127.0.0.1", port)
        return int(self._listener.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        self.cut()
        if self._listener is not None:
            self._listener.close()

    def cut(self) -> None:
        """Resets all connections, as a proxy does that restarts."""
        for writer in list(self._links):
            writer.transport.abort()

    def hush(self) -> None:
        """What is open now passes nothing on any more, and nobody is told; whoever comes anew is served. So it is where
        a router forgets its connections."""
        self._hushes += 1

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._links) >= MOST_LINKS:
            return writer.transport.abort()
        try:
            there, back = await asyncio.open_connection(*self._server)
        except OSError:  # the server is down: whoever asks is told so by a reset
            return writer.transport.abort()
        self._links |= {writer, back}
        try:
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
        finally:
            self._links -= {writer, back}
            for each in (writer, back):
                each.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        born = self._hushes
        with suppress(OSError):
            while piece := await reader.read(_PIECE_BYTES):
                if self.is_slow:
                    await asyncio.sleep(SLOW_S)
                if born == self._hushes:
                    writer.write(piece)
                    await writer.drain()
            if born == self._hushes:
                writer.write_eof()
