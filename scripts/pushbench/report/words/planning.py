"""A plan in words: the same table and sentences on the terminal, in Markdown and in the report."""

from __future__ import annotations

from pushbench import prose
from pushbench.analysis import spreading
from pushbench.analysis.planning import PlanRow, Proposal
from pushbench.report.words import choosing, wording
from pushbench.setup.cases import Case, often, span

FIGURES = ("CPU cores", "memory GiB", "Mbit/s", "GB a month")
COLUMNS = ("", *FIGURES, "a user waits")


def asked(case: Case) -> str:
    """The case in one line."""
    told = "all told the same" if case.shared else "each notified"
    network = f", round trip {span(case.rtt_s)}" if case.rtt_s else ""
    return (f"{prose.plural(case.users, 'user')}, {told} {often(case.every_s)}, "
            f"{prose.plural(case.payload_bytes, 'byte')}; {span(case.staleness_s)} late is fine{network}")


def cells(row: PlanRow) -> tuple[str, ...]:
    figures = (row.choice.cores, row.memory_gib, row.mbit_per_s, row.gb_a_month)
    return (row.choice.name, *(wording.half_width(each) if each else "–" for each in figures), waits(row))


def waits(row: PlanRow) -> str:
    if row.late_s is None:
        return "–"
    over = choosing.spread_over(row.choice)
    if row.usual_s is not None:
        return f"≤ {_time(row.late_s)} (mean {_time(row.usual_s)}){over}"
    percentile = row.choice.wait.percentile if row.choice.wait else ""
    return f"{_time(row.late_s)} ({percentile}){over}" + ("" if row.choice.in_time else ", too late")


def _time(seconds: float) -> str:
    return span(float(f"{seconds:.2g}"))


def sentences(found: Proposal) -> list[str]:
    """What to take, what bounds the figures, and what was never measured."""
    said = [_cheapest(found), choosing.advise(found.outcome).why, *_trips(found), *_reaching(found)]
    said.append("Memory is that of waiting connections; an empty server takes about 3 MB more.")
    if any(row.choice.processes > 1 for row in found.rows):
        said.append(_spread(found))
    return said


def _spread(found: Proposal) -> str:
    """Why more than one process, and what that leaves out."""
    at_once = (" and each tells its users in time, for which it needs a core of its own, however little it uses on "
               "average" if found.case.shared else "")
    return (f"Servers of one thread were measured: users are spread over as many processes as it takes that none uses "
            f"more than {spreading.BUSY} of a core{at_once}. What spreads users and notifications over them is not in "
            "the figures.")


def _cheapest(found: Proposal) -> str:
    advice = choosing.advise(found.outcome)
    beside = f" ({advice.beside})" if advice.beside else ""
    if not found.outcome.picks:
        return f"No choice: {advice.beside}."
    if not found.outcome.decided:
        of = " of those in time" if choosing.passed_over(found.outcome) else ""
        return f"No winner: {advice.take} costs the least server CPU{of}{beside}."
    of = "Of those in time, the cheapest" if choosing.passed_over(found.outcome) else "The cheapest"
    return f"{of} by server CPU: {advice.take}{beside}."


def _trips(found: Proposal) -> list[str]:
    if not found.case.rtt_s:
        return ["The round trip of your users' network is not in the waits: RTT adds it."]
    more = [row for row in found.rows if row.choice.wait and spreading.worst_trips(row.choice.base) > 1]
    return [f"{row.choice.name}: a notification that comes while the answer before it is under way waits "
            f"{_time(spreading.worst_trips(row.choice.base) * found.case.rtt_s)} of network instead of "
            f"{_time(found.case.rtt_s / 2)}." for row in more]


def _reaching(found: Proposal) -> list[str]:
    """Each reach once, with all transports that have it."""
    names: dict[str, list[str]] = {}
    for row in found.rows:
        for reach in row.reaches:
            names.setdefault(reach.text, []).append(row.choice.name.partition(",")[0])
    if not names:
        return ["All of it lies within what was measured."]
    told = [text if len(of) == len(found.rows) else f"{text} ({prose.listing(of)})" for text, of in names.items()]
    return [f"Extrapolated beyond the most that was measured: {'; '.join(told)}."]


def markdown(found: Proposal) -> list[str]:
    """A table and the sentences below it."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" + "|---:" * (len(COLUMNS) - 2) + "|---|"]
    taken = {each.base for each in found.outcome.picks}
    for row in found.rows:
        name, *rest = cells(row)
        name = f"**{name}**" if row.choice.base in taken else name
        lines.append("| " + " | ".join([name, *rest]) + " |")
    return [*lines, "", " ".join(sentences(found))]
