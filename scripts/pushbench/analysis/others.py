"""Everything else that ran: a table for each scenario and case that no answer is made of.

A scenario of the reader's own is shown like this, whatever its name and kind. Nothing here recommends a transport.
Duets give no figure of one transport, and have a table of ratios of their own; so have servers of other people, and a
source that several share.
"""

from __future__ import annotations

from dataclasses import replace

from pushbench import prose
from pushbench.analysis import servers, shared

from pushbench.analysis.answer import CASES, Answer, Column, Workload, answer_of
from pushbench.analysis.asked import question
from pushbench.analysis.figures import FIT, TAILS, Figures, case_value
from pushbench.setup import transports
from pushbench.setup.fields import case_text

# What clients did that were not steady: what such a scenario is about, and so before all else that it tells.
BEHAVED = (
    Column("back_all_s", "all were back", "s", "all back"),
    Column("back_p50_s", "half were back", "s", "half back"),
    Column("peak_connects_per_s", "most connects", "1/s", "connects/s"),
    Column("storm_cpu_us_per_client", "CPU until then / client", "µs", "CPU/back"),
    Column("lost_per_cut_client", "lost / client cut off", "", "lost", ratio=False),
    Column("repeated_per_cut_client", "repeated / client cut off", "", "repeated", ratio=False),
    Column("held_s", "vanished ones held for", "s", "held for"),
    Column("still_held_share", "of them held to the end", "", "still held", ratio=False),
    Column("memory_beside_slow_mib", "server memory in all", "MiB", "memory"),
    Column("buffers_kib_per_slow_reader", "kernel buffers / slow reader", "KiB", "buf/slow"),
)
# In the order of a table; a column that no transport has a figure for is left out.
COLUMNS = (
    Column("capacity_deliveries_per_s", "capacity", "deliveries/s", "capacity"),
    Column("latency_p50_ms", "latency p50", "ms", "p50"),
    Column("latency_p99_ms", "latency p99", "ms", "p99"),
    *BEHAVED,
    Column("server_cpu_us_per_delivery", "CPU / delivery", "µs", "CPU/del."),
    Column("server_cpu_us_per_notification", "CPU / notification", "µs", "CPU/notif."),
    Column("server_cpu_us_per_heartbeat", "CPU / heartbeat", "µs", "CPU/beat"),
    Column("server_cpu_us_per_idle_connection_s", "CPU / conn·s", "µs", "CPU/conn·s"),
    Column("taken_per_s", "taken by the load generator", "1/s", "taken/s"),
    Column("memory_kib_per_connection", "memory / conn", "KiB", "memory", FIT),  # a slope over the scenario's cases
    Column("user_kib_per_connection", "user mem / conn", "KiB", "user"),
    Column("bytes_per_delivery", "bytes / delivery", "B", "wire/del."),
    Column("wire_bytes_per_delivery_with_headers", "with TCP/IP headers", "B", "TCP/IP"),
    Column("overhead_bytes_per_delivery", "beside the notification", "B", "beside"),
    Column("bytes_per_message", "bytes / message, both ways", "B", "both ways"),
    Column("connections_to_send", "connections / client", "", "conns", ratio=False),
    Column("bytes_per_connection_minute", "bytes / conn·min", "B", "wire/conn·min", ratio=False),
)
# What stands in for a table whose trials are all invalid: their reasons need a place.
WANTED = tuple(column for column in COLUMNS if column.metric in ("latency_p50_ms", "server_cpu_us_per_delivery"))
# These drive each transport to a rate of its own, and their other figures are of that rate.
ALONE = ("capacity_deliveries_per_s", "taken_per_s")
# The first stands in the place of the second: what is delivered is told by delivery, and memory in all.
INSTEAD = {"bytes_per_delivery": "bytes_per_connection_minute", "memory_kib_per_connection": "user_kib_per_connection",
           "server_cpu_us_per_delivery": "server_cpu_us_per_notification"}
# Figures of a mean client, where clients are not alike.
OF_ALIKE = ("memory_kib_per_connection", "user_kib_per_connection", "bytes_per_delivery")
# What a network carries around a notification: where its size is what is varied.
OF_SIZES = ("wire_bytes_per_delivery_with_headers", "overhead_bytes_per_delivery")


def others(figures: Figures) -> list[Answer]:
    """In the order of the plan, as far as the run recorded it."""
    answered = {case.scenario for case in CASES}
    planned = figures.run.context.get("scenarios")
    order = list(planned) if isinstance(planned, dict) else []
    groups = figures.groups.values()
    of_duets = {group.scenario for group in groups if group.good and transports.pair_of(group.variant)}
    ran = {group.scenario for group in groups} - answered - of_duets - {
        *servers.scenarios(figures), *shared.scenarios(figures)}
    in_order = sorted(ran, key=lambda name: (order.index(name) if name in order else len(order), name))
    return [table for scenario in in_order for table in _tables(scenario, figures)]


def _tables(scenario: str, figures: Figures) -> list[Answer]:
    """One a case; one for all where there is nothing but slopes over them, which are the same in each."""
    cases = figures.cases(scenario)
    if len(cases) < 2 or not all(column.case for column in _columns(scenario, cases[-1], figures)):
        return [_table(scenario, case, figures) for case in cases]
    table = _table(scenario, cases[-1], figures)
    over = prose.listing([prose.number(case_value(case)) for case in cases])
    return [replace(table, case=replace(table.case, title=scenario), conditions=f"slopes over {over} connections")]


def _table(scenario: str, case: str, figures: Figures) -> Answer:
    # 'payload payload=32' would say it twice.
    title = scenario if not case else case if case.startswith(f"{scenario}=") else f"{scenario}, {case_text(case)}"
    return answer_of(Workload(scenario, title, question(scenario, figures), _columns(scenario, case, figures)),
                     case, figures)


def _columns(scenario: str, case: str, figures: Figures) -> tuple[Column, ...]:
    tail = figures.tail(scenario, case)
    found = [column for column in COLUMNS
             if any(figures.get(scenario, column.case or case, variant, column.metric)
                    for variant in figures.variants(scenario))
             # A lesser percentile takes its place where the notifications are too few for it.
             or (column.metric == TAILS[0] and tail not in (TAILS[0], TAILS[-1]))]
    measured = {column.metric for column in found}
    if alone := [column for column in found if column.metric in ALONE]:
        return tuple(alone)
    left_out = {INSTEAD[metric] for metric in measured & INSTEAD.keys()}
    left_out |= set(OF_ALIKE) if measured & {column.metric for column in BEHAVED} else set()
    left_out |= set() if case.startswith("payload=") else set(OF_SIZES)
    return tuple(column for column in found if column.metric not in left_out) or WANTED
