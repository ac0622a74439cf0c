#!/usr/bin/python3 -S
"""A stand-in for loadgen: writes a result at once, or misbehaves as behaviour.json says.

`loadgen` in behaviour.json is one behaviour, or a list of which each start takes the next.
"""

import json
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(sys.argv[0]).parent
LISTENS_UNTIL_ASKED = "3600s"


def option(name: str) -> str:
    return sys.argv[sys.argv.index(name) + 1]


def next_behaviour(settings: dict) -> str:
    wanted = settings.get("loadgen", "ok")
    if isinstance(wanted, str):
        return wanted
    count = HERE / "starts"
    started = int(count.read_text()) if count.exists() else 0
    count.write_text(str(started + 1))
    return wanted[started % len(wanted)]


def broken(rule: str, effect: str, text: str) -> dict:
    return {"rule": rule, "of": "", "value": 2, "limit": 1, "unit": "", "applies": True, "judged": True, "broken": True,
            "effect": effect, "text": text}


def judged(rules: list) -> dict:
    """As loadgen judges: what is wrong voids, what is slow marks."""
    wrong, slow = ([each["text"] for each in rules if each["effect"] == effect] for effect in ("wrong", "slow"))
    return {"valid": not wrong, "invalid_because": wrong, "marked_because": slow, "rules": rules}


def result(settings: dict) -> dict:
    rate = float(option("--rate")) if "--rate" in sys.argv else 0.0
    holds = rate <= settings.get("capacity", 1e9)
    return {
        "schema_version": 1, "transport": option("--transport"), "connections": int(option("--connections")),
        **judged([broken(*each) for each in settings.get("disturbance", [])] if not holds else []),
        "interrupted": False, "drain": "complete",
        "duration_s": 3.0, "requests": 90_000, "window_s": 3.0, "response_us": {"p50": 2000.0, "mean": 2100.0},
        "expected": 1000, "delivered": 1000, "lost": 0, "duplicated": 0, "reordered": 0, "malformed": 0,
        "latency_us": {"p50": 900.0, "p99": 2000.0 if holds else 9e6},
        "server": {"cpu_cores": 0.5 if holds else settings.get("server_cores", 1.0)},
        "loadgen": {"cpu_cores": 0.4, "busiest_thread_cores": 0.4 if holds else settings.get("busy", 0.5)},
    }


def main() -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM} if option("--duration") == LISTENS_UNTIL_ASKED else {})
    settings = json.loads((HERE / "behaviour.json").read_text())
    behaviour = next_behaviour(settings)
    target = pathlib.Path(option("--json"))
    if behaviour == "hangs":
        time.sleep(600)
    if behaviour == "fails":
        print("loadgen: 127.0.0.1:1: connection refused", file=sys.stderr)
        return 1
    if behaviour == "rubbish":
        target.write_text("{ this is not")
        return 0
    if option("--duration") == LISTENS_UNTIL_ASKED:
        signal.sigwait({signal.SIGTERM})
    written = result(settings) | settings.get("heard", {})
    if behaviour == "invalid":
        written |= judged([broken("generator_busy", "wrong", "a generator thread was 93 % busy")])
    target.write_text(json.dumps(written))
    return 0


sys.exit(main())
