"""results/schema/ says of each number that the load generator writes its unit, and of each key what it means."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "results" / "schema" / "trial.schema.json").read_text(encoding="utf-8"))
UNITS = {"ns", "us", "ms", "s", "bytes", "count", "per_s", "per_minute", "cores", "ratio", "ppm", "pages", "requests",
         "id"}
# What a name may end in, and what its unit is then. "Units in names": who reads a table of figures sees no schema.
ENDINGS = {"_ns": "ns", "_us": "us", "_ms": "ms", "_s": "s", "_bytes": "bytes", "_per_s": "per_s", "_ppm": "ppm"}


def keys(node, path=""):
    """Each key of a result with what the schema says of it. Histograms and series hold no single numbers."""
    for name, of in node.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield here, of
        for part in parts(of):
            yield from keys(part, here)


def parts(node):
    yield node
    if ref := node.get("$ref"):
        yield from parts(SCHEMA["$defs"][ref.rsplit("/", 1)[1]])
    for several in ("allOf", "anyOf"):
        for each in node.get(several, []):
            yield from parts(each)


RESULT = {path: of for path, of in keys(SCHEMA["$defs"]["result"])}


def is_number(of):
    kinds = of.get("type", [])
    return bool({"number", "integer"} & set([kinds] if isinstance(kinds, str) else kinds))


@pytest.mark.parametrize("path", [path for path, of in RESULT.items() if is_number(of)])
def test_each_number_has_a_unit_and_a_meaning(path):
    of = RESULT[path]
    assert of.get("unit") in UNITS, f"give it a \"unit\", one of {sorted(UNITS)}"
    assert of.get("description"), "say what it is"
    for ending, unit in ENDINGS.items():
        if path.endswith(ending) and not (ending == "_s" and re.search(r"[._]per(_\w+)?_s$", path)):
            assert of["unit"] == unit


@pytest.mark.parametrize("path", [path for path in RESULT if not path.startswith("histograms.")])
def test_each_key_has_a_meaning(path):
    if "enum" in RESULT[path] or "$ref" in RESULT[path]:
        return  # its values say it, or the definition that it refers to
    assert RESULT[path].get("description") or any(each.get("description") for each in parts(RESULT[path]))
