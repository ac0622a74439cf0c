"""One trial with very many connections: connect them all, warm up, deliver, and read the costs from outside."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pushbench import admin
from pushbench.cores import cpu_list
from pushbench.drive import Evidence, Tools, server_command
from pushbench.errors import TrialError
from pushbench.plan import Trial
from pushbench.scale import costs, shares
from pushbench.scale.crowd import Crowd
from pushbench.scale.outcome import Reading, outcome
from pushbench.units import compact_number, format_duration

Say = Callable[[str], None]

CONNECTS_PER_S = 6000  # of all load generators: one server core accepts somewhat more, so that no queue fills
WARM_UP = 1  # notifications that reach all before those that count
_QUIET_CORES = 0.02  # what idle servers take for timers, and for being asked
_LOOK_S = 0.5
_LETTING_GO_S = 20.0
_LINGER_S = 10.0  # for how long the connections stay after the last delivery, so that the costs can be read
_REST_S = 5.0  # longest wait for the servers to rest; well within that
_FIRST_LINGER_S = 7.0  # of who reads the kernel's memory, and must have done so before the others leave
_PATIENCE_S = 60.0  # beyond what a phase takes; only a hang meets it


@dataclass(frozen=True)
class Plan:
    """A trial's numbers, and what follows from this machine's limits."""

    trial: Trial
    servers: int
    clients: tuple[int, ...]

    @property
    def connections(self) -> int:
        return self.trial.connections

    @property
    def notifications(self) -> int:
        return int(self.trial.scenario.notifications)

    @property
    def connecting_s(self) -> float:
        return self.connections / CONNECTS_PER_S

    @property
    def publishing_s(self) -> float:
        return self.notifications / self.trial.rate_per_s


def run_scale(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    limit = shares.file_limit()
    servers, clients = shares.servers_for(trial.connections, limit), shares.clients_for(trial.connections, limit)
    if servers is None or clients is None:
        raise TrialError(shares.why_not(trial.connections, shares.this_machine()) or "too many connections")
    plan = Plan(trial, servers, clients)
    with Crowd(evidence) as crowd:
        _wait_for_the_last_trial()
        target = _start_servers(plan, tools, crowd)
        before = _reading(crowd)
        _connect(plan, tools, crowd, target)
        say(f"{plan.connections:,} connections, over {servers} servers and {len(clients)} load generators")
        begin, end = _deliver(plan, tools, crowd)
        results = crowd.results(_LINGER_S + plan.publishing_s + 2 * _PATIENCE_S)
        crowd.end_servers()
    return outcome(plan.notifications, results, before, begin, end)


def _wait_for_the_last_trial() -> None:
    """The kernel takes seconds to let go of 200,000 sockets, whose memory would be taken for what was there before."""
    before = costs.kernel_sockets()
    for _ in range(int(_LETTING_GO_S / _LOOK_S)):
        time.sleep(_LOOK_S)
        left = costs.kernel_sockets()
        if before is None or left is None or left >= before:
            return
        before = left


def _start_servers(plan: Plan, tools: Tools, crowd: Crowd) -> str:
    """The first finds a free port, on which the others listen as well."""
    target = "127.0.0.1:0"
    settings = ["--history", str(plan.trial.scenario.history), "--heartbeat",
                format_duration(plan.trial.scenario.heartbeat), "--reuse-port"]
    for _ in range(plan.servers):
        command = server_command(plan.trial.transport, tools, settings)
        command[command.index("--listen") + 1] = target
        target = str(crowd.add_server(command)["listening"])
    return target


def client_command(plan: Plan, tools: Tools, target: str, connections: int, linger_s: float) -> list[str]:
    transport = plan.trial.transport
    at_most_s = 2 * plan.connecting_s + 2 * plan.publishing_s + 4 * _PATIENCE_S
    return [tools.program(transport.client), "--transport", transport.client_name, "--target", target, "--no-publish",
            "--connections", str(connections), "--connect-rate", compact_number(CONNECTS_PER_S / len(plan.clients)),
            "--source-addresses", str(shares.SOURCE_ADDRESSES), "--awake", "0s",
            "--threads", str(len(tools.cores.loadgen)), "--cpus", cpu_list(tools.cores.loadgen),
            "--expect", str(plan.notifications), "--skip", str(WARM_UP), "--duration", format_duration(at_most_s),
            "--linger", format_duration(linger_s), "--seed", str((tools.seed + plan.trial.block) % 2**31)]


def _connect(plan: Plan, tools: Tools, crowd: Crowd, target: str) -> None:
    """The first load generator begins alone: what it reads of the kernel's memory is then from before anyone came."""
    def connected() -> float:
        return costs.total(crowd.metrics(), "pushbench_connections")

    limit_s = 2 * plan.connecting_s + _PATIENCE_S
    for number, connections in enumerate(plan.clients):
        linger_s = _FIRST_LINGER_S if number == 0 else _LINGER_S
        crowd.add_client(client_command(plan, tools, target, connections, linger_s))
        if number == 0 and not crowd.wait_until(lambda: connected() >= 1, limit_s):
            raise TrialError(f"nobody was connected within {limit_s:.0f} s")
    if not crowd.wait_until(lambda: connected() == plan.connections, limit_s):
        raise TrialError(f"{connected():,.0f} of {plan.connections:,} were connected after {limit_s:.0f} s")


def _deliver(plan: Plan, tools: Tools, crowd: Crowd) -> tuple[Reading, Reading]:
    """The readings before the first delivery that counts and after the last."""
    _wait_for_quiet(crowd)
    _publish(plan, tools, crowd, WARM_UP)
    _wait_for_deliveries(plan, crowd, WARM_UP, _PATIENCE_S)
    _wait_for_quiet(crowd)
    begin = _reading(crowd)
    _publish(plan, tools, crowd, plan.notifications)
    # What is still missing then is for the load generators to say: they know who got what.
    _wait_for_deliveries(plan, crowd, WARM_UP + plan.notifications, plan.publishing_s + _PATIENCE_S)
    _wait_for_quiet(crowd)
    return begin, _reading(crowd)


def _publish(plan: Plan, tools: Tools, crowd: Crowd, count: int) -> None:
    """The same schedule on every server: there is no source that several processes share."""
    order = {"rate": plan.trial.rate_per_s, "payload_bytes": plan.trial.payload_bytes, "arrival": "constant",
             "seed": (tools.seed + plan.trial.block) % 2**31, "topics": 1, "count": count}
    for address in crowd.admins:
        admin.start_schedule(address, order)


def _wait_for_deliveries(plan: Plan, crowd: Crowd, each: int, limit_s: float) -> None:
    due = each * plan.connections
    crowd.wait_until(lambda: costs.total(crowd.metrics(), "pushbench_deliveries_total") >= due, limit_s)


def _wait_for_quiet(crowd: Crowd) -> None:
    """Until the servers rest: a long poll that was answered comes again, and that is a part of its delivery's cost."""
    pids = [server.pid for server in crowd.servers]
    for _ in range(int(_REST_S / _LOOK_S)):
        began, before = time.monotonic(), costs.cpu_of(pids)
        crowd.wait(_LOOK_S)
        if (costs.cpu_of(pids) - before).all_s < _QUIET_CORES * (time.monotonic() - began):
            return


def _reading(crowd: Crowd) -> Reading:
    """Clocks first: to ask for metrics and to walk through a process's memory takes time of its own."""
    servers, clients = ([process.pid for process in side] for side in (crowd.servers, crowd.clients))
    at, server_cpu, client_cpu = time.monotonic(), costs.cpu_of(servers), costs.cpu_of(clients)
    return Reading(at, server_cpu, client_cpu, costs.memory_of(servers), costs.memory_of(clients), crowd.metrics())
