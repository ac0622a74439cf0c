#!/usr/bin/python3 -S
"""A stand-in for wan_relay: it carries nothing, and says at its end what behaviour.json has under `relay`."""

import json
import pathlib
import signal
import sys

# 20 tenths of a second from 1 s on, in each 5 pieces; late are 3 in the last.
TOLD = {"real_time": True, "pieces": 100, "late_us": {"p50": 20.0, "p99": 900.0, "max": 4000.0},
        "slices": {"start_ns": 1e9, "step_ns": 100_000_000, "pieces": [5] * 20, "late": [0] * 19 + [3],
                   "max_us": [400.0] * 19 + [4000.0]}}

settings = json.loads((pathlib.Path(sys.argv[0]).parent / "behaviour.json").read_text())
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print(json.dumps({"listening": "127.0.0.1:3", "pid": 1}), flush=True)
signal.sigwait({signal.SIGTERM})
print(settings.get("relay", json.dumps(TOLD)), flush=True)
