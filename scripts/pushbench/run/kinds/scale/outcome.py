"""From readings and results to the trial's record: per delivery and per connection, over all processes together."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pushbench.run.kinds.scale import merge
from pushbench.run.kinds.scale.costs import CpuTime, Memory, total
from pushbench.run.rules import steal
from pushbench.store import rules
from pushbench.store.rules import Finding, finding

# All of the heap lies in private memory, so that must have grown as much. Fewer bytes may lie in pages that a process
# had before.
HEAP_SHARE, LEAST_GROWTH_BYTES = 0.95, 16 << 20


@dataclass(frozen=True)
class Snapshot:
    """All processes at one moment."""

    at_s: float
    server_cpu: CpuTime
    client_cpu: CpuTime
    server_memory: Memory
    client_memory: Memory
    metrics: Sequence[dict[str, float]]
    steal: Mapping[int, int] = field(default_factory=dict)  # ticks by core
    machine: Mapping[str, int | None] = field(default_factory=dict)  # see costs.machine_use()


def outcome(notifications: int, results: Sequence[merge.Result], before: Snapshot, begin: Snapshot,
            end: Snapshot, on_the_way: Sequence[Finding] = ()) -> dict[str, Any]:
    """`before` is from before anyone connected; between `begin` and `end` lie the deliveries that count.

    `on_the_way` is how it stands to what was waited for.
    """
    result = merge.merged(results, notifications)
    window_s = end.at_s - begin.at_s
    result |= {
        "window_s": round(window_s, 6), "duration_s": round(window_s, 6), "warmup_s": 0.0,
        "window_deliveries": int(_grown(begin, end)("pushbench_deliveries_total")), "requests_per_client_minute": None,
        "server": _server(results, before, begin, end), "loadgen": _loadgen(results, begin, end)}
    stolen = _stolen(begin, end)
    result["machine"]["steal_share"] = round(stolen.value or 0.0, 6)
    findings = [*merge.findings(results, notifications), *on_the_way,
                *_miscounted(notifications * result["connections"], begin, end),
                *_disturbed(result["connections"], begin, end), _too_little(before, end), stolen]
    result |= rules.verdict(findings)
    result["valid"] = not result["invalid_because"]
    return {"result": result, "scale": processes(results, end) | _machine(before, end), "rules": findings}


def processes(results: Sequence[merge.Result], end: Snapshot) -> dict[str, Any]:
    """Who held what: uneven shares are the kernel's dealing, and show that every process had some."""
    return {"servers": len(end.metrics), "load_generators": len(results),
            "connections_by_server": [int(each["pushbench_connections"]) for each in end.metrics],
            "connections_by_load_generator": [result["connections"] for result in results],
            "delivered_by_load_generator": [result["delivered"] for result in results]}


def _machine(before: Snapshot, end: Snapshot) -> dict[str, Any]:
    if not before.machine or not end.machine:
        return {}
    return {"machine": {"before": dict(before.machine), "end": dict(end.machine)}}


def _stolen(begin: Snapshot, end: Snapshot) -> Finding:
    """The largest share of a core that was taken, and which: of the servers' as well as the load generators'."""
    taken = {core: ticks - begin.steal[core] for core, ticks in end.steal.items()}
    core = max(taken, key=lambda each: taken[each], default=-1)
    ticks = taken.get(core, 0)
    return steal(ticks / os.sysconf("SC_CLK_TCK") / (end.at_s - begin.at_s), ticks, core)


def _miscounted(due: int, begin: Snapshot, end: Snapshot) -> list[Finding]:
    grown = _grown(begin, end)
    delivered, beats = grown("pushbench_deliveries_total"), grown("pushbench_heartbeats_total")
    return [
        finding("deliveries", abs(delivered - due), 0.0,
                f"the servers counted {delivered:,.0f} between the readings, and {due:,} were due", unit="deliveries",
                of="servers"),
        finding("heartbeats", beats, 0.0,
                f"{beats:,.0f} were sent between the readings; give the scenario a longer heartbeat")]


def _too_little(before: Snapshot, end: Snapshot) -> Finding:
    heap = _grown(before, end)("pushbench_heap_used_bytes")
    grown = end.server_memory.anonymous - before.server_memory.anonymous
    lacking = HEAP_SHARE * heap - grown if heap >= LEAST_GROWTH_BYTES else 0.0
    return finding("memory", lacking, 0.0, f"the servers' private memory grew by {grown:,} bytes and their heaps by"
                   f" {heap:,.0f}; the first must hold the second", unit="bytes")


def _disturbed(connections: int, begin: Snapshot, end: Snapshot) -> list[Finding]:
    """What makes the costs other than those of these deliveries to these connections."""
    found = []
    for when, reading in (("before", begin), ("after", end)):
        seen = total(reading.metrics, "pushbench_connections")
        found.append(finding("not_connected", abs(seen - connections), 0.0, f"{seen:,.0f} of {connections:,} were"
                             f" connected {when} the deliveries", unit="connections", of=when))
    swapped = end.server_memory.swapped + end.client_memory.swapped
    return [*found, finding("swap", swapped, 0.0, "memory of the servers or load generators lies in swap, where none"
                            " should; free memory", unit="bytes", of="processes", effect=rules.SLOW)]


def _server(results: Sequence[merge.Result], before: Snapshot, begin: Snapshot, end: Snapshot) -> dict[str, Any]:
    connections = sum(result["connections"] for result in results)
    grown = _grown(begin, end)
    deliveries = grown("pushbench_deliveries_total")
    used = end.server_cpu - begin.server_cpu
    published = grown("pushbench_notifications_total") / len(end.metrics)  # each server publishes them all
    return _use(used, before.server_memory, end.server_memory, deliveries, connections, end.at_s - begin.at_s) | {
        "pid": None, "cpu_us_per_notification": _ratio(used.all_s * 1e6, published),
        "cpu_us_per_idle_connection_s": None, "heartbeats": grown("pushbench_heartbeats_total"),
        "writes": grown("pushbench_writes_total"),
        "deliveries_per_write": _ratio(deliveries, grown("pushbench_writes_total")),
        "heap": _heap(before, end, connections)} | _kernel(results[0], connections)


def _grown(before: Snapshot, after: Snapshot) -> Callable[[str], float]:
    return lambda name: total(after.metrics, name) - total(before.metrics, name)


def _heap(before: Snapshot, end: Snapshot, connections: int) -> dict[str, Any]:
    grown = _grown(before, end)
    return {"used_bytes_per_connection": _ratio(grown("pushbench_heap_used_bytes"), connections),
            "retained_bytes": total(end.metrics, "pushbench_heap_free_bytes"),
            "retained_bytes_per_connection": _ratio(grown("pushbench_heap_free_bytes"), connections)}


def _kernel(first: merge.Result, connections: int) -> dict[str, Any]:
    """The kernel's memory is of the whole machine, and of all sockets to the servers' port.

    The first load generator read it before anyone connected and after all had been told, and divided by its own
    connections alone.
    """
    own = first["connections"] / connections

    def share(value: float | None) -> float | None:
        return None if value is None else round(value * own, 6)

    kernel = first["server"]["kernel"]
    ends = {end: {name: share(value) for name, value in kernel[end].items()} for end in ("server_end", "client_end")}
    return {"kernel_bytes_per_connection": share(first["server"]["kernel_bytes_per_connection"]), "kernel": ends | {
        "both_ends_bytes_per_connection": share(kernel["both_ends_bytes_per_connection"])}}


def _loadgen(results: Sequence[merge.Result], begin: Snapshot, end: Snapshot) -> dict[str, Any]:
    connections = sum(result["connections"] for result in results)
    window_s, used = end.at_s - begin.at_s, end.client_cpu - begin.client_cpu
    deliveries = _grown(begin, end)("pushbench_deliveries_total")
    # Each begins to connect as soon as it runs, so nobody knows how much private memory it took before: nothing is
    # taken off. Nor does a mean over a window with long pauses say what a thread had left when all were told.
    return _use(used, None, end.client_memory, deliveries, connections, window_s) | {
        "reader_cpu_us_per_delivery": None, "deliveries_per_read": None,
        "busiest_thread_cores": None, "headroom": None}


def _use(used: CpuTime, before: Memory | None, memory: Memory, deliveries: float, connections: int,
         window_s: float) -> dict[str, Any]:
    """What both sides have alike. What only one process can tell of itself is unknown for several."""
    return {
        "cpu_us_per_delivery": _ratio(used.all_s * 1e6, deliveries),
        "user_us_per_delivery": _ratio(used.user_s * 1e6, deliveries),
        "system_us_per_delivery": _ratio(used.system_s * 1e6, deliveries),
        "cpu_cores": _ratio(used.all_s, window_s), "cpu_s": round(used.all_s, 6), "user_s": round(used.user_s, 6),
        "system_s": round(used.system_s, 6), "pss_bytes": memory.anonymous,
        "pss_before_bytes": before.anonymous if before else None,
        "pss_bytes_per_connection": _ratio(memory.anonymous - (before.anonymous if before else 0), connections),
        "swapped_bytes": memory.swapped,
        "voluntary_switches": None, "involuntary_switches": None, "forced_switches": None, "queued_s": None,
        "wakeup_delay_p99_us": None, "wakeup_delay_p90_us": None}


def _ratio(value: float, by: float) -> float | None:
    return round(value / by, 6) if by else None
