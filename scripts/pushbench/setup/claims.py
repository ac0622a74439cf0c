"""The claims on trial, as bench/claims/*.toml say them: text, criterion, measures."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushbench.errors import PushbenchError
from pushbench.store.metrics import METRICS

CLAIMS_FOLDER = Path(__file__).resolve().parents[3] / "bench" / "claims"
AA_FILE = "A0.toml"  # the A/A test: no claim on trial, but the method itself
COMPARES = ("ratio", "difference", "value")
EXPECTS = ("less", "more")

RULES = {
    "blanket": "It holds when at least one measure holds and none speaks against it or stays open. It does "
               "not hold when any measure does not hold. When every measure shows no practical difference, "
               "so does the claim.",
    "all": "It holds only when every measure holds. It does not hold when any measure does not hold or shows "
           "no practical difference.",
    "same": "It does not hold when any measure has a winner, either way. When every measure shows no practical "
            "difference, so does it.",
}


@dataclass(frozen=True)
class Measure:
    """One comparison that a claim must pass. `beside` and `counts = false` are shown but never judge."""

    title: str
    scenario: str
    metric: str
    compare: str
    subject: str
    expect: str
    against: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    case: str | None = None
    otherwise: str | None = None
    smallest_difference: float = 0.0
    threshold: float | None = None
    counts: bool = True


@dataclass(frozen=True)
class Claim:
    id: str
    text: str
    criterion: str
    rule: str
    conditions: tuple[str, ...]
    measures: tuple[Measure, ...]
    file: str

    @property
    def rule_text(self) -> str:
        return RULES[self.rule]


def load_claims(folder: Path = CLAIMS_FOLDER) -> list[Claim]:
    """All claims of a folder, in the order of their numbers."""
    claims = [_load(path) for path in folder.glob("*.toml") if path.name != AA_FILE]
    return sorted(claims, key=lambda claim: (len(claim.id), claim.id))


def load_aa(folder: Path = CLAIMS_FOLDER) -> Claim:
    """The A/A test, worded and judged like a claim."""
    return _load(folder / AA_FILE)


def _load(path: Path) -> Claim:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        claim = Claim(
            id=data["id"], text=data["claim"], criterion=data["criterion"], rule=data["rule"],
            conditions=tuple(data.get("conditions", ())), file=path.name,
            measures=tuple(_measure(entry) for entry in data["measure"]))
    except KeyError as error:
        raise PushbenchError(f"{path}: {error.args[0]!r} is missing") from error
    except (OSError, TypeError, ValueError) as error:
        raise PushbenchError(f"{path}: {error}") from error
    if claim.rule not in RULES:
        raise PushbenchError(f"{path}: rule {claim.rule!r} is unknown (known: {', '.join(RULES)})")
    return claim


def _measure(entry: dict[str, Any]) -> Measure:
    lists: dict[str, Any] = {name: tuple(entry[name]) for name in ("against", "beside") if name in entry}
    measure = Measure(**entry | lists)
    for name in (measure.metric, measure.otherwise):
        if name is not None and name not in METRICS:
            raise ValueError(f"measure {measure.title!r}: metric {name!r} is unknown")
    if measure.compare not in COMPARES or measure.expect not in EXPECTS:
        raise ValueError(f"measure {measure.title!r}: compare is one of {COMPARES}, expect one of {EXPECTS}")
    if measure.compare == "value" and measure.threshold is None:
        raise ValueError(f"measure {measure.title!r}: compare = \"value\" needs a threshold")
    if measure.compare != "value" and (not measure.against or measure.smallest_difference <= 0):
        raise ValueError(f"measure {measure.title!r}: needs against and a smallest_difference above 0")
    return measure
