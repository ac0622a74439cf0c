"""The crossover maps in words: where the border lies, and how a map is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pushbench import prose
from pushbench.analysis.mapping import CLIENTS, CPU, MEMORY, TRAFFIC, CostMap, MapBorder, borders, family, is_all_open
from pushbench.analysis.measured_map import MapPoint
from pushbench.setup import transports
from pushbench.setup.cases import span

CHARTS = {CPU: "crossover-cpu", TRAFFIC: "crossover-bytes", MEMORY: "crossover-memory"}


def chart_of(found: CostMap) -> str:
    return CHARTS[found.of]


def family_name(name: str) -> str:
    """'SSE or WebSocket' for the streams."""
    rows = [row for row in transports.TRANSPORTS.values() if row.is_choice and family(row.name) == name]
    return prose.listing([row.title for row in rows], "or")


def sentence(found: CostMap) -> str:
    """The border in one sentence."""
    if is_all_open(found):
        return f"By {found.of}, all transports are within 10 % of the least, or not told apart from it, everywhere."
    told = borders(found)
    if not told:
        names = [family_name(name) for name in dict.fromkeys(family(base) for base in found.found)]
        return f"By {found.of}, {prose.listing(names)} cost the least, with no border at the waits that were looked at."
    return f"By {found.of}, for {CLIENTS:,} clients: {'; '.join(_border(each) for each in told)}."


def _border(each: MapBorder) -> str:
    late, before, after = span(each.wait_s), family_name(family(each.before)), family_name(family(each.after))
    if each.high is None:
        return (f"where {late} late is fine, {before} costs the least up to {_two(each.low)} notifications a second to "
                f"each client, and above that this run does not tell it from {after}")
    return (f"where {late} late is fine, {after} costs less than {before} from {_two(each.rate)} notifications a "
            f"second to each client on [{_two(each.low)}–{_two(each.high)}]")


def _two(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def caption(found: CostMap, points: Sequence[MapPoint], lender: str = "") -> str:
    said = [sentence(found)]
    if lender:
        said.append(f"The areas are by the model of the run {lender}, made on the same machine.")
    if not is_all_open(found):
        said.append("Paler: an interval does not tell it from another's, or both are within 10 %.")
    if any(cell.beyond for row in found.cells for cell in row):
        said.append("Beyond a dotted line the model reaches further than was measured.")
    if points:
        said.append(f"Marks are workloads that were run, with their own clients, hollow where they are not told apart. "
                    f"{agreement(points)}")
    return " ".join(said)


def agreement(points: Sequence[MapPoint]) -> str:
    """How many measured cells the model would have named."""
    agree = sum(point.agrees for point in points)
    told = [point for point in points if point.told]
    known = sum(point.agrees for point in told)
    return (f"The model names the transport that was measured to cost the least in {agree} of "
            f"{prose.plural(len(points), 'cell')}; of the {len(told)} that are told apart, in {known}.")


def to_json(maps: Sequence[CostMap], points: Sequence[MapPoint]) -> list[dict[str, Any]]:
    return [{"of": each.of, "chart": chart_of(each), "sentence": sentence(each),
             "measured": [{"scenario": point.scenario, "case": point.case, "rate_per_s": point.rate,
                           "wait_s": point.wait_s, "least": point.least, "told": point.told, "foretold": point.foretold,
                           "trials": list(point.files)} for point in points if each.of == CPU]} for each in maps]
