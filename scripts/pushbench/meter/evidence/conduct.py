"""`pushbench evidence`: measures every transport, and writes the record or compares it with the one that is there."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from pushbench.errors import PushbenchError, TrialError, one_line
from pushbench.machine import lock
from pushbench.machine.cores import choose_cores
from pushbench.machine.describe import describe_build
from pushbench.meter.evidence import check, record, session, slopes
from pushbench.meter.evidence.crowd import WIRE
from pushbench.meter.evidence.record import EMPTY, EventCost, Record
from pushbench.meter.evidence.session import Subject
from pushbench.meter.evidence.show import show
from pushbench.meter.evidence.tools import CALLGRIND, INSTRUCTIONS, STRACE, Tool
from pushbench.run.launch import Tools, check_programs
from pushbench.setup.transports import TRANSPORTS
from pushbench.store import job_page
from pushbench.units import human_duration

SUBJECTS = (
    *(Subject(TRANSPORTS[name]) for name in ("sse", "websocket", "websocket-beast", "long-poll", "short-poll")),
    Subject(TRANSPORTS["short-poll"], EMPTY),
    Subject(TRANSPORTS["floor"]),
    *(Subject(TRANSPORTS[name]) for name in ("push-sse", "push-websocket", "push-long-poll")),
)
PROGRAMS = {subject.transport.server for subject in SUBJECTS}
HEAP_CLIENTS = (50, 250)
_MEANT = "says otherwise; where that is meant, `make evidence` writes it anew"
SETTINGS: Mapping[str, Any] = {
    "clients": list(slopes.CLIENTS), "notifications": list(slopes.NOTIFICATIONS),
    "payload_bytes": len(session.PAYLOAD), "heap_clients": list(HEAP_CLIENTS)}


@dataclass(frozen=True)
class EvidenceOptions:
    bin_dir: Path
    results: Path
    check: bool = False


@dataclass
class Measuring:
    """What every subject is measured with; `missing` fills as something turns out not to be there."""

    tools: Tools
    missing: dict[str, str] = field(default_factory=dict)

    def counts_by(self, tool: Tool, part: str, subject: Subject) -> session.Totals | None:
        """Of one delivery, by a tool. None where it is not there or may not be used: said once, others go on."""
        if part in self.missing:
            return None
        if not tool.is_here:
            self.missing[part] = f"{tool.name} is missing"
            return None
        try:
            return _per_delivery(subject, self.tools, tool)
        except TrialError as error:
            self.missing[part] = one_line(f"{subject.transport.server} under {tool.name}: {error}", 200)
            return None


def evidence(options: EvidenceOptions, console: Console) -> int:
    """0: written, or as it was. 1: something could not be measured, or a check found what may not be."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    check_programs(options.bin_dir, PROGRAMS)
    began = time.monotonic()
    with lock.measuring(options.results):  # counts stand any noise; a run beside it does not
        console.print("counting what a delivery takes, under a minute", highlight=False)
        found = measure(options.bin_dir)
    show(found, console)
    console.print(f"built by {found.build}; in {human_duration(time.monotonic() - began)}", highlight=False,
                  soft_wrap=True)
    path = options.results / record.FILE
    return _compare(path, found, console) if options.check else _keep(path, found, console)


def measure(bin_dir: Path) -> Record:
    build = describe_build(bin_dir)
    measuring = Measuring(Tools(bin_dir, choose_cores(), seed=1))
    rows = tuple(_row(subject, measuring) for subject in SUBJECTS)
    return Record(build["compiler"], build["build_type"], SETTINGS, rows, measuring.missing)


def _row(subject: Subject, measuring: Measuring) -> EventCost:
    instructions = measuring.counts_by(CALLGRIND, INSTRUCTIONS, subject)
    calls = measuring.counts_by(STRACE, "calls", subject)
    wire = (calls or instructions or _per_delivery(subject, measuring.tools, None)).wire
    return EventCost(
        subject.transport.name, subject.event,
        None if instructions is None else round(instructions.counts[INSTRUCTIONS]),
        None if calls is None else calls.counts,
        **{name: wire.get(name, 0) for name in WIRE},
        heap_bytes_per_connection=_heap_bytes(subject, measuring.tools))


def _per_delivery(subject: Subject, tools: Tools, tool: Tool | None) -> session.Totals:
    totals = {corner: session.totals(subject, tools, tool, corner.clients, corner.notifications)
              for corner in slopes.CORNERS}
    return session.Totals(slopes.per_delivery({corner: each.counts for corner, each in totals.items()}),
                          slopes.per_delivery({corner: each.wire for corner, each in totals.items()}))


def _heap_bytes(subject: Subject, tools: Tools) -> float | None:
    """What each connection adds to the heap in use, after one notification. None of a poll that finds nothing."""
    if subject.event == EMPTY:
        return None
    few, many = HEAP_CLIENTS
    with session.served(subject, tools) as running:
        def heap_with(clients: int) -> float | None:
            running.connect(clients)
            running.rounds(1)
            return running.heap_bytes()

        before, after = heap_with(few), heap_with(many - few)
    if before is None or after is None:
        return None
    return slopes.whole_where_it_is(round((after - before) / (many - few), 1))


def _keep(path: Path, found: Record, console: Console) -> int:
    if found.missing:
        console.print(f"{path} stays as it is: what was not measured would be lost", highlight=False, soft_wrap=True)
        return 1
    old, _ = record.read(path)
    record.write(found, path)
    for line in _moves(old, found) if old else ():
        console.print(line, highlight=False, soft_wrap=True)
    console.print(f"evidence: {path}", highlight=False, soft_wrap=True)
    return 0


def _compare(path: Path, found: Record, console: Console) -> int:
    old, remark = record.read(path)
    if old is None:
        raise PushbenchError(f"{path}: {remark or 'nothing to compare with yet'}; `make evidence` writes it")
    moves = list(_moves(old, found))
    for line in moves:
        console.print(line, highlight=False, soft_wrap=True)
    wrong = check.fails(old, found)
    job_page.tell(f"Evidence: what a delivery takes, against {path.name}", [*moves, *([_MEANT] if wrong else [])])
    if wrong:
        console.print(f"{path} {_MEANT}", highlight=False, soft_wrap=True)
    return 1 if wrong or set(found.missing) >= {INSTRUCTIONS, "calls"} else 0


def _moves(old: Record, new: Record) -> Iterator[str]:
    if not check.is_same_build(old, new):
        yield f"another build than before ({old.build}): figures may differ"
    moved = check.changes(old, new)
    yield from (change.text for change in moved)
    if not moved:
        yield "nothing moved"
