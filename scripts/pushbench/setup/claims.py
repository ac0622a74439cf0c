"""The claims on trial, as bench/claims/*.toml say them: text, criterion, what decides and what is told beside it.

A claim about cost is decided by measures, one of them primary. A claim about behaviour is decided by what a browser or
a proxy was seen to do.

What each key means is in claim_fields.py. A file is read before a run begins, which records its SHA-256: a report can
tell later whether the criterion still is the one that was written down before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushbench.errors import UsageError
from pushbench.setup.claim_fields import BORDER, CLAIM, MEASURE, OBSERVED, ClaimField, check_together
from pushbench.setup.claim_runs import refuse_pairs_that_none_plays, refuse_what_none_runs
from pushbench.setup.scenario import known_scenarios
from pushbench.setup.tables import read_keys, read_toml
from pushbench.setup.transports import transport_of
from pushbench.store.counted import SIDES

CLAIMS_FOLDER = Path(__file__).resolve().parents[3] / "bench" / "claims"
SCENARIOS_FOLDER = CLAIMS_FOLDER.parent / "scenarios"
AA_FILE = "A0.toml"  # the A/A test: no claim on trial, but the method itself
TRIALS, DUET, COUNTED = "trials", "duet", "counted"
DUET_PREFIX = "duet-"  # the scenario that runs a workload as duets


@dataclass(frozen=True)
class Border:
    """Where it turns between two: how many notifications a poll must find. `widest` is the largest high / low of an
    interval that still tells where."""

    between: tuple[str, ...]
    scenarios: tuple[str, ...]
    widest: float


@dataclass(frozen=True)
class Measure:
    """One comparison, in one or several workloads. `beside` is shown and never judged.

    `against_workload` and `against_case`: where the other side ran, if not in the subject's own place. Then a transport
    may stand against itself, such as clients that come back together against those that spread.
    """

    title: str
    workloads: tuple[str, ...]
    metric: str
    compare: str
    subject: str
    expect: str
    design: str = TRIALS
    against: tuple[str, ...] = ()
    against_workload: str | None = None
    against_case: str | None = None
    beside: tuple[str, ...] = ()
    case: str | None = None
    otherwise: str | None = None
    smallest_difference: float = 0.0
    threshold: float | None = None
    no_difference: str | None = None  # the verdict where there is none, when the claim is a reason and not a cost
    along: str | None = None  # what the workloads vary: told is between which of their cases it turns
    border: Border | None = None

    def scenario_of(self, workload: str) -> str:
        return f"{DUET_PREFIX}{workload}" if self.design == DUET else workload

    @property
    def scenarios(self) -> tuple[str, ...]:
        """All that must be run to judge it; nothing where it rests on counted code."""
        if self.design == COUNTED:
            return ()
        own = [self.scenario_of(workload) for workload in self.workloads]
        other = [self.against_workload] if self.against_workload else []
        return tuple(dict.fromkeys([*own, *other, *(self.border.scenarios if self.border else ())]))

    def other_workload(self, workload: str) -> str:
        return self.against_workload or workload

    @property
    def other_case(self) -> str | None:
        """None: the main one. A case of one scenario says nothing of another."""
        return self.against_case if self.against_case or self.against_workload else self.case


@dataclass(frozen=True)
class Observation:
    """A cell of results/observed.json, and the words for what is seen there if the claim is right."""

    title: str
    table: str
    row: str
    column: str
    says: tuple[str, ...]
    decides: bool = True


@dataclass(frozen=True)
class Claim:
    """`primary` decides; so does `also`, of a claim that says two things. `secondary` is told.

    So do the `observed` that say so; then there may be no primary. `sha256` is of the file as it is now.
    """

    id: str
    text: str
    criterion: str
    conditions: tuple[str, ...]
    primary: Measure | None
    secondary: tuple[Measure, ...]
    cannot_fail_because: str
    file: str
    sha256: str
    also: tuple[Measure, ...] = ()
    observed: tuple[Observation, ...] = ()

    @property
    def deciding(self) -> tuple[Measure, ...]:
        return *([self.primary] if self.primary else []), *self.also

    @property
    def command(self) -> str:
        """Measures once more what decides, and no more than that."""
        counts = any(measure.design == COUNTED for measure in self.deciding)
        observes = any(each.decides for each in self.observed)
        bench = [f"make bench ARGS='{self.options}'"] if self.scenarios else []
        return " && ".join([*["make observe"] * observes, *["make complexity"] * counts, *bench])

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Those that decide."""
        return tuple(dict.fromkeys(name for measure in self.deciding for name in measure.scenarios))

    @property
    def options(self) -> str:
        return " ".join(f"--only {name}" for name in self.scenarios)


def load_claims(folder: Path = CLAIMS_FOLDER, scenarios: Path = SCENARIOS_FOLDER) -> list[Claim]:
    """All claims of a folder, those of the article (R) first, in the order of their numbers. The first mistake in any
    file is a UsageError."""
    found: dict[str, Claim] = {}
    for path in sorted(folder.glob("*.toml")):
        claim = _load(path, scenarios)
        if claim.id in found:
            raise UsageError(f'{path}: id = "{claim.id}": {found[claim.id].file} has the same id')
        found[claim.id] = claim
    claims = [claim for claim in found.values() if claim.file != AA_FILE]
    return sorted(claims, key=lambda claim: (not claim.id.startswith("R"), len(claim.id), claim.id))


def load_aa(folder: Path = CLAIMS_FOLDER, scenarios: Path = SCENARIOS_FOLDER) -> Claim:
    """The A/A test, worded and judged like a claim."""
    return _load(folder / AA_FILE, scenarios)


def hashes(folder: Path = CLAIMS_FOLDER) -> dict[str, str]:
    """SHA-256 of each file, for context.json."""
    return {path.name: _sha256(path) for path in sorted(folder.glob("*.toml"))}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _load(path: Path, scenarios: Path) -> Claim:
    values = _read(str(path), read_toml(path, "a claim"), CLAIM)
    head = values.pop("primary", None)
    primary = None if head is None else _measure(f"{path}: [primary]", head, scenarios)
    observed = tuple(Observation(**_read(f"{path}: [[observed]] {number}", each, OBSERVED))
                     for number, each in enumerate(values.pop("observed", ()), start=1))
    if primary is None and not any(each.decides for each in observed):
        raise UsageError(f"{path}: nothing decides: it needs [primary], or an [[observed]] that decides")
    if primary is None and values.get("also"):
        raise UsageError(f"{path}: [[also]]: decides beside a [primary], and there is none")
    also, secondary = (tuple(_measure(f"{path}: [[{key}]] {number}", other, scenarios)
                             for number, other in enumerate(values.pop(key, ()), start=1))
                       for key in ("also", "secondary"))
    return Claim(id=values["id"], text=values["claim"], criterion=values["criterion"],
                 conditions=values["conditions"], primary=primary, also=also, secondary=secondary,
                 cannot_fail_because=values.get("cannot_fail_because", ""), file=path.name, sha256=_sha256(path),
                 observed=observed)


def _measure(where: str, table: Any, scenarios: Path) -> Measure:
    values = _read(where, table, MEASURE)
    border = values.pop("border", None)
    if border is not None:
        values["border"] = Border(**_read(f"{where} border", border, BORDER))
    measure = Measure(**values)
    check_together(where, values)
    if measure.design == COUNTED:
        _refuse_what_is_not_counted(where, measure)
        return measure
    for name in (*measure.workloads, *measure.scenarios):
        if name not in (known := known_scenarios(scenarios)):
            raise UsageError(f'{where}: unknown scenario "{name}"; known are {", ".join(known)}')
    _refuse_what_none_runs(where, measure, scenarios)
    return measure


def _refuse_what_is_not_counted(where: str, measure: Measure) -> None:
    for side in measure.workloads:
        if side not in SIDES:
            raise UsageError(f'{where}: workloads: "{side}": code is counted on the sides {", ".join(SIDES)}')
    for variant in (measure.subject, *measure.against):
        if not transport_of(variant).folder:
            raise UsageError(f"{where}: {variant} has no folder of its own whose code is counted")


def _refuse_what_none_runs(where: str, measure: Measure, scenarios: Path) -> None:
    """It would be "not measured" after every run, and nobody would be told why."""
    for workload in measure.workloads:
        scenario = measure.scenario_of(workload)
        if measure.design == DUET:
            refuse_pairs_that_none_plays(where, scenarios, scenario, measure.subject, measure.against)
        else:
            refuse_what_none_runs(where, scenarios, scenario, (measure.subject, *measure.beside), measure.case)
            refuse_what_none_runs(where, scenarios, measure.other_workload(scenario), measure.against,
                                  measure.other_case)
    if measure.border is not None:
        for scenario in measure.border.scenarios:
            refuse_what_none_runs(f"{where} border", scenarios, scenario, measure.border.between, None)


def _read(where: str, table: Any, fields: dict[str, ClaimField]) -> dict[str, Any]:
    values = read_keys(where, table, {key: field.read for key, field in fields.items()})
    missing = [key for key, field in fields.items() if field.required and key not in values]
    if missing:
        raise UsageError(f'{where}: the key "{missing[0]}" is missing')
    return values
