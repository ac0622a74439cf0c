"""Reads a folder of summaries. Whoever sent them: one that is broken or something else is named and left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushbench.errors import UsageError
from pushbench.plain import in_one_line, parse_json
from pushbench.prose import NBSP
from pushbench.share.document import KIND, MOST_BYTES, SCHEMA_VERSION
from pushbench.store import here
from pushbench.store.schema import fault

NO_BREAK = "\u2011"  # a hyphen at which no line ends
MOST_TIMES = 1_000_000  # of a ratio: what is beyond was not measured by any of us


@dataclass(frozen=True)
class Shared:
    """One run on one machine. Of two runs nobody can tell whether their machine is one: each is a row of its own."""

    file: str
    document: Mapping[str, Any]

    @property
    def id(self) -> str:
        return "m-" + re.sub(r"[^A-Za-z0-9]+", "-", self.file.removesuffix(".json"))

    @property
    def machine(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document["machine"]
        return found

    @property
    def name(self) -> str:
        """'AMD EPYC, 2 cores'."""
        cores = self.machine["cores"]
        count = "" if cores is None else f", {cores}{NBSP}core{'' if cores == 1 else 's'}"
        return f"{self.machine['processor'] or 'unknown processor'}{count}"

    @property
    def when(self) -> str:
        """'default, 2026-11-27'."""
        run = self.document["run"]
        day = (run["day"] or "undated").replace("-", NO_BREAK)
        return f"{run['profile']}, {day}"

    def figure(self, scenario: str, variant: str, metric: str) -> Mapping[str, Any] | None:
        return next((each for each in self.document["figures"]
                     if (each["scenario"], each["variant"], each["metric"]) == (scenario, variant, metric)), None)


def read(folder: Path) -> tuple[list[Shared], list[str]]:
    """In the order of machines, then of days; and a line for each file that is left out."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder; {here.command('share')} writes summaries into results/community")
    found: list[Shared] = []
    lines: list[str] = []
    for path in sorted(folder.glob("*.json")):
        document, why = _read(path)
        if document is not None and (twin := next((each for each in found if each.document == document), None)):
            why = f"says the same as {twin.file}"
        if why or document is None:
            lines.append(f"{in_one_line(path.name)} {why}: left out")
        else:
            found.append(Shared(path.name, document))
    return sorted(found, key=lambda each: (each.name, each.when, each.file)), lines


def _read(path: Path) -> tuple[dict[str, Any] | None, str]:
    """A summary, or in a few words why there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        return None, f"cannot be read ({error.strerror})"
    if len(data) > MOST_BYTES:
        return None, f"has more than {MOST_BYTES:,} bytes, the most that a summary may have"
    try:
        document = parse_json(data.decode("utf-8"))
    except ValueError:
        return None, "is no complete JSON (truncated?)"
    if not isinstance(document, dict) or document.get("kind") != KIND:
        return None, "is no summary of pushbench"
    if document.get("schema_version") != SCHEMA_VERSION:
        return None, f"has schema version {str(document.get('schema_version'))[:20]}, known is {SCHEMA_VERSION}"
    if wrong := fault("share", document) or next(_untrue(document), ""):
        return None, f"is not as results/schema/share.schema.json says ({wrong})"
    return document, ""


def _untrue(document: Mapping[str, Any]) -> Iterator[str]:
    """What a schema cannot say: a figure lies within its interval, and a ratio is above nothing."""
    measures = [each for claim in document["claims"] for each in claim["measures"]]
    for each in [*document["figures"], *document["duets"], *measures]:
        ends = each["low"], each["high"]
        if (ends[0] is None) != (ends[1] is None) or (
                ends[0] is not None and not ends[0] <= each["middle"] <= ends[1]):
            yield f"an interval of {ends[0]} to {ends[1]} around {each['middle']}"
        is_ratio = each.get("compare") == "ratio" or "a" in each
        for value in (each["middle"], *(end for end in ends if end is not None)):
            if is_ratio and not 1 / MOST_TIMES <= value <= MOST_TIMES:
                yield f"a ratio of {value:g}, beyond 1 : {MOST_TIMES:,} and {MOST_TIMES:,} : 1"
