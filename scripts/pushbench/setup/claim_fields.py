"""The keys that a claim may hold: how each is read, and what to say when it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pushbench.errors import UsageError
from pushbench.setup import transports
from pushbench.setup.fields import VARIED, list_of, number, one_of, text
from pushbench.store.counted import COUNTED, TOLD

DESIGNS = ("trials", "duet", "counted")
COMPARES = ("ratio", "difference", "value")
EXPECTS = ("less", "more", "same")
NO_DIFFERENCE = ("holds", "does not hold", "no practical difference")
ELSEWHERE = ("against_workload", "against_case")  # where the other side of a comparison is not the subject's place
DUET_METRIC = "server_cpu_us_per_delivery"  # the only figure that a window of a duet can tell


@dataclass(frozen=True)
class ClaimField:
    read: Callable[[Any], Any]
    required: bool = False


def variant(value: Any) -> str:
    """A transport, or one at a poll interval: 'short-poll@5s'."""
    name, at, _ = value.partition("@") if isinstance(value, str) else ("", "", "")
    if name not in transports.TRANSPORTS or (at and not transports.interval_s(value)):
        raise ValueError(f"names an unknown transport; known are {', '.join(transports.TRANSPORTS)}")
    return str(value)


def metric(value: Any) -> str:
    if not isinstance(value, str) or value not in TOLD:
        raise ValueError(f"is an unknown metric; known are {', '.join(TOLD)}")
    return value


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of keys")
    return value


def tables(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError("must be tables, each headed [[also]], [[secondary]] or [[observed]]")
    return tuple(value)


CLAIM: dict[str, ClaimField] = {
    "id": ClaimField(text, required=True),
    "claim": ClaimField(text, required=True),
    "criterion": ClaimField(text, required=True),
    "conditions": ClaimField(list_of(text), required=True),
    "cannot_fail_because": ClaimField(text),
    "primary": ClaimField(table),
    "also": ClaimField(tables),
    "secondary": ClaimField(tables),
    "observed": ClaimField(tables),
}

OBSERVED: dict[str, ClaimField] = {
    "title": ClaimField(text, required=True),
    "table": ClaimField(text, required=True),
    "row": ClaimField(text, required=True),
    "column": ClaimField(text, required=True),
    "says": ClaimField(list_of(text), required=True),
    "decides": ClaimField(flag),
}

MEASURE: dict[str, ClaimField] = {
    "title": ClaimField(text, required=True),
    "design": ClaimField(one_of(DESIGNS)),
    "workloads": ClaimField(list_of(text), required=True),
    "metric": ClaimField(metric, required=True),
    "otherwise": ClaimField(metric),
    "case": ClaimField(text),
    "subject": ClaimField(variant, required=True),
    "against": ClaimField(list_of(variant)),
    "against_workload": ClaimField(text),
    "against_case": ClaimField(text),
    "beside": ClaimField(list_of(variant)),
    "compare": ClaimField(one_of(COMPARES), required=True),
    "expect": ClaimField(one_of(EXPECTS), required=True),
    "threshold": ClaimField(number(1e-9, 1e12)),
    "smallest_difference": ClaimField(number(1e-9, 1e12)),
    "no_difference": ClaimField(one_of(NO_DIFFERENCE)),
    "along": ClaimField(one_of(VARIED)),
    "border": ClaimField(table),
}

BORDER: dict[str, ClaimField] = {
    "between": ClaimField(list_of(variant), required=True),
    "scenarios": ClaimField(list_of(text), required=True),
    "widest": ClaimField(number(1.0, 100.0), required=True),
}


def check_together(where: str, values: dict[str, Any]) -> None:
    """What only several keys together can get wrong."""
    compare, expect = values["compare"], values["expect"]
    if compare == "value":
        _refuse(where, "threshold" not in values, 'compare = "value" needs a threshold')
        for key in ("against", *ELSEWHERE):
            _refuse(where, key in values, f'{key}: compare = "value" holds one transport against a threshold')
        _refuse(where, expect == "same", 'expect = "same": compare = "value" knows "less" and "more"')
    else:
        _refuse(where, not values.get("against"), f'compare = "{compare}" needs against, a list of transports')
        _refuse(where, "smallest_difference" not in values, f'compare = "{compare}" needs a smallest_difference')
        elsewhere = any(key in values for key in ELSEWHERE)
        _refuse(where, values["subject"] in values.get("against", ()) and not elsewhere,
                "against: names the subject itself")
    if "along" in values:
        _refuse(where, not str(values.get("case", "")).startswith(f"{values['along']}="),
                f'along = "{values["along"]}" needs the case of it that decides')
    _refuse(where, expect == "same" and "threshold" in values, 'expect = "same" knows no threshold')
    if values.get("design") == "duet":
        _refuse(where, compare != "ratio", 'design = "duet" gives a ratio: compare must be "ratio"')
        for key in ELSEWHERE:
            _refuse(where, key in values, f'{key}: design = "duet" runs both at once, in one workload')
        _refuse(where, values["metric"] != DUET_METRIC,
                f'metric = "{values["metric"]}": design = "duet" measures {DUET_METRIC} only')
    counted = values.get("design") == "counted"
    _refuse(where, counted and compare != "ratio", 'design = "counted" gives a ratio: compare must be "ratio"')
    _refuse(where, counted != (values["metric"] in COUNTED), f'metric = "{values["metric"]}": design = "counted"'
            f' compares {", ".join(COUNTED)}, and no other design does')
    border = values.get("border")
    _refuse(where, border is not None and len(border.between) != 2, "border: between must name two transports")


def _refuse(where: str, wrong: bool, why: str) -> None:
    if wrong:
        raise UsageError(f"{where}: {why}")
