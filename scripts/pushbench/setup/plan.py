"""From scenarios to trials: which, in which order, and about how long they take. Pure: the same seed, the same plan."""

import random
from dataclasses import dataclass, replace
from typing import Any

from pushbench.setup.fields import EACH_CLIENT, case_name
from pushbench.setup.scenario import Scenario
from pushbench.setup.transport import Transport
from pushbench.setup.transports import TRANSPORTS, base_of, pair_name
from pushbench.units import format_duration

# Twice what loadgen does by itself: a plan opens half a million connections.
CONNECTS_PER_S = 8000
# Through a relay: what a connect costs it must not make it late, which voids a trial.
RELAYED_CONNECTS_PER_S = 500

# What a trial costs besides its phases: two processes, the probe of every subscriber, draining, the last figures.
# Measured on two cores; the run corrects its estimate by what its own trials take.
_OVERHEAD_S = 0.2
_OVERHEAD_PER_CONNECTION_S = 0.00006 + 1 / CONNECTS_PER_S
_OVERLOADED_STEP_S = 0.3  # a capacity step beyond the limit drains for longer
# The same of a trial with very many: waits until the servers rest, and connects that are paced more slowly.
_SCALE_OVERHEAD_S = 15.0
_SCALE_PER_CONNECTION_S = 0.0002
# Handshake, probe, the last notification of a phase, and the end of each connection.
_ROUND_TRIPS = 6
_DUET_REST_S = 0.06  # after each window: until both servers rest, and were seen to


@dataclass(frozen=True)
class Planned:
    """One trial to run. `key` names it in files; `attempt` is added when it runs."""

    scenario: Scenario
    transport: Transport
    variant: str
    case: str
    block: int
    connections: int
    rate_per_s: float
    payload_bytes: int
    topics: int
    poll_interval_s: float | None
    heartbeat_s: float = 15.0  # 0: none
    against: Transport | None = None  # the other one of a duet
    round_trip_s: float = 0.0

    @property
    def transports(self) -> tuple[Transport, ...]:
        return (self.transport, self.against) if self.against else (self.transport,)

    @property
    def key(self) -> str:
        return f"{self.series}__b{self.block}"

    @property
    def series(self) -> str:
        """The same for all blocks: what one block took tells what the next will take."""
        return "__".join((self.scenario.name, self.variant, self.case or "default"))

    @property
    def group(self) -> str:
        """Within a block, scenario and case: what must be repeated together. A duet holds both sides by itself."""
        return self.variant if self.scenario.kind == "duet" else ""

    @property
    def duration_s(self) -> float:
        """The window: of a scenario, or of a variant that has one of its own."""
        chosen = self.scenario.values.get("durations", {})
        return chosen.get(self.variant, chosen.get(base_of(self.variant), self.scenario.duration))

    @property
    def spread_s(self) -> float:
        """Over how long the clients of a stream come, so that their heartbeats do not come all at once; 0: at once."""
        spread = self.scenario.values.get("spread", False) and not self.transport.asks_again
        return self.heartbeat_s if spread else 0.0

    @property
    def title(self) -> str:
        return " ".join(part for part in (self.scenario.name, self.variant, self.case) if part)


def make_plan(scenarios: tuple[Scenario, ...], seed: int) -> list[Planned]:
    """All trials, block after block, each block in an order of its own.

    Blocks are outermost over all scenarios: whatever drifts on the machine during the run drifts over every
    transport alike, and a run that is cut short is short of blocks, not of scenarios. Within a block, what will be
    compared runs back to back: the transports of one scenario and case, in an order of their own.
    """
    order = random.Random(seed)
    plan: list[Planned] = []
    for block in range(1, max(each.blocks for each in scenarios) + 1):
        compared: dict[tuple[str, str, str], list[Planned]] = {}
        for trial in (trial for each in scenarios if block <= each.blocks for trial in _trials_of(each, block)):
            compared.setdefault((trial.scenario.name, trial.case, trial.group), []).append(trial)
        groups = list(compared.values())
        order.shuffle(groups)
        for group in groups:
            order.shuffle(group)
            plan += group
    return plan


def one_block(scenario: Scenario, block: int, seed: int) -> list[Planned]:
    """One more block of one scenario, beyond those planned, in an order of its own."""
    trials = _trials_of(scenario, block)
    random.Random(f"{seed} {scenario.name} {block}").shuffle(trials)
    return trials


def _runs_in(scenario: Scenario, variant: str, block: int) -> bool:
    """A variant with fewer blocks than its scenario has them spread over the run, as a drift is."""
    chosen = scenario.values.get("blocks_of", {})
    blocks = chosen.get(variant, chosen.get(base_of(variant), scenario.blocks))
    return block * blocks // scenario.blocks > (block - 1) * blocks // scenario.blocks


def _duets_of(scenario: Scenario, block: int) -> list[Planned]:
    duets = [(pair_name(a, b), TRANSPORTS[a], TRANSPORTS[b]) for a, b in scenario.pairs]
    return [replace(_trial(scenario, a, variant, block, None, "", None), against=b)
            for variant, a, b in duets if _runs_in(scenario, variant, block)]


def _trials_of(scenario: Scenario, block: int) -> list[Planned]:
    if scenario.kind == "duet":
        return _duets_of(scenario, block)
    varied, values = next(iter(scenario.values.get("cases", {}).items()), ("", (None,)))
    trials = []
    for name in scenario.transports:
        transport = TRANSPORTS[name]
        intervals = scenario.poll_intervals if transport.polls else (None,)
        for interval in intervals:
            variant = name if len(intervals) == 1 else f"{name}@{format_duration(interval)}"
            if not _runs_in(scenario, variant, block):
                continue
            for value in scenario.values.get("only", {}).get(variant, values):
                trials.append(_trial(scenario, transport, variant, block, interval, varied, value))
    return trials


def _trial(scenario: Scenario, transport: Transport, variant: str, block: int, interval: float | None,
           varied: str, value: Any) -> Planned:
    settings = dict(scenario.values) | ({varied: value} if varied else {})
    connections = settings["connections"]
    topics = settings.get("topics", 1)
    per_client = 1 / settings["gap"] if "gap" in settings else settings.get("rate_per_client", 0.0)
    rate = settings["rate"] if "rate" in settings else per_client * connections
    return Planned(
        scenario=scenario, transport=transport, variant=variant, block=block,
        case=case_name(varied, value) if varied else "",
        connections=connections,
        rate_per_s=0.0 if transport.silent else rate,
        payload_bytes=settings.get("payload", 128),
        topics=connections if topics == EACH_CLIENT else topics,
        poll_interval_s=interval, round_trip_s=settings.get("round_trip", 0.0), heartbeat_s=settings["heartbeat"],
    )


def estimate_s(trial: Planned) -> float:
    """About how long this trial takes, before anything is known about this machine."""
    scenario = trial.scenario
    if scenario.kind == "scale":
        phases_s = scenario.notifications / trial.rate_per_s
        return _SCALE_OVERHEAD_S + trial.connections * _SCALE_PER_CONNECTION_S + phases_s
    if scenario.kind == "duet":
        played_s = scenario.lead_in + 2 * scenario.quads * scenario.slice
        rest_s = (1 + 2 * scenario.quads) * (scenario.settle + _DUET_REST_S)
        return _OVERHEAD_S + 2 * trial.connections * _OVERHEAD_PER_CONNECTION_S + played_s + rest_s
    overhead = _OVERHEAD_S + trial.connections * _OVERHEAD_PER_CONNECTION_S
    if trial.round_trip_s:
        overhead += trial.connections / RELAYED_CONNECTS_PER_S + _ROUND_TRIPS * trial.round_trip_s
    # A short poll hears of the probe up to one interval late, and so of the last notification of each phase.
    phases = 0 if scenario.kind == "idle" else 1 if scenario.warmup == 0 else 2
    waits = (trial.poll_interval_s or 0.0) * (1 + phases)
    one = overhead + waits + trial.spread_s + scenario.warmup + trial.duration_s
    if scenario.kind == "capacity":
        return scenario.steps * (one + _OVERLOADED_STEP_S)
    return one + trial.duration_s if scenario.kind == "wrk" else one


def longest_wait_s(trial: Planned) -> float:
    """After this long a load generator hangs. Far beyond what a trial takes, so that only a hang meets it."""
    phases = trial.scenario.warmup + trial.duration_s
    return 30.0 + 2 * phases + trial.connections / 250 + 4 * (trial.poll_interval_s or 0.0)
