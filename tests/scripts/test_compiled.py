"""The quick check of a document says what the slow one says: of good trials, and of each way to spoil one."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from pushbench.store.archive import trial_texts
from pushbench.store.compiled import Unsupported, compiled
from pushbench.store.dictionary import load
from pushbench.store.schema import SCHEMAS

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
KINDS = sorted(path.name.partition(".")[0] for path in SCHEMAS.glob("*.schema.json"))
SPOILT = (None, True, 1, -1, 0.5, 3.0, "text", [], [1], {}, {"a": 1})


def without_buckets(trial):
    """They are looked at by a check of their own, and are thousands."""
    for result in (trial.get("result"), *(trial.get("results") or {}).values()):
        if isinstance(result, dict) and isinstance(result.get("histograms"), dict):
            result["histograms"] = emptied(result["histograms"])
    return trial


def emptied(held):
    if isinstance(held, dict):
        return {name: emptied(part) for name, part in held.items()}
    return [] if isinstance(held, list) else held


def places(node, path=()):
    """Each place in a document that can be spoilt; of a list its first member."""
    yield path
    members = node.items() if isinstance(node, dict) else enumerate(node[:1]) if isinstance(node, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def changed(document, path, value):
    made = copy.deepcopy(document)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_can_be_compiled(kind):
    assert compiled(load(kind))({}) is False


@pytest.mark.parametrize("start", ["broadcast__sse__", "duet-sparse__sse-vs-websocket__"])
def test_it_agrees_with_the_validator(start):
    texts = dict(trial_texts(REFERENCE, (start.partition("__")[0],)))
    trial = without_buckets(json.loads(next(text for name, text in texts.items() if name.startswith(start))))
    quick, slow = compiled(load("trial")), jsonschema.Draft202012Validator(load("trial"))
    assert quick(trial) and slow.is_valid(trial)
    where = [path for path in places(trial) if path]
    assert len(where) > 100
    for number, path in enumerate(where):
        for value in (SPOILT[number % len(SPOILT)], SPOILT[(number * 7 + 3) % len(SPOILT)]):
            spoilt = changed(trial, path, value)
            assert quick(spoilt) == slow.is_valid(spoilt), (path, value)


def test_members_that_are_missing_or_too_many():
    quick = compiled({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"],
                      "additionalProperties": False})
    assert quick({"a": 1}) and quick({"a": 1.0})
    assert not any(map(quick, ({}, {"a": True}, {"a": 1, "b": 2}, {"a": 1.5}, [])))
    assert compiled({"additionalProperties": {"type": "string"}})({"x": "y"})
    assert compiled({"pattern": "^a+$"})("aa") and not compiled({"pattern": "^a+$"})("b")
    assert not compiled({"const": True})(1) and not compiled({"enum": [1, 2]})(True)


def test_a_keyword_that_nobody_checks_is_refused():
    with pytest.raises(Unsupported, match="propertyNames"):
        compiled({"type": "string", "propertyNames": {}})
