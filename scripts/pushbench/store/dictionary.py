"""What results/schema/ says of each number: its path, unit and meaning. The load generator reads the same file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pushbench.store.schema import SCHEMAS

NAMES_SOMETHING = "id"  # the unit of a number that measures nothing
_UNITS = re.compile(r"(?<!_per)_(?:us|ms|ns|s|bytes|kib|mib)(?=[_.]|$)")


@dataclass(frozen=True)
class Described:
    """One number of a trial's result, such as `latency_us.p99`."""

    path: str
    unit: str
    about: str

    @property
    def short_name(self) -> str:
        return without_units(self.path)


def without_units(name: str) -> str:
    """'cpu_us_per_delivery' → 'cpu_per_delivery'. What is counted per second keeps its second: it is what it says."""
    return _UNITS.sub("", name)


@cache
def result_numbers() -> tuple[Described, ...]:
    """All numbers of a result, in the order of the schema."""
    schema = load("trial")
    found = {each.path: each for each in _numbers(schema, schema["$defs"]["result"], "", "")}
    return tuple(found.values())


def load(kind: str) -> dict[str, Any]:
    """One file of results/schema/, as it is."""
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return schema


def parts(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A node, and what it refers to or is put together from."""
    yield node
    if isinstance(ref := node.get("$ref"), str) and ref.startswith("#/$defs/"):
        yield from parts(schema, schema["$defs"][ref.rsplit("/", 1)[1]])
    for several in ("allOf", "anyOf"):
        for each in node.get(several, ()):
            yield from parts(schema, each)


def _numbers(schema: Mapping[str, Any], node: Mapping[str, Any], path: str, about: str) -> Iterator[Described]:
    """`about` is what is told of the object around it: "p99" alone would say little."""
    for part in parts(schema, node):
        here = about or str(part.get("description", "")) if path else ""
        for key, member in part.get("properties", {}).items():
            yield from _numbers(schema, member, f"{path}.{key}" if path else key, here)
        if part.get("unit", NAMES_SOMETHING) != NAMES_SOMETHING:
            whole, own = about.removesuffix("."), str(part.get("description", ""))
            yield Described(path, str(part["unit"]), f"{whole}: {own}" if whole else own)
