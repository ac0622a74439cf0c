"""A server that drops who says nothing is told now and then that a client is there, as its dialect says."""

import queue
from pathlib import Path

from peers import Connection, Measured, Peer
from programs import LIMIT_S

DIALECT = """
name = "drops-the-silent"
about = "a server for a test"
message = "opaque"
[websocket]
heartbeat = { every = "1s", send = "client {i} is here" }
"""


def texts_of(frames: bytes) -> list[str]:
    """What a client's frames of under 126 bytes say (RFC 6455 §5.2, §5.3)."""
    texts = []
    while frames:
        opcode, size, mask = frames[0] & 15, frames[1] & 127, frames[2:6]
        if opcode == 1:
            texts.append(bytes(byte ^ mask[i % 4] for i, byte in enumerate(frames[6:6 + size])).decode())
        frames = frames[6 + size:]
    return texts


def test_a_heartbeat_is_said_again_and_again(tmp_path: Path) -> None:
    said: "queue.Queue[list[str]]" = queue.Queue()

    def serve(c: Connection) -> None:
        c.upgrade()
        frames = b""
        while piece := c.end.recv(65536):
            frames += piece
        said.put(texts_of(frames))

    (tmp_path / "own.toml").write_text(DIALECT, encoding="utf-8")
    with Peer(serve) as peer:
        Measured(peer, tmp_path, "websocket", "--dialect", str(tmp_path / "own.toml"), "--connections", "1",
                 "--duration", "4s", "--drain", "0s")
        texts = said.get(timeout=LIMIT_S)
    assert set(texts) == {"client 0 is here"} and len(texts) >= 2
