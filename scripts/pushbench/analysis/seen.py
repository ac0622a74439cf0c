"""What a claim says of browsers and proxies, held against what they were seen to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushbench.analysis.measures import FAILS, HOLDS, MISSING
from pushbench.setup.claims import Claim, Observation
from pushbench.store.observed import Observed, SeenCell


@dataclass(frozen=True)
class Looked:
    """`verdict` is of this one observation. `why` says why there is none."""

    observation: Observation
    verdict: str
    cell: SeenCell | None
    why: str = ""

    @property
    def text(self) -> str:
        """'delivered (10 of 10)'."""
        if self.cell is None:
            return f"{MISSING} ({self.why})"
        return f"{self.cell.seen} ({self.cell.detail})" if self.cell.detail else self.cell.seen


def look(claim: Claim, record: Observed | None) -> list[Looked]:
    return [_look(each, record) for each in claim.observed]


def _look(observation: Observation, record: Observed | None) -> Looked:
    if record is None:
        return Looked(observation, MISSING, None, "browsers and proxies were not observed")
    table = record.table(observation.table)
    if table is None:
        why = record.not_observed.get(observation.table, "it was not observed")
        return Looked(observation, MISSING, None, why)
    cell = table.cell(observation.row, observation.column)
    if cell is None:
        return Looked(observation, MISSING, None, "this was not observed")
    return Looked(observation, HOLDS if cell.seen in observation.says else FAILS, cell)


def sentence(found: Sequence[Looked], record: Observed | None) -> str:
    """What decides, each once, and with which programs."""
    found = [each for each in found if each.observation.decides]
    said = "; ".join(f"{each.observation.title}: {each.text}" for each in found)
    tools = {} if record is None else {
        name: version for each in found if (table := record.table(each.observation.table)) is not None
        for name, version in table.tools.items()}
    seen_in = ", ".join(f"{name} {version}" for name, version in tools.items())
    return f"{said[:1].upper()}{said[1:]}{f'. Seen in {seen_in}' if seen_in else ''}." if said else ""
