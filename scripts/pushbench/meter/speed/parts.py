"""The parts of a speed run: each runs what is compared back to back, once, and gives the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pushbench.errors import TrialError, one_line
from pushbench.meter.speed import bare, programs
from pushbench.meter.speed.runs import Repetition
from pushbench.meter.speed.targets import (CONNECT, FAN_OUT, FLOOD, FULL_FLOOD, IDLE_COUNTS, MEMORY, READER,
                                           SHORT_POLL, STREAMS, THREADS)
from pushbench.run.launch import Evidence, Tools
from pushbench.store import rules
from pushbench.store.records import number_in

Figures = Mapping[str, float | None]
Measure = Callable[[Tools, Evidence], tuple[Figures, tuple[str, ...]]]
_BROADCAST = ["--connections", "1000", "--payload", "128", "--warmup", "300ms"]


@dataclass(frozen=True)
class Part:
    """`subjects` run one after the other, each with fresh programs. `repetitions` 0: as many as asked for.

    Every other repetition goes backwards, so that what comes first is not always the same.
    """

    name: str
    about_s: float
    subjects: tuple[tuple[str, Measure], ...]
    repetitions: int = 0

    def run(self, tools: Tools, repetition: int) -> Iterator[Repetition]:
        for subject, measure in self.subjects[::1 if repetition % 2 else -1]:
            yield _one(self.name, subject, repetition, measure, tools)


def _one(part: str, subject: str, repetition: int, measure: Measure, tools: Tools) -> Repetition:
    """A run that fails is kept, without figures, and the others go on."""
    evidence = Evidence()
    figures: Figures = {}
    remarks: tuple[str, ...] = ()
    error = None
    try:
        figures, remarks = measure(tools, evidence)
    except TrialError as failure:
        error = one_line(str(failure))
    return Repetition(part, subject, repetition, figures, remarks, error, evidence.commands)


def _remarks(result: dict[str, Any]) -> tuple[str, ...]:
    """Which rules it broke. That does not void a figure here, and the row's note counts them."""
    return tuple(dict.fromkeys(each.rule or each.text for each in rules.broken(rules.findings_of(result))))


def _fan_out(transport: str) -> Measure:
    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        result = programs.load(transport, tools, evidence, [*_BROADCAST, "--duration", "1200ms", "--rate", "20"])
        spread_us = number_in(result, "fanout_us", "spread", "p50")
        return {"server_cpu_us": number_in(result, "server", "cpu_us_per_delivery"),
                "spread_ms": None if spread_us is None else spread_us / 1000}, _remarks(result)

    return measure


def _flood(transport: str, rate: int) -> Measure:
    """To the limit on purpose: a busy generator and late timers are no fault here, and are not told."""

    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        result = programs.load(transport, tools, evidence,
                               [*_BROADCAST, "--duration", "1s", "--rate", str(rate)], ["--history", "65536"])
        taken, seconds = number_in(result, "window_deliveries"), number_in(result, "window_s")
        return {"server_cpu_us": number_in(result, "server", "cpu_us_per_delivery"),
                "deliveries_per_s": taken / seconds if taken and seconds else None,
                "server_busy": number_in(result, "server", "cpu_cores"),
                "client_busy": number_in(result, "loadgen", "busiest_thread_cores")}, ()

    return measure


def _idle(transport: str, connections: int) -> Measure:
    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        # From one address alone, the kernel would look for the last thousand free ports for seconds.
        result = programs.load(transport, tools, evidence, [
            "--connections", str(connections), "--rate", "0", "--warmup", "0s", "--duration", "400ms",
            "--source-addresses", "2"])
        return {f"{side}_bytes": number_in(result, side, "pss_bytes_per_connection")
                for side in ("server", "loadgen")}, _remarks(result)

    return measure


def _loadgen_reader(transport: str, markers: bool = False) -> Measure:
    """Asleep whenever there is nothing to read, and with the lead, as the bare reader is.

    A marker has some 64 bytes: with them as many come as without.
    """
    workload = ["--connections", "1000", "--payload", "64" if markers else "128",
                "--warmup", f"{bare.LEAD_S * 1000:.0f}ms",
                "--duration", f"{bare.WINDOW_S * 1000:.0f}ms", "--rate", "20", "--awake", "0s"]

    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        result = programs.load(transport, programs.on_one_core(tools), evidence, workload, markers=markers)
        return {"reader_cpu_us": number_in(result, "loadgen", "reader_cpu_us_per_delivery")}, _remarks(result)

    return measure


def _readers(transports: tuple[str, ...]) -> tuple[tuple[str, Measure], ...]:
    """Of one transport after the other, the bare reader between what is held against it."""
    return tuple(each for name in transports for each in (
        (name, _loadgen_reader(name)), (f"{name} bare", bare.reads(name)),
        *([(f"{name} marker", _loadgen_reader(name, markers=True))] if name in STREAMS else [])))


def parts() -> tuple[Part, ...]:
    """What the bare programs measure is in `bare`."""
    fan_out = ("floor", *STREAMS, "long-poll")
    idle = (*STREAMS, "long-poll", "websocket-beast")
    return (
        Part(FAN_OUT, 9, tuple((name, _fan_out(name)) for name in fan_out)),
        Part(FLOOD, 4, tuple((name, _flood(name, 1000)) for name in STREAMS)),
        Part(FULL_FLOOD, 5, tuple((name, _flood(name, 5000)) for name in STREAMS)),
        Part(SHORT_POLL, 3, (("floor", bare.wrk_asks("hose-short-poll")), ("server", bare.wrk_asks("short-poll")))),
        # Memory scatters by less than a hundredth: once is enough.
        Part(MEMORY, 22, tuple((f"{name} {count}", _idle(name, count)) for name in idle for count in IDLE_COUNTS), 1),
        Part(READER, 22, _readers(fan_out)),
        Part(CONNECT, 5, tuple((name, bare.connects(name, IDLE_COUNTS[-1])) for name in STREAMS)),
        Part(THREADS, 10, tuple((f"{name} {count}", bare.drained(name, count)) for name in STREAMS
                                for count in (1, 2))))
