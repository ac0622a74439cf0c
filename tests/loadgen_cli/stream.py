"""Streams that go on for as long as somebody listens, the same to all."""

import time
from collections.abc import Callable

from peers import STREAM, Connection, now_ns


def stream_of(message: Callable[[int], bytes], gap_s: float = 0.005, first: int = 1) -> Callable[[Connection], None]:
    """An SSE server that sends `message(seq)` to everybody at every gap; who comes later begins later."""
    began_ns, gap_ns = now_ns(), round(gap_s * 1e9)

    def serve(c: Connection) -> None:
        if not c.request():
            return
        c.send(STREAM + b": hello\n\n")
        seq = (now_ns() - began_ns) // gap_ns
        while True:
            while now_ns() < began_ns + seq * gap_ns:
                time.sleep(gap_s / 5)
            c.send(message(first + seq))
            seq += 1

    return serve
