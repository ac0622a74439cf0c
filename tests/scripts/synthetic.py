"""Makes up a run folder in the real shape, from a seed, so that the report can be tested without a benchmark.

Run as a program it writes one to look at:  python3 synthetic.py FOLDER [BLOCKS]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pushbench.setup.claims import hashes

VARIANTS = ("short-poll", "long-poll", "websocket", "websocket-beast", "sse", "floor")
IDLE_VARIANTS = ("short-poll@1s", "short-poll@5s", "long-poll", "websocket", "sse", "floor")
ALL_SCENARIOS = ("sparse", "broadcast", "stream", "idle", "events", "others")
COUNTS = (500, 1000, 2000, 3500, 5000)
# What schema 2 can measure; not in every test, for time.
NEWER = ("growth", "publisher", "heartbeat", "saturation", "duets")
# CPU per delivery in µs, user KiB, kernel KiB, bytes a delivery, median latency in µs at a broadcast.
COSTS = {
    "short-poll": (34.0, 1.6, 8.9, 410, 498_000), "long-poll": (24.0, 1.9, 8.9, 520, 9_100),
    "websocket": (10.4, 1.2, 8.7, 212, 6_300), "websocket-beast": (12.6, 5.1, 8.7, 212, 7_100),
    "sse": (10.2, 1.1, 8.7, 226, 6_200), "floor": (9.0, 0.1, 8.7, 208, 5_600),
}
COSTS["sse-twin"] = COSTS["sse"]
DUETS = (("sse", "websocket"), ("sse", "long-poll"), ("sse", "floor"), ("websocket", "websocket-beast"),
         ("sse", "sse-twin"))
HOSES = {"hose-sse": 900_000, "hose-websocket": 950_000, "hose-long-poll": 160_000, "hose-short-poll": 140_000,
         "hose-lines": 1_400_000}  # deliveries a second


class Generator:
    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder, self.rng, self.order = folder, np.random.default_rng(seed), 0
        (folder / "trials").mkdir(parents=True, exist_ok=True)

    def noise(self, share: float = 0.02) -> float:
        return float(self.rng.lognormal(0, share))

    def write(self, scenario: str, variant: str, block: int, result: dict[str, Any] | None, *, case: str = "",
              attempt: int = 1, status: str = "ok", reasons: Sequence[str] = (), **more: Any) -> Path:
        self.order += 1
        trial = {
            "schema_version": 2, "scenario": scenario, "variant": variant, "case": case, "block": block,
            "attempt": attempt, "order": self.order, "status": status, "invalid_because": list(reasons),
            "error": None,
            "started_utc": "2026-01-01T00:00:00Z", "wall_s": 12.0,
            "commands": {"server": [f"{variant}_server"], "loadgen": ["loadgen"]}, "result": result,
            "stderr_tail": "",
        } | more
        name = f"{scenario}__{variant}__{case or 'default'}__b{block}__a{attempt}.json"
        path = self.folder / "trials" / name
        path.write_text(json.dumps(trial), encoding="utf-8")
        return path

    def result(self, variant: str, connections: int, rate: float, payload: int = 128,
               topics: int = 1) -> dict[str, Any]:
        base = variant.split("@")[0]
        cpu, user, kernel, size, median_us = COSTS[base]
        interval = {"short-poll": 1000, "short-poll@1s": 1000, "short-poll@5s": 5000}.get(variant)
        seconds, polls = 10.0, base in ("short-poll", "long-poll")
        deliveries = int(rate * connections * seconds / topics)
        asked = (deliveries or connections * seconds / 25) if base == "long-poll" else 0
        requests = connections * seconds * 1000 / interval if interval else asked
        samples = self.latencies(base, median_us)
        requests_us = requests * 30.0 / (connections * seconds)
        latency = percentiles(samples) if deliveries else {}
        bytes_in = deliveries * (size + payload - 128) + requests * 90
        return {
            "schema_version": 2, "transport": base, "connections": connections, "topics": topics,
            "rate_per_s": rate,
            "payload_bytes": payload, "poll_interval_ms": interval, "duration_s": seconds, "valid": True,
            "invalid_because": [], "published": int(rate * seconds), "expected": deliveries,
            "delivered": deliveries, "window_s": seconds, "window_deliveries": deliveries, "early_ledger_ends": 0,
            "lost": 0, "duplicated": 0, "reordered": 0, "gaps": 0, "drain": "complete",
            "latency_us": latency, "delivery_us": latency, "publish_delay_us": {"p50": 60.0, "p99": 90.0},
            "fanout_us": None if interval or not deliveries else {
                place: {"p50": median_us * part, "p99": median_us * part * 2}
                for place, part in (("first", 0.1), ("median", 1.0), ("last", 2.0), ("spread", 1.9))},
            "response_us": percentiles(samples / 10) if polls else None,
            "server": self.server(cpu, user, kernel, connections, deliveries, requests_us)
            | {"heartbeats": int(connections * seconds / 15) if base in ("sse", "websocket") and not deliveries else 0},
            "loadgen": {"cpu_us_per_delivery": 6.0 * self.noise() if deliveries else None, "cpu_cores": 0.1,
                        "pss_bytes_per_connection": 1024 * 0.4 * self.noise(), "busiest_thread_cores": 0.2,
                        "headroom": 0.8 * self.noise(0.05)},
            "machine": {"steal_share": 0.0, "clocksource": "tsc", "clock_drift_ppm": 0.1, "swapped_in_pages": 0},
            "wire": {"bytes_in": bytes_in, "bytes_out": requests * 120,
                     "bytes_per_delivery": (bytes_in + requests * 120) / deliveries if deliveries else None},
            "requests": requests, "empty_polls": requests * 0.9 if interval else 0,
            "requests_per_client_minute": requests / connections / seconds * 60 if polls else 0,
            "connections_opened": connections, "histograms": histograms(samples) if deliveries else None,
        }

    def server(self, cpu: float, user: float, kernel: float, connections: int, deliveries: int,
               requests_us: float) -> dict[str, Any]:
        each, each_idle = cpu * self.noise(), (0.3 + requests_us) * self.noise(0.05)
        resident, in_use = 1024 * (user + 40 / connections) * self.noise(), 1024 * user * 0.6 * self.noise(0.01)
        end = {"slab_bytes_per_connection": 1024 * kernel * 0.5 * self.noise(0.01),
               "socket_buffer_bytes_per_connection": 1024 * 0.2 * self.noise(0.01)}
        both = 2 * sum(end.values())
        return {
            "cpu_us_per_delivery": each if deliveries else None,
            "user_us_per_delivery": each * 0.2 if deliveries else None,
            "system_us_per_delivery": each * 0.8 if deliveries else None, "cpu_us_per_notification": None,
            "cpu_us_per_idle_connection_s": None if deliveries else each_idle,
            "cpu_s": 0.1, "cpu_cores": 0.2 * cpu / 10 * self.noise(), "heartbeats": 0, "forced_switches": 0,
            "swapped_bytes": 0, "pss_bytes_per_connection": resident,
            "heap": {"used_bytes_per_connection": in_use, "retained_bytes": 1024 * 0.05 * connections,
                     "retained_bytes_per_connection": 1024 * 0.05 * self.noise()},
            "kernel_bytes_per_connection": sum(end.values()),
            "kernel": {"server_end": end, "client_end": end, "both_ends_bytes_per_connection": both},
            "deliveries_per_write": 1.0,
        }

    def latencies(self, base: str, median_us: float) -> np.ndarray:
        if base == "short-poll":
            return self.rng.uniform(500, 2 * median_us, 4000)
        return self.rng.lognormal(np.log(median_us), 0.5, 4000)


def percentiles(samples: np.ndarray) -> dict[str, float]:
    cuts = dict(zip(("p50", "p90", "p99", "p999"), np.percentile(samples, [50, 90, 99, 99.9]), strict=True))
    return {name: float(cut) for name, cut in cuts.items()} | {
        "max": float(samples.max()), "min": float(samples.min()), "mean": float(samples.mean()),
        "count": len(samples), "overflow": 0, "negative": 0}


def histograms(samples: np.ndarray) -> dict[str, Any]:
    values, counts = np.unique(np.round(samples, -3).astype(int) * 1000, return_counts=True)
    pairs = [[value, count] for value, count in zip(values.tolist(), counts.tolist(), strict=True)]
    return {"unit": "ns", "latency": pairs, "delivery": pairs, "publish_delay": [[60_000, len(samples)]],
            "response": None, "fanout": None}


def write_context(folder: Path, blocks: int, **more: Any) -> None:
    context = {
        "schema_version": 2, "run_id": folder.name, "started_utc": "2026-01-01T00:00:00Z",
        "profile": "synthetic",
        "seed": 1, "blocks": blocks, "commit": "0123456789abcdef", "dirty": False,
        "machine": {"cpu_model": "Made-up CPU", "cores": 2, "memory_bytes": 8 << 30, "smt": False,
                    "governor": "performance", "kernel": "6.1", "os": "Debian 12", "virtualization": "kvm",
                    "load_before": [0.1, 0.1, 0.1]},
        "compiler": "g++ 12", "build_type": "Release", "boost": "1.81", "limits": {"nofile": 20000},
        "scenarios": {}, "cpus": {"server": "0", "loadgen": "1"}, "wrk": None,
        "floor_note": "bare send() loop", "claims": hashes(),
    } | more
    (folder / "context.json").write_text(json.dumps(context), encoding="utf-8")


def make_run(folder: Path, *, blocks: int = 5, seed: int = 1, variants: Sequence[str] = VARIANTS,
             slower: float = 1.0, scenarios: Sequence[str] = ALL_SCENARIOS) -> Path:
    """A whole run, or some scenarios of one. `slower` multiplies the CPU cost of SSE."""
    maker = Generator(folder, seed)
    write_context(folder, blocks)
    others = [name for name in variants if name != "sse-twin"]  # which runs beside SSE in one scenario only
    for block in range(1, blocks + 1):
        for scenario, connections, rate, topics in (("sparse", 1000, 100, 1000), ("broadcast", 1000, 10, 1),
                                                    ("stream", 100, 100, 1)):
            for variant in variants if scenario == "broadcast" else others:
                if scenario not in scenarios:
                    continue
                result = maker.result(variant, connections, rate, topics=topics)
                if variant == "sse":
                    result["server"]["cpu_us_per_delivery"] *= slower
                maker.write(scenario, variant, block, result)
        for variant in [name for name in IDLE_VARIANTS if name.split("@")[0] in variants]:
            for count in COUNTS if "idle" in scenarios else ():
                maker.write("idle", variant, block, maker.result(variant, count, 0),
                            case=f"connections={count}")
        if "events" in scenarios:
            write_events(maker, block, others)
        if "others" in scenarios:
            write_extras(maker, block, others)
        write_newer(maker, block, others, scenarios)
        if "duets" in scenarios:
            write_duets(maker, block, slower)
    return folder


def write_duets(maker: Generator, block: int, slower: float = 1.0, quads: int = 4) -> None:
    """Both sides of a quad share its disturbance; what differs between them is small."""
    for workload in ("sparse", "broadcast", "stream"):
        for a, b in DUETS:
            costs = [COSTS[name][0] * (slower if name == "sse" else 1.0) for name in (a, b)]
            shared = [maker.noise(0.1) for _ in range(quads)]
            made = [{"order": ("ABBA", "BAAB")[number % 2], "a_us": [costs[0] * each * maker.noise() for _ in "AA"],
                     "b_us": [costs[1] * each * maker.noise() for _ in "BB"]}
                    for number, each in enumerate(shared)]
            write_duet(maker, workload, a, b, block, made)


def write_duet(maker: Generator, workload: str, a: str, b: str, block: int, quads: Sequence[dict[str, Any]],
               left_out: int = 0, **more: Any) -> Path:
    told = {"a": a, "b": b, "of": workload, "quads": list(quads), "quads_left_out": left_out, "connections": 1000,
            "topics": 1, "rate_per_s": 20.0, "payload_bytes": 128, "slice_s": 0.15, "lead_in_s": 0.05, "settle_s": 0.01,
            "notifications": 3, "deliveries": 3000, "order_us": 120.0}
    counts = {"valid": True, "expected": 60_000, "delivered": 60_000, "lost": 0, "duplicated": 0, "reordered": 0}
    return maker.write(f"duet-{workload}", f"{a}-vs-{b}", block, None, duet=told,
                       results={"a": counts, "b": counts}, rules=[], **more)


def write_newer(maker: Generator, block: int, variants: Sequence[str], scenarios: Sequence[str]) -> None:
    """What only trials of schema 2 can tell: loaded memory, the publisher, heartbeats, the generator's limit."""
    for variant in variants if "growth" in scenarios else ():
        for count in (500, 1000, 2000, 3000, 4000):
            maker.write("growth", variant, block, maker.result(variant, count, 2), case=f"connections={count}")
    for variant in variants if "publisher" in scenarios else ():
        result = maker.result(variant, 1, 100)
        server = result["server"] | {"cpu_us_per_notification": 25 * maker.noise(), "cpu_us_per_delivery": None}
        maker.write("publisher", variant, block, result | {"connections": 0, "expected": 0, "delivered": 0,
                                                           "latency_us": {}, "server": server})
    for variant in ("sse", "websocket", "long-poll") if "heartbeat" in scenarios else ():
        if variant in variants:
            maker.write("heartbeat", variant, block, with_signs_of_life(maker, variant))
    for variant, most in HOSES.items() if "saturation" in scenarios else ():
        result = maker.result("sse", 100, 1)
        count = int(most * 10 * maker.noise())
        result |= {"valid": False, "invalid_because": ["generator_busy: on purpose"], "window_deliveries": count,
                   "requests": count if variant == "hose-short-poll" else 0}
        result["loadgen"] |= {"busiest_thread_cores": 0.98, "headroom": 0.02}
        maker.write("saturation", variant, block, result)


def write_events(maker: Generator, block: int, variants: Sequence[str]) -> None:
    """Costs that fall with the rate of events: a poll from 80 to 30 µs, a delivery from 66 to 36."""
    for clients in (125, 250, 750, 2500):
        rate, case = 2 * clients, f"connections={clients}"
        if "sse" in variants:
            result = maker.result("sse", clients, rate, topics=clients)
            result["server"]["cpu_us_per_delivery"] = 50 * (rate / 1000) ** -0.2 * maker.noise()
            maker.write("events", "sse", block, result, case=case)
        if "short-poll" in variants:
            result = maker.result("short-poll", clients, 0) | {"poll_interval_ms": 500}
            result["server"]["cpu_us_per_idle_connection_s"] = 2 * 53 * (rate / 1000) ** -0.33 * maker.noise()
            maker.write("events", "short-poll-empty", block, result, case=case)


def with_signs_of_life(maker: Generator, variant: str) -> dict[str, Any]:
    """60 connections, each with one in 450 ms, for 900 ms: 20 µs of CPU for each, 40 of a long poll."""
    result = maker.result(variant, 60, 0) | {"window_s": 0.9, "duration_s": 0.9, "requests": 0}
    each_us = (40.0 if variant == "long-poll" else 20.0) * maker.noise()
    result["server"] |= {"heartbeats": 120, "cpu_s": 120 * each_us / 1e6, "cpu_us_per_idle_connection_s": None}
    if variant == "long-poll":
        result |= {"requests": 120}
        result["server"] |= {"heartbeats": 0}
    return result


def write_extras(maker: Generator, block: int, variants: Sequence[str]) -> None:
    for variant in variants:
        for payload in (32, 1024, 16384):
            maker.write("payload", variant, block, maker.result(variant, 500, 10, payload),
                        case=f"payload={payload}")
        best = 1e6 / COSTS[variant][0] * maker.noise(0.05)
        maker.write("capacity", variant, block, maker.result(variant, 1000, best / 1000),
                    steps=[{"rate_per_s": 50, "connections": 1000, "p99_us": 20_000, "held": True,
                            "why": ""}],
                    capacity_deliveries_per_s=best)
    if "short-poll" in variants:
        ours = maker.result("short-poll", 64, 10) | {"response_us": {"p50": 1450, "p90": 1950, "p99": 3000}}
        maker.write("wrk", "short-poll", block, ours, wrk={
            "requests_per_s": 41_000 * maker.noise(), "latency_us": {"p50": 1400, "p90": 1900, "p99": 3100}},
            loadgen={"requests_per_s": 40_200})


if __name__ == "__main__":
    make_run(Path(sys.argv[1]), blocks=int(sys.argv[2]) if len(sys.argv) > 2 else 5, variants=(*VARIANTS, "sse-twin"),
             scenarios=(*ALL_SCENARIOS, *NEWER))
