#!/usr/bin/python3 -S
"""A stand-in for the three servers: it keeps the contract of start and end, or breaks it as behaviour.json says."""

import json
import os
import pathlib
import signal
import socket
import sys
import time

HERE = pathlib.Path(sys.argv[0]).parent


class Admin:
    """An admin port of one connection: schedules are done at once, at so much CPU a delivery.

    `admin` in behaviour.json holds connections, CPU in microseconds by the server's name, and how many deliveries get
    lost of each notification.
    """

    def __init__(self, settings: dict) -> None:
        self._settings = settings["admin"]
        self._delivered = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._socket.getsockname()[1]

    def serve(self) -> None:
        link, _ = self._socket.accept()
        with link, link.makefile("rb") as lines:
            while line := lines.readline():
                length = 0
                while (head := lines.readline()) != b"\r\n":
                    if head.lower().startswith(b"content-length:"):
                        length = int(head.split(b":")[1])
                self._answer(link, line, lines.read(length))

    def _answer(self, link: socket.socket, line: bytes, body: bytes) -> None:
        status, text, order = 200, "", None
        if line.startswith(b"POST /schedule"):
            status, order = self._settings.get("status", 202), json.loads(body)
        else:
            counts = {"connections": self._settings["connections"], "deliveries_total": self._delivered,
                      "requests_total": 0, "writes_total": 0}
            text = "".join("pushbench_%s %d\n" % count for count in counts.items())
        link.sendall(("HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%s" % (status, len(text), text)).encode())
        if order and status == 202:
            self._deliver(order["count"] * (self._settings["connections"] // order["topics"]), order["count"])

    def _deliver(self, deliveries: int, notifications: int) -> None:
        time.sleep(0.003)  # the first is due 2 ms after the order
        each_us = self._settings["cpu_us"].get(pathlib.Path(sys.argv[0]).name, 10)
        end = time.process_time() + deliveries * each_us / 1e6
        while time.process_time() < end:
            pass
        self._delivered += deliveries - self._settings.get("lost", 0) * notifications


def main() -> int:
    settings = json.loads((HERE / "behaviour.json").read_text())
    behaviour = settings.get("server", "ok")
    if behaviour == "dies at start":
        print("cannot listen on 127.0.0.1:80: permission denied", file=sys.stderr)
        return 1
    if behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(3 if behaviour == "ends badly" else 0))
    if behaviour == "rubbish":
        print("hello, I am a server", flush=True)
    elif behaviour != "silent":
        admin = Admin(settings) if "admin" in settings else None
        print(json.dumps({"listening": "127.0.0.1:1", "admin": admin.address if admin else "127.0.0.1:2",
                          "pid": os.getpid()}), flush=True)
        if admin:
            admin.serve()
    if behaviour == "dies":
        time.sleep(0.05)
        print("out of memory", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    while True:
        time.sleep(60)


sys.exit(main())
