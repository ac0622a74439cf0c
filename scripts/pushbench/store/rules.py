"""How a trial stands to the rules of measuring, and what that makes of it. This is the one place that decides.

The load generator judges by its own rules and lists them all in its result; the runner adds what only it can know,
in the same form. Nothing here, nor in who asks here, goes by the words of a sentence: those are for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pushbench.store.clock import clock_faults

WRONG = "wrong"  # its figures are not what they are called: the trial is void
SLOW = "slow"  # something made it slower than it is: the trial counts, and is marked
STATUSES = ("ok", "invalid", "failed")
SATURATION = "saturation"  # the scenario that looks for the load generator's own limit


@dataclass(frozen=True)
class Finding:
    """How one trial stands to one rule. `of` is which of several of this name; the limit is the highest right value.

    A rule that applies and was not judged had nothing to go by: the system does not say, or there was too little.
    """

    rule: str
    value: float | None
    limit: float | None
    unit: str
    of: str
    applies: bool
    judged: bool
    broken: bool
    effect: str
    text: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def finding(rule: str, value: float | None, limit: float, text: str, *, unit: str = "", of: str = "",
            effect: str = WRONG) -> Finding:
    """`text` is told only where the rule is broken, as "rule: text"."""
    broken = value is not None and value > limit
    return Finding(rule, value, limit, unit, of, True, value is not None, broken, effect,
                   f"{rule}: {text}" if broken else "")


def waived(findings: Iterable[Finding], names: Collection[str], of: str | None = None) -> list[Finding]:
    """The same, without what does not apply to a trial of this kind. The values stay to be seen. `of`: of it alone."""
    return [replace(each, applies=False, judged=False, broken=False, text="")
            if each.rule in names and of in (None, each.of) else each for each in findings]


def broken(findings: Iterable[Finding], effect: str | None = None) -> list[Finding]:
    return [each for each in findings if each.broken and effect in (None, each.effect)]


def texts(findings: Iterable[Finding], effect: str) -> list[str]:
    return list(dict.fromkeys(each.text for each in broken(findings, effect)))


def findings_of(result: Mapping[str, Any]) -> list[Finding]:
    """Of the load generator's result. One from before there were rules in it says only in words what was wrong."""
    if isinstance(rows := result.get("rules"), list):
        return read(rows)
    said = [str(why) for why in _list(result.get("invalid_because"))]
    if result.get("valid") is False and not said:
        said = ["the load generator gave no reason"]
    return [Finding("", None, None, "", "", True, True, True, WRONG, text) for text in said]


def read(rows: Iterable[Any]) -> list[Finding]:
    """From JSON. A broken rule counts, even where not all is told of it."""
    return [_finding(row) for row in rows if isinstance(row, dict)]


def _finding(row: Mapping[str, Any]) -> Finding:
    words = {name: str(row.get(name) or "") for name in ("rule", "unit", "of", "text")}
    broken_one = row.get("broken") is True
    return Finding(value=_number(row.get("value")), limit=_number(row.get("limit")), broken=broken_one,
                   applies=row.get("applies", True) is True, judged=row.get("judged", broken_one) is True,
                   effect=SLOW if row.get("effect") == SLOW else WRONG, **words)


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def verdict(findings: Collection[Finding]) -> dict[str, Any]:
    """What a record says of its rules, besides the rules themselves."""
    return {"invalid_because": texts(findings, WRONG), "marked_because": texts(findings, SLOW)}


@dataclass(frozen=True)
class Standing:
    """What became of a trial: `reasons` why it is not ok, `marks` what made it slow."""

    status: str
    reasons: tuple[str, ...]
    marks: tuple[str, ...]
    findings: tuple[Finding, ...]


def standing(record: Mapping[str, Any], result: Mapping[str, Any]) -> Standing:
    """Of a trial's record as it was written, by whatever version of this program."""
    findings = read(_list(record.get("rules")))
    findings += [finding("clock", 1.0, 0.0, fault, of="file") for fault in clock_faults(dict(record), dict(result))]
    said = _list(record.get("invalid_because")) or _list(result.get("invalid_because"))
    reasons = [str(why) for why in (*said, record.get("error")) if why]
    status = record.get("status")
    if status not in STATUSES:
        reasons.append(f"unknown status {status!r}")
        status = "failed"
    if status == "ok" and not result and not any(key in record for key in ("wrk", "duet", "intake")):
        reasons.append("status ok, but no result in the file")
        status = "failed"
    if status == "ok" and (broken(findings, WRONG) or _called_invalid(record, result)):
        status = "invalid"
    return Standing(status, tuple(dict.fromkeys([*reasons, *texts(findings, WRONG)])),
                    tuple(texts(findings, SLOW)), tuple(findings))


def _called_invalid(record: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """A record from before there were rules in it, that calls itself fine and holds a result that does not.

    Some drive the load generator to its limit on purpose: the runner has judged those by rules of their own.
    """
    to_the_limit = record.get("scenario") == SATURATION or any(key in record for key in ("steps", "wrk", "flood"))
    return "rules" not in record and result.get("valid") is False and not to_the_limit


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
