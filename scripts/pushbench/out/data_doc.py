"""docs/data.md: every name in what a run leaves behind, from the schemas and the tables that the code goes by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pushbench.out import hgrm, openmetrics, tidy
from pushbench.store.counted import COUNTED
from pushbench.store.dictionary import load, without_units
from pushbench.store.folder import write_text
from pushbench.store.metrics import METRICS
from pushbench.store.schema import SCHEMAS

_BEGIN = f"""# What a run leaves behind

This page is made from `results/schema/` and from the tables in the code, by `make reference` or `pushbench readme`; a
test holds it against them. So it is changed there.

| file of `results/<run-id>/` | what it holds |
|---|---|
| `context.json` | what was run, on what machine: [below](#contextjson) |
| `trials/*.json`, or all of them in `trials.tar.xz` | one trial each: [below](#trialjson) |
| `calibration.json`, `speed.json` | the meter, measured itself: below, each by its name |
| `evidence.json`, `complexity.json`, `observed.json` | what was counted, and what was seen: below, each by its name |
| `report.html`, `summary.json`, `summary.md`, `charts/` | the report, for people and programs |
| `{tidy.FILE}` | [a line for each figure of each trial](#{tidy.FILE.replace(".", "")}), by `make csv` |
| `out/{hgrm.FOLDER}/*.hgrm` | latencies of all blocks of a transport, for the plotters of HdrHistogram, by `make out` |
| `out/{openmetrics.FILE}` | the figures as OpenMetrics text, by `make out` |

What cannot be known is absent or `null`. It is never 0.
"""
_FIGURES = """## Figures

What the report, `make csv`, `make compare` and `make gate` speak of. A figure of a run is the mean over blocks with its
95 % interval. Each has a short name without units, and one in the metrics with base units.

| figure | short name | in the metrics | unit | less is better | what it is |
|---|---|---|---|---|---|
"""


def write(path: Path) -> None:
    write_text(path, text())


def text() -> str:
    kinds = sorted(path.name.partition(".")[0] for path in SCHEMAS.glob("*.schema.json"))
    order = ["context", "trial", *(kind for kind in kinds if kind not in ("context", "trial"))]
    return "\n".join([_BEGIN, _FIGURES + "\n".join(_figures()), "", *_columns(),
                      *(line for kind in order for line in _schema(kind))]) + "\n"


def _figures() -> Iterator[str]:
    for metric in METRICS.values():
        yield _row(f"`{metric.key}`", f"`{without_units(metric.key)}`", f"`{openmetrics.name_of(metric)}`", metric.unit,
                   "yes" if metric.lower_is_better else "no", metric.title)
    for metric in COUNTED.values():
        yield _row(f"`{metric.key}`", "", "", "", "yes", f"{metric.title}: counted, in complexity.json")


def _columns() -> Iterator[str]:
    yield from (f"## {tidy.FILE}", "", "| column | unit | meaning |", "|---|---|---|")
    for name, (unit, about) in tidy.COLUMNS.items():
        yield _row(f"`{name}`", unit, about)
    yield from ("", "| metric of a duet | meaning |", "|---|---|")
    for name, about in tidy.DUET.items():
        yield _row(f"`{name}`", about)
    yield ""


def _schema(kind: str) -> Iterator[str]:
    """A table for the file, and one for each part that it refers to."""
    schema = load(kind)
    about = f"{schema.get('title', kind)}. {schema.get('description', '')}".strip()
    yield from (f"## {kind}.json", "", about, "", f"Schema: `results/schema/{kind}.schema.json`.", "")
    yield from _table(schema, kind)
    for name, part in schema.get("$defs", {}).items():
        yield from (f"### {kind}: {name}", "", part.get("description", ""), "")
        yield from _table(part, kind)


def _table(node: Mapping[str, Any], kind: str) -> Iterator[str]:
    rows = list(_rows(node, "", kind))
    if rows:
        yield from ("| key | type | unit | meaning |", "|---|---|---|---|", *rows, "")
    else:
        yield from (f"Type: {_type(node, kind)}.", "")


def _rows(node: Mapping[str, Any], path: str, kind: str) -> Iterator[str]:
    """Each key, and those inside it. What is referred to has a table of its own."""
    for key, of in node.get("properties", {}).items():
        here = f"{path}{key}"
        yield _row(f"`{here}`", _type(of, kind), str(of.get("unit", "")), str(of.get("description", "")))
        yield from _inside(of, here, kind)
    more = node.get("additionalProperties")
    if path and isinstance(more, dict):
        yield from _inside(more, f"{path}*", kind)


def _inside(of: Mapping[str, Any], here: str, kind: str) -> Iterator[str]:
    yield from _rows(of, f"{here}.", kind)
    for each in (*of.get("anyOf", ()), *of.get("allOf", ())):
        yield from _rows(each, f"{here}.", kind)
    if isinstance(of.get("items"), dict):
        yield from _rows(of["items"], f"{here}[].", kind)


def _type(of: Mapping[str, Any], kind: str) -> str:
    if "const" in of:
        return json.dumps(of["const"])
    if "enum" in of:
        return ", ".join("nothing" if each is None else str(each) for each in of["enum"])
    if isinstance(ref := of.get("$ref"), str):
        name = ref.rpartition("/")[2]
        return f"[{name}](#{kind}-{name})"
    if several := of.get("anyOf") or of.get("allOf"):
        return " or ".join(dict.fromkeys(_type(each, kind) for each in several if each))
    named = of.get("type", "")
    types = [str(each) for each in (named if isinstance(named, list) else [named])]
    held = _type(of["items"], kind) if "array" in types and isinstance(of.get("items"), dict) else ""
    return f"list of {held}" if held not in ("", "object") else " or ".join(types)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
