"""Whether a file is what results/schema/ says. One of another version is for its reader to take as far as it fits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from pushbench.store.compiled import Check, compiled

SCHEMAS = Path(__file__).resolve().parents[3] / "results" / "schema"
CONTEXT_VERSION = 1
TRIAL_VERSION = 4  # of a trial's file and of the load generator's result in it, as they are written now
CHECKED_VERSIONS = (3, TRIAL_VERSION)  # those that the schema says whole; files of others are read as far as they fit


def fault(kind: str, document: Mapping[str, Any]) -> str:
    """Where and how the document is not as its schema says, in one line; empty if it is."""
    checked, bad = _without_buckets(_of_this_version(document)) if kind == "trial" else (document, "")
    if bad:
        return f"{bad} is no list of a value and a count each"
    return "" if _check(kind)(checked) else _in_words(_validator(kind), checked)


def _in_words(validator: Any, document: Mapping[str, Any]) -> str:
    from jsonschema.exceptions import best_match

    worst = best_match(validator.iter_errors(document))
    if worst is None:
        return "it is otherwise"  # the two never disagree: test_compiled
    place = "/".join(str(step) for step in worst.absolute_path)
    return f"{place}: {worst.message}"[-160:] if place else worst.message[-160:]


def _of_this_version(trial: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the result, where another version of the load generator wrote it."""
    result = trial.get("result")
    known = not isinstance(result, dict) or result.get("schema_version") in CHECKED_VERSIONS
    return trial if known else {**trial, "result": None}


@cache
def _check(kind: str) -> Check:
    return compiled(json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8")))


@cache
def _validator(kind: str) -> Any:
    import jsonschema  # here: most files are as they should be, and it takes a tenth of a second

    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def _without_buckets(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The document with empty histograms, and which histogram is none, if any.

    They hold thousands of numbers, for which the schema's own way takes a third of a second a trial.
    """
    result = document.get("result")
    histograms = result.get("histograms") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(histograms, dict):
        return document, ""
    emptied: dict[str, Any] = {}
    for name, held in histograms.items():
        parts = held if isinstance(held, dict) else {"": held}
        if any(isinstance(part, list) and not _are_buckets(part) for part in parts.values()):
            return document, f"result/histograms/{name}"
        empty = {place: [] if isinstance(part, list) else part for place, part in parts.items()}
        emptied[name] = empty if isinstance(held, dict) else empty[""]
    return {**document, "result": {**result, "histograms": emptied}}, ""


def _are_buckets(pairs: list[Any]) -> bool:
    if not pairs:
        return True
    if set(map(type, pairs)) != {list} or set(map(len, pairs)) != {2}:
        return False
    numbers = list(chain.from_iterable(pairs))
    return set(map(type, numbers)) == {int} and min(numbers[::2]) >= 0 and min(numbers[1::2]) >= 1
