"""One trial with very many connections: connect them all, warm up, deliver, and read the costs from outside."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cores import cpu_list
from pushbench.run import admin, source
from pushbench.run.kinds.scale import costs, shares
from pushbench.run.kinds.scale.crowd import Crowd
from pushbench.run.kinds.scale.outcome import Snapshot, outcome
from pushbench.run.launch import Evidence, Tools, server_command, settings_of
from pushbench.setup.plan import Planned
from pushbench.store.rules import Finding, finding
from pushbench.units import compact_number, format_duration

Say = Callable[[str], None]

CONNECTS_PER_S = 6000  # of all load generators: one server core accepts somewhat more, so that no queue fills
_SPARE_S = 5.0  # to start processes and to read costs
WARM_UP = 1  # notifications that reach all before those that count
_QUIET_CORES = 0.02  # what idle servers take for timers, and for being asked
_LOOK_S = 0.5
_LETTING_GO_S = 20.0
_REST_S = 5.0  # longest wait for the servers to rest
# How late the last delivery may come: one takes about 10 us of a server's core and 15 us of a load generator's.
_LATE_S, _EACH_LATE_S = 6.0, 30e-6
# For how long the connections stay after the last delivery. The costs are read before, and are also when something
# is lost: the servers may be late and then restless, and that makes less than either of these.
_LINGER_BEYOND_S = 12.0
_FIRST_LINGER_BEYOND_S = 9.0  # of who reads the kernel's memory, and must have done so before the others leave
_APART = 0.25  # of how late all may be: so far the load generators may be from each other when all have been told
_DRAIN_S = 1.0  # of a load generator, which has waited long before
_ASK_S = 1.0  # between two looks at all servers: to be asked costs them time
# Longer than any trial: 100,000 polls that come back after 25 s never let the servers rest.
_POLL_WAIT_S = 600.0
_PATIENCE_S = 60.0  # beyond what connecting takes, and what ends need; only a hang meets it


@dataclass(frozen=True)
class Plan:
    """A trial's numbers, and what follows from this machine's limits."""

    trial: Planned
    servers: int
    clients: tuple[int, ...]
    addresses: int = shares.FEWEST_ADDRESSES

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
        """From the first to the last."""
        return (self.notifications - 1) / self.trial.rate_per_s

    @property
    def late_s(self) -> float:
        return max(_LATE_S, self.connections * _EACH_LATE_S)

    @property
    def first_linger_s(self) -> float:
        return self.late_s + _FIRST_LINGER_BEYOND_S

    @property
    def linger_s(self) -> float:
        return self.late_s + _LINGER_BEYOND_S + _APART * (self.late_s - _LATE_S)

    @property
    def listening_s(self) -> float:
        """How long a load generator waits for all once it is connected: the longest that the runner may take.

        The others may still connect then. Whoever gave up earlier would be gone when the costs are read.
        """
        return 2 * self.connecting_s + self.publishing_s + 2 * self.late_s + 3 * _REST_S + _SPARE_S


def run_scale(trial: Planned, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    limit, here = shares.file_limit(), shares.this_machine()
    servers, clients = shares.servers_for(trial.connections, limit), shares.clients_for(trial.connections, limit)
    if servers is None or clients is None:
        raise TrialError(shares.why_not(trial.connections, here) or "too many connections")
    plan = Plan(trial, servers, clients, shares.addresses_for(trial.connections, here.ports))
    with (source.beside(trial.transports, tools.cores.server, evidence) as shared, Crowd(evidence) as crowd):
        _wait_for_the_last_trial()
        target = _start_servers(plan, tools, crowd, source.address_of(shared))
        before = _reading(crowd, tools)
        _connect(plan, tools, crowd, target)
        say(f"{plan.connections:,} connections, over {servers} servers and {len(clients)} load generators")
        begin, end, waits = _deliver(plan, tools, crowd)
        evidence.source = _source_between(shared, begin, end)
        results = crowd.results(plan.listening_s + _DRAIN_S + plan.linger_s + _PATIENCE_S)
        crowd.end_servers(plan.late_s)
    record = outcome(plan.notifications, results, before, begin, end, waits)
    record["scale"] |= {"asked": trial.scenario.connections, "bounds": dict(shares.bounds(here))}
    return record


def _wait_for_the_last_trial() -> None:
    """The kernel takes seconds to let go of 200,000 sockets, whose memory would be taken for what was there before."""
    before = costs.kernel_sockets()
    for _ in range(int(_LETTING_GO_S / _LOOK_S)):
        time.sleep(_LOOK_S)
        left = costs.kernel_sockets()
        if before is None or left is None or left >= before:
            return
        before = left


def _source_between(shared: source.Source | None, begin: Snapshot, end: Snapshot) -> dict[str, Any] | None:
    if shared is None:
        return None
    return shared.taken(shared.cpu_s_between(begin.at_s * 1e9, end.at_s * 1e9), end.at_s - begin.at_s)


def _start_servers(plan: Plan, tools: Tools, crowd: Crowd, shared: str) -> str:
    """The first finds a free port, on which the others listen as well."""
    target = "127.0.0.1:0"
    settings = [*settings_of(plan.trial), "--reuse-port"]
    for _ in range(plan.servers):
        command = server_command(plan.trial.transport, tools, settings, source=shared)
        command[command.index("--listen") + 1] = target
        target = str(crowd.add_server(command)["listening"])
    return target


def client_command(plan: Plan, tools: Tools, target: str, connections: int, linger_s: float) -> list[str]:
    transport = plan.trial.transport
    return [tools.program(transport.client), "--transport", transport.client_name, "--target", target, "--no-publish",
            "--connections", str(connections), "--connect-rate", compact_number(CONNECTS_PER_S / len(plan.clients)),
            "--source-addresses", str(plan.addresses), "--awake", "0s",
            "--poll-wait", format_duration(_POLL_WAIT_S),
            "--threads", str(len(tools.cores.loadgen)), "--cpus", cpu_list(tools.cores.loadgen),
            "--expect", str(plan.notifications), "--skip", str(WARM_UP),
            "--duration", format_duration(plan.listening_s),
            "--drain", format_duration(_DRAIN_S),
            "--linger", format_duration(linger_s), "--seed", str((tools.seed + plan.trial.block) % 2**31)]


def _connect(plan: Plan, tools: Tools, crowd: Crowd, target: str) -> None:
    """The first load generator begins alone: what it reads of the kernel's memory is then from before anyone came."""
    def connected() -> float:
        return costs.total(crowd.metrics(), "pushbench_connections")

    limit_s = 2 * plan.connecting_s + _PATIENCE_S
    for number, connections in enumerate(plan.clients):
        linger_s = plan.first_linger_s if number == 0 else plan.linger_s
        crowd.add_client(client_command(plan, tools, target, connections, linger_s))
        if number == 0 and not crowd.wait_until(lambda: connected() >= 1, limit_s):
            raise TrialError(f"nobody was connected within {limit_s:.0f} s")
    if not crowd.wait_until(lambda: connected() == plan.connections, limit_s, _ASK_S):
        raise TrialError(f"{connected():,.0f} of {plan.connections:,} were connected after {limit_s:.0f} s")


def _deliver(plan: Plan, tools: Tools, crowd: Crowd) -> tuple[Snapshot, Snapshot, list[Finding]]:
    """The readings before the first delivery that counts and after the last, and which wait was in vain."""
    waits = []

    def rested(when: str) -> None:
        waits.append(finding("restless", _cores_at_rest(crowd), _QUIET_CORES, f"the servers did not rest within"
                             f" {_REST_S:g} s {when}, and what they still did is in the costs", unit="cores", of=when))

    def delivered(each: int, what: str, publishing_s: float) -> None:
        missing = not _wait_for_deliveries(plan, crowd, each, publishing_s)
        waits.append(finding("late_deliveries", float(missing), 0.0, f"the servers had not delivered {what} to all"
                             f" {plan.late_s:g} s after it was due", of=what))

    # Connecting is in no cost. What servers still do of it may come between the warm-up and its rest, not after that.
    _cores_at_rest(crowd)
    _publish(plan, tools, crowd, WARM_UP)
    delivered(WARM_UP, "the warm-up", 0.0)
    rested("after the warm-up")
    begin = _reading(crowd, tools)
    _publish(plan, tools, crowd, plan.notifications)
    # Who did not get what is for the load generators to say.
    delivered(WARM_UP + plan.notifications, "the last notification", plan.publishing_s)
    rested("after the last delivery")
    return begin, _reading(crowd, tools), waits


def _publish(plan: Plan, tools: Tools, crowd: Crowd, count: int) -> None:
    """The same schedule on every server, or on one of them where all have the same source."""
    order = {"rate": plan.trial.rate_per_s, "payload_bytes": plan.trial.payload_bytes, "arrival": "constant",
             "seed": (tools.seed + plan.trial.block) % 2**31, "topics": 1, "count": count}
    for address in crowd.admins[:1] if plan.trial.transport.shares_source else crowd.admins:
        admin.start_schedule(address, order)


def _wait_for_deliveries(plan: Plan, crowd: Crowd, each: int, publishing_s: float) -> bool:
    """Nobody is asked while there is more to publish: the answers would be in the servers' costs."""
    def all_delivered() -> bool:
        return costs.total(crowd.metrics(), "pushbench_deliveries_total") >= each * plan.connections

    crowd.wait(publishing_s)
    return crowd.wait_until(all_delivered, plan.late_s, _ASK_S)


def _cores_at_rest(crowd: Crowd) -> float:
    """What the servers take, once they rest: a long poll that was answered comes again, and that is a part of its
    delivery's cost.
    """
    pids = [server.pid for server in crowd.servers]
    cores = 0.0
    for _ in range(int(_REST_S / _LOOK_S)):
        began, before = time.monotonic(), costs.cpu_of(pids)
        crowd.wait(_LOOK_S)
        cores = (costs.cpu_of(pids) - before).all_s / (time.monotonic() - began)
        if cores <= _QUIET_CORES:
            break
    return cores


def _reading(crowd: Crowd, tools: Tools) -> Snapshot:
    """Clocks first: to ask for metrics and to walk through a process's memory takes time of its own."""
    servers, clients = ([process.pid for process in side] for side in (crowd.servers, crowd.clients))
    at, server_cpu, client_cpu = time.monotonic(), costs.cpu_of(servers), costs.cpu_of(clients)
    steal = costs.steal_ticks({*tools.cores.server, *tools.cores.loadgen})
    return Snapshot(at, server_cpu, client_cpu, costs.memory_of(servers), costs.memory_of(clients), crowd.metrics(),
                    steal, costs.machine_use())
