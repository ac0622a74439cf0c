"""Repetition outermost, so that whatever drifts on the machine drifts over every part alike."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from pushbench.errors import UsageError
from pushbench.machine import describe as machine
from pushbench.machine.cores import choose_cores, cpu_list
from pushbench.meter.speed import record
from pushbench.meter.speed.parts import Part, parts
from pushbench.meter.speed.record import Speed
from pushbench.meter.speed.runs import Repetition, Runs
from pushbench.meter.speed.show import show
from pushbench.meter.speed.targets import PARTS, rows_of
from pushbench.run.launch import Tools, check_programs
from pushbench.run.progress import Progress
from pushbench.units import human_duration

PROGRAMS = {"sse_server", "websocket_server", "polling_server", "loadgen", "floor_server", "floor_loadgen",
            "floor_hose", "floor_reader"}
REPETITIONS = 5
_TRUST_S = 20.0  # the estimates count as so many seconds of experience


@dataclass(frozen=True)
class SpeedOptions:
    root: Path
    bin_dir: Path
    results: Path
    repetitions: int = REPETITIONS
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    part: Part
    repetition: int


def speed(options: SpeedOptions, console: Console) -> int:
    """0: every target is met. 1: one falls short, and the table says which."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = choose(options.only)
    check_programs(options.bin_dir, PROGRAMS)
    machine.raise_file_limit()
    tools = Tools(options.bin_dir, choose_cores(), seed=1)
    steps = plan(chosen, options.repetitions)
    console.print(f"how close to the limit: {len(steps)} steps, about {human_duration(sum_s(steps))}; server on core"
                  f" {cpu_list(tools.cores.server)}, load generator on {cpu_list(tools.cores.loadgen)}",
                  highlight=False, soft_wrap=True)
    before = machine.describe_machine()
    started, began = datetime.now(timezone.utc), time.monotonic()
    runs = run_all(steps, tools, console)
    done = Speed(
        tuple(rows_of(Runs(runs), tuple(part.name for part in chosen))), tuple(runs),
        started.isoformat(timespec="seconds"), time.monotonic() - began, options.repetitions,
        {part.name: part.repetitions or options.repetitions for part in chosen}, options.only,
        machine.describe_commit(options.root), before, tools.cores.to_json())
    written = record.write(done, options.results / record.FOLDER)
    show(done, console)
    console.print(f"speed: {written}, in {human_duration(done.wall_s)}", highlight=False, soft_wrap=True)
    return 0 if done.passed else 1


def choose(only: Sequence[str]) -> tuple[Part, ...]:
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        raise UsageError(f"unknown part \"{unknown[0]}\": known are {', '.join(PARTS)}")
    return tuple(part for part in parts() if not only or part.name in only)


def plan(chosen: Sequence[Part], repetitions: int) -> list[Step]:
    return [Step(part, repetition) for repetition in range(1, repetitions + 1) for part in chosen
            if repetition <= (part.repetitions or repetitions)]


def sum_s(steps: Sequence[Step]) -> float:
    return sum(step.part.about_s for step in steps)


def run_all(steps: Sequence[Step], tools: Tools, console: Console) -> list[Repetition]:
    runs: list[Repetition] = []
    estimated_s = actual_s = _TRUST_S
    with Progress(console, len(steps)) as progress:
        for number, step in enumerate(steps, 1):
            title = f"{step.part.name}, repetition {step.repetition}"
            progress.begin(number, title, sum_s(steps[number - 1:]) * actual_s / estimated_s)
            began = time.monotonic()
            found = list(step.part.run(tools, step.repetition))
            wall_s = time.monotonic() - began
            estimated_s, actual_s = estimated_s + step.part.about_s, actual_s + wall_s
            errors = [f"{run.subject}: {run.error}" for run in found if run.error]
            progress.end(number, title, "failed" if errors else "ok", wall_s, "; ".join(errors))
            runs += found
    return runs
