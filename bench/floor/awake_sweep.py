#!/usr/bin/env python3
"""What a send costs the server while the load generator looks for more before it sleeps (--awake), and while it sleeps.

A sender that is slower than that pays for a wake-up at each of its sends, on one machine; over a network it never does.
The server here sends one event after the other to its clients, so many microseconds apart, and takes the time of each
send() alone. It needs two cores of its own and a quiet machine:

    bench/floor/awake_sweep.py [build/bin/loadgen]
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

LOADGEN = sys.argv[1] if len(sys.argv) > 1 else "build/bin/loadgen"
CLIENTS, NOTIFICATIONS, SERVER_CORE, CLIENT_CORE = 50, 100, 0, 1
GAPS_US, AWAKE_US = (0, 10, 20, 30, 50, 100), (0, 30, 100)
PAUSE_NS = 20_000_000
now = time.perf_counter_ns


def event(seq: int) -> bytes:
    at = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    told = json.dumps({"seq": seq, "topic": "default", "due_ns": at, "sent_ns": at, "payload": "x" * 128})
    return f"id: {seq}\ndata: {told}\n\n".encode()


def wait_until(due_ns: int) -> None:
    while now() < due_ns:
        pass


def send_ns(clients: list[socket.socket], gap_ns: int) -> Iterator[int]:
    """How long each send() took."""
    for seq in range(1, NOTIFICATIONS + 1):
        time.sleep(PAUSE_NS / 1e9)  # all are asleep
        data = event(seq)
        due_ns = now()
        for place, client in enumerate(clients):
            wait_until(due_ns)
            begin_ns = now()
            client.send(data)
            took_ns = now() - begin_ns
            if place != 0:  # the first wakes the reader in any case
                yield took_ns
            due_ns = max(due_ns + gap_ns, now())


def cost_us(gap_us: int, awake_us: int) -> float:
    listener = socket.create_server(("127.0.0.1", 0), backlog=CLIENTS)
    target = "127.0.0.1:%d" % listener.getsockname()[1]
    loadgen = subprocess.Popen(
        [LOADGEN, "--transport", "sse", "--target", target, "--no-publish", "--expect", str(NOTIFICATIONS),
         "--connections", str(CLIENTS), "--duration", "60s", "--cpus", str(CLIENT_CORE), "--awake", f"{awake_us}us"],
        stdout=subprocess.DEVNULL)
    clients = [listener.accept()[0] for _ in range(CLIENTS)]
    for client in clients:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.recv(65536)
        client.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:\n\n")
    time.sleep(0.3)
    took_us = statistics.median(send_ns(clients, gap_us * 1000)) / 1e3
    loadgen.wait()
    for client in clients:
        client.close()
    listener.close()
    return took_us


def main() -> None:
    os.sched_setaffinity(0, {SERVER_CORE})
    print("median time of a send(), µs, by the gap between two sends and by --awake\n")
    print("| gap µs | " + " | ".join(f"awake {each} µs" for each in AWAKE_US) + " |")
    print("|---" * (len(AWAKE_US) + 1) + "|")
    for gap_us in GAPS_US:
        print(f"| {gap_us} | " + " | ".join(f"{cost_us(gap_us, each):.1f}" for each in AWAKE_US) + " |", flush=True)


if __name__ == "__main__":
    main()
