"""How many notifications a second a source takes, with nobody who listens: by a server of ours, and by itself."""

import json
import time
from dataclasses import dataclass
from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cores import cpu_list
from pushbench.machine.cpu_clock import cpu_ns
from pushbench.run import admin, source
from pushbench.run.kinds.one import Say, end_server
from pushbench.run.launch import Evidence, Tools, as_repeated, read_addresses, start_server, wait_beside
from pushbench.run.processes import Process
from pushbench.run.source import Source
from pushbench.setup.plan import Planned, longest_wait_s
from pushbench.units import format_duration

_APPENDED = "pushbench_notifications_total"


@dataclass(frozen=True)
class Moment:
    at_ns: int
    appended: float
    server_ns: int


def intake(trial: Planned, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """Nobody listens, so the load generator's core is free: a shared source has it for itself."""
    with source.beside(trial.transports, tools.cores.loadgen, evidence) as shared:
        publishes_alone = trial.transport.client == trial.transport.server
        taken = _alone(trial, tools, shared, evidence) if publishes_alone else _by_server(trial, tools, shared,
                                                                                          evidence)
    say(f"{taken['carried_per_s']:,.0f} notifications/s")
    return {"result": None, "intake": taken, "rules": []}


def _by_server(trial: Planned, tools: Tools, shared: Source | None, evidence: Evidence) -> dict[str, Any]:
    """What came back from the source and into the server's logs: only that can be delivered."""
    scenario = trial.scenario
    with start_server(trial, tools, evidence, source.address_of(shared)) as server:
        address = str(read_addresses(server, evidence).get("admin"))
        admin.start_schedule(address, {
            "rate": trial.rate_per_s, "payload_bytes": trial.payload_bytes, "arrival": "constant",
            "seed": (tools.seed + trial.block) % 2**31, "topics": trial.topics, "count": 0})
        wait_beside([server], scenario.warmup, evidence)
        begin = _reading(server, address)
        wait_beside([server], trial.duration_s, evidence)
        end = _reading(server, address)
        taken = _taken(begin, end, trial, shared)
        evidence.source = shared.taken(shared.cpu_s_between(begin.at_ns, end.at_ns), taken["window_s"]
                                       ) if shared else None
        end_server(server, evidence)
    return taken


def _reading(server: Process, address: str) -> Moment:
    metrics = admin.read_metrics(address)
    if _APPENDED not in metrics:
        raise TrialError(f"{server.name} has no metric {_APPENDED}")
    return Moment(time.monotonic_ns(), metrics[_APPENDED], cpu_ns(server.pid))


def _taken(begin: Moment, end: Moment, trial: Planned, shared: Source | None) -> dict[str, Any]:
    window_s = (end.at_ns - begin.at_ns) / 1e9
    carried, server_s = end.appended - begin.appended, (end.server_ns - begin.server_ns) / 1e9
    return {"carried": int(carried), "window_s": round(window_s, 6), "carried_per_s": round(carried / window_s, 3),
            "offered_per_s": trial.rate_per_s, "publisher_cpu_cores": round(server_s / window_s, 6)}


def _alone(trial: Planned, tools: Tools, shared: Source | None, evidence: Evidence) -> dict[str, Any]:
    """As fast as the source acknowledges: nothing is offered at a rate."""
    assert shared is not None
    options = [option.replace("{source}", shared.address) for option in trial.transport.server_options]
    command = [tools.program(trial.transport.server), *options, "--cpus", cpu_list(tools.cores.server),
               "--topics", str(trial.topics), "--payload", str(trial.payload_bytes),
               "--history", str(trial.scenario.history), "--warmup", format_duration(trial.scenario.warmup),
               "--duration", format_duration(trial.duration_s)]
    evidence.commands["publisher"] = as_repeated(command)
    with Process(command, trial.transport.server) as publisher:
        code = publisher.wait(longest_wait_s(trial))
        evidence.hear(publisher)
        if code != 0:
            raise TrialError(f"{publisher.name} did not end well: {publisher.how_it_ended()}")
        told = json.loads(publisher.output())
    if told["refused"]:
        raise TrialError(f"{publisher.name} was refused {told['refused']} of its notifications")
    spent_s = shared.cpu_s_between(told["began_ns"], told["began_ns"] + told["window_s"] * 1e9)
    evidence.source = shared.taken(spent_s, told["window_s"])
    return {"carried": told["carried"], "window_s": told["window_s"],
            "carried_per_s": round(told["carried"] / told["window_s"], 3), "offered_per_s": None,
            "publisher_cpu_cores": told["cpu_cores"]}
