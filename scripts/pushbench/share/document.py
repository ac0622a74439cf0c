"""The summary of a run that others may read: its machine by kind, its ratios, and the figures of each claim."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pushbench import prose
from pushbench.errors import PushbenchError, UsageError
from pushbench.plain import parse_json
from pushbench.setup.claims import COUNTED
from pushbench.share import told
from pushbench.stats.estimates import MIN_BLOCKS
from pushbench.store import here
from pushbench.store.folder import RunFolder

KIND = "pushbench summary"
SCHEMA_VERSION = 1
MOST_BYTES = 20_000
_DIGITS = 4
# What tells how fast a machine is, beside all ratios: scenario and figure.
FIGURES = (("broadcast", "server_cpu_us_per_delivery"), ("sparse", "server_cpu_us_per_delivery"),
           ("idle", "memory_kib_per_connection"))
_NOT_MEASURED = "not measured"


def of_run(folder: Path) -> dict[str, Any]:
    """From what the report of the run says: nothing is computed anew."""
    context = RunFolder(folder).read_context()
    refuse_what_helps_nobody(folder, context)
    try:
        return _of_summary(folder, context, _summary(folder))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{folder / 'summary.json'}: is not of this pushbench; {_advice(folder)}") from None


def _of_summary(folder: Path, context: Mapping[str, Any], summary: Mapping[str, Any]) -> dict[str, Any]:
    trials, duets, claims = summary.get("trials"), list(_duets(summary)), list(_claims(summary))
    if not duets and not claims:
        raise UsageError(f"{folder}: played no duet and judged no claim by what it measured, so it has nothing that"
                         " could stand beside another machine's")
    refuse_without_intervals(folder, context, [*duets, *(each for claim in claims for each in claim["measures"])])
    return {
        "kind": KIND, "schema_version": SCHEMA_VERSION,
        "run": {"profile": told.profile(context), "day": told.day(context), "commit": told.commit(context),
                "changed_tree": bool(context.get("dirty")),
                "trials": {name: _count(trials, name) for name in ("ok", "invalid", "failed")}},
        "machine": told.machine(context),
        "meter": _meter(summary.get("calibration")),
        "figures": list(_figures(summary)),
        "duets": duets,
        "claims": claims,
    }


def refuse_what_helps_nobody(folder: Path, context: Mapping[str, Any]) -> None:
    if changed := context.get("changed"):
        names = ", ".join(sorted(map(str, changed))) if isinstance(changed, (Mapping, list)) else str(changed)
        raise UsageError(f"{folder}: its workload was changed ({names}), so no other run can stand beside it; share one"
                         " without such options")
    if context.get("sanitize") or context.get("build_type") not in ("Release", None):
        raise UsageError(f"{folder}: was no Release build ({context.get('sanitize') or context['build_type']}), so its"
                         " figures are those of the build")


def refuse_without_intervals(folder: Path, context: Mapping[str, Any], measured: list[dict[str, Any]]) -> None:
    """Single points tell nobody how far off they are. Time that was left may have given a few of them an interval."""
    planned, had = context.get("blocks"), ""
    if isinstance(planned, int) and planned < MIN_BLOCKS:
        had = f"its profile {context.get('profile')} plans {prose.plural(planned, 'block')}"
    elif all(each["low"] is None for each in measured):
        had = "none of its figures has an interval"
    if had:
        raise UsageError(f"{folder}: {had}, and an interval takes {MIN_BLOCKS}, so its figures are single points and"
                         f" nothing for others; run {here.command('bench')} and share that")


def text_of(document: Mapping[str, Any]) -> str:
    """A line for each member of a list: a person can read it before it leaves the machine."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n  ".join(_compact(each) for each in value)
            parts.append(f"{_compact(key)}: [\n  {items}\n ]")
        else:
            parts.append(f"{_compact(key)}: {_compact(value)}")
    text = "{\n " + ",\n ".join(parts) + "\n}\n"
    if len(text.encode()) > MOST_BYTES:
        raise PushbenchError(f"the summary has {len(text.encode()):,} bytes, and may have {MOST_BYTES:,}: the run"
                             f" judged {len(document['claims'])} claims, perhaps many of your own")
    return text


def name_of(document: Mapping[str, Any]) -> str:
    """By what it is of, and a few digits of what it says: two runs of one day do not meet."""
    machine, run = document["machine"], document["run"]
    kind = re.sub(r"[^a-z0-9]+", "-", (machine["processor"] or "unknown").lower()).strip("-")
    digest = hashlib.sha256(text_of(document).encode()).hexdigest()[:6]
    return f"{kind}-{run['profile']}-{run['day'] or 'undated'}-{digest}.json"


def _summary(folder: Path) -> dict[str, Any]:
    path = folder / "summary.json"
    advice = _advice(folder)
    try:
        found = parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; {advice}") from None
    except ValueError:
        raise UsageError(f"{path}: is not JSON; {advice}") from None
    if not isinstance(found, dict) or not isinstance(found.get("claims"), list):
        raise UsageError(f"{path}: is not of this pushbench; {advice}")
    return found


def _advice(folder: Path) -> str:
    return f"rebuild it: {here.command('report', f'RUN={folder.name}', folder.name)}"


def _meter(calibration: object) -> dict[str, Any] | None:
    """How many checks the meter passed, and the groups of those that failed."""
    checks = calibration.get("checks") if isinstance(calibration, Mapping) else None
    if not isinstance(checks, list):
        return None
    failed = [check["group"] for check in checks if not check["passed"]]
    return {"checks": len(checks), "failed": list(dict.fromkeys(failed))}


def _figures(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in summary.get("cells", ()):
        if (cell["scenario"], cell["metric"]) in FIGURES and cell["case"] in ("", "fit"):
            yield {"scenario": cell["scenario"], "variant": cell["variant"], "metric": cell["metric"]} | _estimate(cell)


def _duets(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for duet in summary.get("duets", ()):
        if duet["ratio"]:
            yield {"workload": duet["workload"], "a": duet["a"], "b": duet["b"]} | _estimate(duet["ratio"])


def _claims(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Those that the run itself measured. Code that was counted is the same on every machine."""
    for claim in summary["claims"]:
        measures = [_measure(each) for each in claim["primary"]
                    if each.get("judged", True) and each["design"] != COUNTED and "middle" in each]
        if measures and claim["verdict"] != _NOT_MEASURED:
            yield {"id": claim["id"], "verdict": claim["verdict"], "measures": measures}


def _measure(finding: Mapping[str, Any]) -> dict[str, Any]:
    names = ("title", "workload", "compare", "subject", "against", "metric", "verdict")
    return {name: finding[name] for name in names} | _estimate(finding)


def _estimate(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"n": of["n"]} | {name: _rounded(of.get(name)) for name in ("middle", "low", "high")}


def _rounded(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{_DIGITS}g}")


def _count(trials: object, name: str) -> int:
    return int(trials.get(name, 0)) if isinstance(trials, Mapping) else 0


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
