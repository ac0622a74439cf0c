"""The tables of docs/a-million.md: each with its formula and the run that its figures are from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pushbench import prose
from pushbench.analysis.figures import Figure
from pushbench.analysis.foretold import Foretold
from pushbench.analysis.memory import KERNEL, TOTAL, USER
from pushbench.analysis.million import demand, limits
from pushbench.analysis.million.carried import Carried
from pushbench.analysis.million.demand import CONNECTIONS, CPU_US, LOADGEN_US, Held, RateRow, gib
from pushbench.report.words import wording
from pushbench.run.kinds.scale import shares
from pushbench.setup import transports
from pushbench.setup.cases import Case, often
from pushbench.stats import estimates as stats

FILE_LIMITS = ((20_000, "of the machine that was measured"),
               (limits.NR_OPEN, "the most without a change of `fs.nr_open`"),
               (2 * limits.NR_OPEN, "with `fs.nr_open` at twice its default"))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], sides: str = "---:") -> list[str]:
    return ["| " + " | ".join(columns) + " |", "|---" + f"|{sides}" * (len(columns) - 1) + "|",
            *("| " + " | ".join(row) + " |" for row in rows)]


def memory(found: Sequence[Held], run: str) -> list[str]:
    rows = [(each.name, _kib(each.user), _kib(each.kernel), _kib(each.total), _gib(each.total.estimate))
            for each in found]
    most = max((each.most_measured for each in found), default=0.0)
    counts = sorted({count for each in found if each.total.fit for count in each.total.fit.counts})
    blocks = min((each.total.estimate.n for each in found), default=0)
    return [*table(("server", "user KiB each", "kernel KiB each", "in all", "a million, GiB"), rows), "",
            f"GiB = KiB each × {CONNECTIONS:,} / 2^20. KiB each: `results/{run}/`, scenario `idle`, the slope over "
            f"{prose.listing([prose.number(count) for count in counts])} connections, mean of {blocks} blocks [95 % "
            f"interval]. Extrapolated {prose.number(CONNECTIONS / most) if most else '–'} times beyond the most of "
            "them."]


def load_memory(found: Sequence[Held], run: str) -> list[str]:
    rows = []
    for each in found:
        parts = [part.estimate.middle for part in (each.client_user, each.client_kernel) if part]
        whole = gib(stats.Estimate(1, math.fsum(parts))) if len(parts) == 2 else None
        rows.append((each.name, _kib(each.client_user), _kib(each.client_kernel), wording.middle(whole)))
    return [*table(("load generator", "user KiB each", "kernel KiB each", "a million, GiB"), rows), "",
            f"From the same slopes of `results/{run}/`. Where both ends are on one host, both tables add up."]


def _kib(figure: Figure | None) -> str:
    return wording.estimate(figure.estimate) if figure else "–"


def _gib(kib: stats.Estimate) -> str:
    return wording.estimate(gib(kib))


def rate(case: Case, found: Sequence[RateRow]) -> list[str]:
    """One rate: what it costs a server and the load side, and what goes over the network."""
    rows = [(each.plan.choice.name, _half(each.cores), *([_half(each.measured_cores)] if case.shared else []),
             str(each.processes or "–"), _half(each.plan.mbit_per_s), _half(each.load_cores), _reach(each))
            for each in found]
    columns = ("", "server cores", *(["deliveries, as measured"] if case.shared else []), "processes", "Mbit/s",
               "load generator, cores", "beyond what was measured")
    told = "All are told the same" if case.shared else "Each is notified"
    asked = f"{told} {often(case.every_s)}: {prose.number(case.deliveries_per_s)} deliveries/s; {case.patience}."
    return [f"### {case.title}", "", asked, "",
            *table(columns, rows)]


def _half(value: stats.Estimate | None) -> str:
    return wording.half_width(value) if value else "–"


def _reach(each: RateRow) -> str:
    return "; ".join(reach.text for reach in each.plan.reaches) or "–"


def once(found: Sequence[Foretold], scenario: str, run: str, figures: Mapping[str, Figure]) -> list[str]:
    """How long all of them take to be told one thing, by what a delivery took at the most that was measured."""
    rows = []
    for name, figure in figures.items():
        seconds = figure.estimate.times(CONNECTIONS / 1e6)
        rows.append((transports.TRANSPORTS[name].title, wording.estimate(figure.estimate), wording.estimate(seconds),
                     wording.estimate(seconds.times(1 / 16))))
    most = max((each.connections for each in found if each.scenario == scenario), default=0.0)
    return [*table(("", "µs each", "s of one core", "s of 16 cores"), rows), "",
            f"s = µs each × {CONNECTIONS:,} / 10^6, over the cores. µs each: `results/{run}/`, scenario `{scenario}`, "
            f"{prose.number(most)} connections. The last user waits so long at the least, whatever the transport's own "
            "latency is, and a case with a shorter pause between two notifications cannot be kept."]


def ports() -> list[str]:
    usual, most = limits.ports_of(limits.PORTS), limits.ports_of("1024 65535")
    rows = [(label, f"{count:,}", f"{limits.addresses(CONNECTIONS, count):,}",
             f"{math.ceil(CONNECTIONS / (count * shares.SPARE_PORTS)):,}")
            for label, count in ((f"as it is ({limits.PORTS.replace(' ', '–')})", usual), ("1024–65535", most))]
    return [*table(("ip_local_port_range", "ports of an address", "addresses at least", "with half of the ports free"),
                   rows), "",
            f"Addresses = {CONNECTIONS:,} / ports, rounded up. A connection is known by four: two addresses and two "
            "ports. Toward one port of one server only the client's two are free."]


def settings(machine: Mapping[str, Any], run: str) -> list[str]:
    rows = [(each.name, each.needed, each.formula, each.usual, limits.here(each, machine), each.source)
            for each in limits.settings(CONNECTIONS)]
    return [*table(("limit", "needed", "formula", "by default", "measured machine", "source"), rows, "---"), "",
            f"What the measured machine had is from `results/{run}/context.json` (`limits`); nothing was changed "
            "there."]


def processes() -> list[str]:
    rows = []
    for limit, what in FILE_LIMITS:
        servers, clients = limits.processes(CONNECTIONS, limit)
        rows.append((f"{limit:,}, {what}", *(str(count) if count else f"over {shares.MOST_PROCESSES}"
                                             for count in (servers, clients))))
    return [*table(("`ulimit -n`", "servers on one port", "load generators"), rows), "",
            f"Load generators = connections / (limit − {shares.FILES_BESIDE}). Servers: the kernel deals connections "
            f"out by chance, so each has room for its mean and {shares.DEVIATIONS} standard deviations "
            "(`scripts/pushbench/run/kinds/scale/shares.py`)."]


def machine(context: Mapping[str, Any]) -> str:
    """'AMD EPYC, 2 cores, 23.5 GiB, Linux 6.1 x86_64', as far as a run says."""
    told = context.get("machine") or {}
    size = told.get("memory_bytes")
    parts = [told.get("cpu_model"), f"{told['cores']} cores" if told.get("cores") else None,
             f"{size / demand.GIB:.1f} GiB" if size else None, told.get("kernel")]
    return ", ".join(str(each) for each in parts if each)


def held(found: Sequence[Foretold], run: str) -> list[str]:
    """The model and the slopes against runs that neither was made from."""
    rows = [(f"{prose.number(each.connections)} × {transports.TRANSPORTS[each.transport].title}",
             f"{prose.number(each.measured_cores)}", _half(each.cores), _off(each.off), _off(each.memory_off))
            for each in found]
    return [*table(("run", "cores, measured", "cores, model", "CPU off by", "memory off by"), rows), "",
            f"{run}: nothing of it went into the model or the slopes. Off by: model / measured − 1."]


def _off(share: float | None) -> str:
    return "–" if share is None else f"{'+' if share > 0 else '−'}{abs(share) * 100:.0f} %"


def real(found: Sequence[Carried], paper: Sequence[Held], failed: Sequence[str], run: str) -> list[str]:
    """What was held, and what telling it cost; then which limit stopped it, or would have."""
    by_name = {each.transport: each for each in paper}
    held_rows = [(each.name, f"{each.connections:,}", f"{each.servers} + {each.load_generators}",
                  *(prose.number(each.middle(metric)) for metric in (USER, KERNEL, TOTAL)),
                  *_on_paper(each, by_name.get(each.transport))) for each in found]
    told_rows = [(each.name, f"{each.notifications * each.connections:,}", prose.number(each.middle(CPU_US)),
                  prose.number(each.middle(LOADGEN_US)), prose.number(each.connecting_s), prose.number(each.last_s))
                 for each in found]
    return [*table(("", "connections", "servers + load generators", "user KiB each", "kernel KiB each", "server in all",
                    "on paper", "paper off by"), held_rows), "",
            *table(("", "deliveries", "server µs each", "load generator µs each", "s to connect", "s until the last "
                    "was told"), told_rows), "",
            f"`results/{run}/`, one trial each, so without an interval. The paper is the slope below; off by: paper / "
            "measured − 1. " + " ".join(_sums(found)), "", *_bounds(found), *(f"- {each}." for each in failed)]


def _on_paper(each: Carried, paper: Held | None) -> tuple[str, str]:
    measured = each.middle(TOTAL)
    if paper is None or not measured:
        return "–", "–"
    return prose.number(paper.total.estimate.middle), _off(paper.total.estimate.middle / measured - 1)


def _sums(found: Sequence[Carried]) -> list[str]:
    return [f"{each.name}: the machine's free memory fell by {prose.number(each.taken_bytes / demand.GIB)} GiB for "
            f"both ends, {prose.number(each.taken_kib)} KiB each, with what else came and went there; the figures add "
            f"up to {prose.number(each.sum_kib)} KiB."
            for each in found if each.taken_bytes is not None]


def _bounds(found: Sequence[Carried]) -> list[str]:
    if not found or found[0].tightest is None:
        return []
    names = list(found[0].bounds)
    rows = [(each.name, *(f"{each.bounds[name]:,}" for name in names)) for each in found]
    return [*table(("connections that a limit allows for itself", *names), rows), "",
            *(f"- {_stopped(each)}" for each in found)]


def _stopped(each: Carried) -> str:
    assert each.tightest is not None
    limit, most = each.tightest
    if each.stopped:
        return f"{each.name}: stopped at {each.connections:,} by {limit}."
    return (f"{each.name}: {each.connections:,} were asked for and nothing stopped them; {limit} would have been next, "
            f"at {most:,}.")
