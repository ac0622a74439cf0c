#!/usr/bin/python3 -S
"""A stand-in for the three servers: it keeps the contract of start and end, or breaks it as behaviour.json says."""

import json
import os
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(sys.argv[0]).parent


def main() -> int:
    behaviour = json.loads((HERE / "behaviour.json").read_text()).get("server", "ok")
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
        print(json.dumps({"listening": "127.0.0.1:1", "admin": "127.0.0.1:2", "pid": os.getpid()}), flush=True)
    if behaviour == "dies":
        time.sleep(0.05)
        print("out of memory", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    while True:
        time.sleep(60)


sys.exit(main())
