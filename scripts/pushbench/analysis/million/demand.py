"""What a million connections need of memory, CPU and network, by what each of them costs in a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pushbench.analysis import memory
from pushbench.analysis.figures import FIT, Figure, Figures
from pushbench.analysis.planning import PlanRow, proposal
from pushbench.model.work import work
from pushbench.setup import transports
from pushbench.setup.cases import Case
from pushbench.stats import estimates as stats

CONNECTIONS = 1_000_000
GIB = 1024.0**3
BUSY = 0.8  # of a core: a process of one thread that is busier has no room left
LOADGEN, LOADGEN_US = "loadgen_kib_per_connection", "loadgen_cpu_us_per_delivery"
CPU_US = "server_cpu_us_per_delivery"
OWN, SHARED = "sparse", "scale"  # where the load generator's cost is from: a topic for each client, one for all

# What users are told, from hardly anything to a lot. Polls come as seldom as the staleness allows.
RATES = (
    Case("hour", "Hardly any news", CONNECTIONS, 3600, False, 60),
    Case("minute", "A notification a minute for each", CONNECTIONS, 60, False, 5),
    Case("live", "The same for all, once a minute", CONNECTIONS, 60, True, 5),
    Case("ticker", "The same for all, every 10 s", CONNECTIONS, 10, True, 10),
)


@dataclass(frozen=True)
class Held:
    """KiB that a waiting connection holds: in the server, in the kernel below it, and the same of the client's end.

    Each is a slope over numbers of connections, so what a process takes empty is in none of them.
    """

    transport: str
    user: Figure
    kernel: Figure
    total: Figure
    client_user: Figure | None
    client_kernel: Figure | None

    @property
    def name(self) -> str:
        return transports.TRANSPORTS[self.transport].title

    @property
    def most_measured(self) -> float:
        return max(self.total.fit.counts) if self.total.fit else 0.0


def gib(kib_each: stats.Estimate, connections: float = CONNECTIONS) -> stats.Estimate:
    return kib_each.times(connections * 1024 / GIB)


def held(figures: Figures) -> list[Held]:
    """By transport; one whose memory was not measured is left out."""
    found = []
    for row in transports.TRANSPORTS.values():
        variant = next((each for each in figures.variants("idle") if transports.base_of(each) == row.name), None)
        if not row.is_choice or variant is None:
            continue
        user, kernel, total, client_user, client_kernel = (figures.get("idle", FIT, variant, metric) for metric in (
            memory.USER, memory.KERNEL, memory.TOTAL, LOADGEN, memory.CLIENT))
        if user and kernel and total:
            found.append(Held(row.name, user, kernel, total, client_user, client_kernel))
    return found


@dataclass(frozen=True)
class RateRow:
    """One transport at one rate. `load_us` is what a load generator takes for a delivery, or for a poll; `server_us`
    what a server took for one where very many were told the same at once."""

    plan: PlanRow
    per_s: float  # deliveries, or polls, of all clients
    load_us: stats.Estimate | None
    server_us: stats.Estimate | None = None

    @property
    def cores(self) -> stats.Estimate | None:
        return self.plan.choice.cores

    @property
    def processes(self) -> int | None:
        """Of one thread each, none over BUSY on average; by the upper end of the larger figure, as who plans must not
        be wrong below."""
        known = [each for each in (self.cores, self.measured_cores) if each is not None]
        return max((processes_for(each) for each in known), default=None)

    @property
    def measured_cores(self) -> stats.Estimate | None:
        """For the deliveries alone, by what one took at the most connections that were measured."""
        return self.server_us.times(self.per_s / 1e6) if self.server_us else None

    @property
    def load_cores(self) -> stats.Estimate | None:
        return self.load_us.times(self.per_s / 1e6) if self.load_us else None


def processes_for(cores: stats.Estimate) -> int:
    most = cores.high if cores.high is not None else cores.middle
    return max(math.ceil(round(most / BUSY, 9)), 1)


def told(case: Case, figures: Figures, large: Figures) -> list[RateRow]:
    """In the order of the table of transports; empty where the run has no model. `large` has the load generators that
    told very many at once."""
    found = proposal(case, figures)
    if found is None:
        return []
    rows = sorted(found.rows, key=lambda row: transports.sort_key(row.choice.base))
    return [_told(case, row, figures, large) for row in rows]


def _told(case: Case, row: PlanRow, figures: Figures, large: Figures) -> RateRow:
    base, needed = row.choice.base, work(case, row.choice.base)
    if transports.TRANSPORTS[base].polls:
        return RateRow(row, needed.requests, poll_us(base, figures))
    source, scenario = (large, SHARED) if case.shared else (figures, OWN)
    load, server = (source.get(scenario, source.main_case(scenario), base, metric) for metric in (LOADGEN_US, CPU_US))
    return RateRow(row, needed.deliveries, load.estimate if load else None,
                   server.estimate if server and case.shared else None)


def poll_us(base: str, figures: Figures) -> stats.Estimate | None:
    """What a load generator takes for a poll, found or not, where each client has a topic of its own."""
    groups = [group for group in figures.groups.values()
              if group.scenario == OWN and transports.base_of(group.variant) == base]
    spent = [cores * window_s * 1e6 / polls for group in groups for trial in group.good.values()
             if (cores := trial.number("loadgen", "cpu_cores")) and (polls := trial.number("requests"))
             and (window_s := trial.number("window_s"))]
    return stats.mean(spent)
