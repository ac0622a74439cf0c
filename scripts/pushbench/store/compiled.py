"""A JSON schema as functions: whether a document is as it says, a hundred times quicker than a validator that explains.

A run may have ten thousand trials. What is not as it should be goes to the validator, for words. Of the keywords only
those that results/schema/ uses are here; another one is refused, so that no schema says what nobody checks.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping, Sized
from typing import Any

Check = Callable[[Any], bool]
Keyword = Callable[[Mapping[str, Any], Mapping[str, Check]], Check]

_ONLY_TOLD = {"$schema", "$id", "title", "description", "unit", "format", "$defs"}
# As JSON is read; a bool is its own type, and no number.
_TYPES: dict[str, set[type]] = {"null": {type(None)}, "boolean": {bool}, "string": {str}, "array": {list},
                                "object": {dict}, "number": {int, float}, "integer": {int}}


class Unsupported(Exception):
    """The schema has a keyword that is not known here."""


def compiled(schema: Mapping[str, Any]) -> Check:
    parts: dict[str, Check] = {}
    for name, node in schema.get("$defs", {}).items():
        parts[name] = _node(node, parts)
    return _node(schema, parts)


def _node(node: Any, parts: Mapping[str, Check]) -> Check:
    if isinstance(node, bool):
        return lambda value: node
    # Two keywords that are read together are one check.
    checks = [keyword(node, parts) for keyword in dict.fromkeys(_KEYWORDS[key] for key in node if key in _KEYWORDS)]
    if unknown := node.keys() - _KEYWORDS.keys() - _ONLY_TOLD - _TOGETHER:
        raise Unsupported(", ".join(sorted(unknown)))
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _type(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    named = [node["type"]] if isinstance(node["type"], str) else node["type"]
    types = frozenset().union(*(_TYPES[name] for name in named))
    if "integer" in named:  # 1.0 is one, too
        return lambda value: type(value) in types or (type(value) is float and value.is_integer())
    return lambda value: type(value) in types


def _ref(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    name = node["$ref"].removeprefix("#/$defs/")
    return lambda value: parts[name](value)  # looked up when it is needed: it may come later


def _among(values: Collection[Any]) -> Check:
    """1 is not true, though Python says so."""
    return lambda value: any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in values)


def _members(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    """Of an object: each member by its name, the others by what is said of them."""
    known = {name: _node(of, parts) for name, of in node.get("properties", {}).items()}
    other = _node(node.get("additionalProperties", True), parts)
    return lambda value: not isinstance(value, dict) or all(
        known.get(name, other)(member) for name, member in value.items())


def _required(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    names = frozenset(node["required"])
    return lambda value: not isinstance(value, dict) or value.keys() >= names


def _items(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    first = [_node(of, parts) for of in node.get("prefixItems", ())]
    rest = _node(node.get("items", True), parts)
    return lambda value: not isinstance(value, list) or (
        all(check(each) for check, each in zip(first, value, strict=False))
        and all(rest(each) for each in value[len(first):]))


def _number(key: str, is_kept: Callable[[Any, Any], bool]) -> Keyword:
    def keyword(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
        limit = node[key]
        return lambda value: not _is_number(value) or is_kept(value, limit)
    return keyword


def _length(key: str, of: type[Sized], is_kept: Callable[[int, int], bool]) -> Keyword:
    def keyword(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
        limit = node[key]
        return lambda value: not isinstance(value, of) or is_kept(len(value), limit)
    return keyword


def _pattern(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    finds = re.compile(node["pattern"]).search
    return lambda value: not isinstance(value, str) or finds(value) is not None


def _any_of(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    checks = [_node(of, parts) for of in node["anyOf"]]
    return lambda value: any(check(value) for check in checks)


def _all_of(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    checks = [_node(of, parts) for of in node["allOf"]]
    return lambda value: all(check(value) for check in checks)


def _if(node: Mapping[str, Any], parts: Mapping[str, Check]) -> Check:
    when, then = _node(node["if"], parts), _node(node.get("then", True), parts)
    return lambda value: not when(value) or then(value)


_TOGETHER = {"then"}  # read with another one
_KEYWORDS: dict[str, Keyword] = {
    "type": _type, "$ref": _ref, "required": _required, "anyOf": _any_of, "allOf": _all_of, "if": _if,
    "pattern": _pattern,
    "enum": lambda node, parts: _among(node["enum"]), "const": lambda node, parts: _among([node["const"]]),
    "properties": _members, "additionalProperties": _members, "items": _items, "prefixItems": _items,
    "minimum": _number("minimum", operator.ge), "maximum": _number("maximum", operator.le),
    "exclusiveMinimum": _number("exclusiveMinimum", operator.gt),
    "minItems": _length("minItems", list, operator.ge), "maxItems": _length("maxItems", list, operator.le),
    "minLength": _length("minLength", str, operator.ge), "maxLength": _length("maxLength", str, operator.le),
    "minProperties": _length("minProperties", dict, operator.ge),
}
