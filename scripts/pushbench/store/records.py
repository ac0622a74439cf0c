"""Reads the folder of a run. Tolerant: one broken file never costs the report, it becomes a remark."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pushbench.errors import PushbenchError, UsageError
from pushbench.plain import in_one_line, parse_json
from pushbench.prose import listing
from pushbench.store.archive import ARCHIVE, read_text, trial_texts
from pushbench.store.belonging import belongs, remark
from pushbench.store.rules import Finding, standing
from pushbench.store.schema import CHECKED_VERSIONS, CONTEXT_VERSION, fault

SCHEMA_VERSIONS = (1, 2, *CHECKED_VERSIONS)  # of which this program knows every field
KNOWN = listing([str(version) for version in SCHEMA_VERSIONS])
_NO_NAME = re.compile(r"[/\ufffd`|]|[^\S ]")  # files are called by them, and they stand in Markdown, in one line
LARGEST = 1e30
NEW_SINCE_1 = "response times by percentile, CPU by user and kernel, heap; its kernel memory is of both ends"


@dataclass(frozen=True)
class Trial:
    """One trial file. `result` is what the load generator wrote, or empty when there is none."""

    file: str
    scenario: str
    variant: str
    case: str
    block: int
    attempt: int
    order: int
    status: str
    reasons: tuple[str, ...]
    result: dict[str, Any]
    raw: dict[str, Any]
    marks: tuple[str, ...] = ()  # what made it slow; it counts all the same
    rules: tuple[Finding, ...] = ()  # all that it was held against; none in files from before there were any

    @property
    def version(self) -> Any:
        """The load generator's, whose fields figures are read from; else the runner's."""
        version = self.result.get("schema_version", self.raw.get("schema_version"))
        return version if isinstance(version, (int, str)) else None

    @property
    def ok(self) -> bool:
        return self.status == "ok"

    def number(self, *path: str) -> float | None:
        """A number deep inside `result`; None where any step is missing or no number."""
        return number_in(self.result, *path)


@dataclass(frozen=True)
class Run:
    """All that is known of a run: its context, its trials in the order they ran, what could not be read."""

    folder: Path
    context: dict[str, Any]
    trials: tuple[Trial, ...]
    remarks: tuple[str, ...] = field(default=())

    @property
    def run_id(self) -> str:
        return in_one_line(str(self.context.get("run_id") or self.folder.resolve().name))

    @property
    def blocks(self) -> int:
        return len({trial.block for trial in self.trials})

    def count(self, status: str) -> int:
        return sum(trial.status == status for trial in self.trials)


def number_in(tree: Any, *path: str) -> float | None:
    """The number at `path` of nested dictionaries. Booleans and not-a-number are no measurements, and neither is what
    is so large or so small that its square or its inverse is no number any more."""
    for key in path:
        if not isinstance(tree, dict):
            return None
        tree = tree.get(key)
    if isinstance(tree, bool) or not isinstance(tree, (int, float)):
        return None
    return float(tree) if tree == 0 or 1 / LARGEST <= abs(tree) <= LARGEST else None


def load_run(folder: Path, scenarios: Collection[str] = ()) -> Run:
    """Reads context.json and the trials of one run; raises only when there is nothing to report on.

    `scenarios`: those of these alone, which is quicker.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UsageError(f"no such run folder: '{folder}' (expected results/<run-id>)")
    remarks: list[str] = []
    context = _read_context(folder / "context.json", remarks)
    trials: list[Trial] = []
    for name, text in trial_texts(folder, scenarios):
        trial = _read_trial(in_one_line(name), text, remarks)
        if trial is not None:
            trials.append(trial)
    if not trials:
        unread = f"; {remarks[-1]}" if remarks else _why_unreadable(folder / "trials")
        raise PushbenchError(f"nothing to report: '{folder}' has no readable trial in trials/*.json{unread}")
    trials = _of_this_run(trials, context, remarks)
    trials.sort(key=lambda trial: (trial.order, trial.file))
    remarks += _about_versions(trials)
    return Run(folder, context, tuple(trials), tuple(remarks))


def _of_this_run(trials: list[Trial], context: dict[str, Any], remarks: list[str]) -> list[Trial]:
    """Without those of another run that lie in its folder. If none is of this one, its context is the stranger."""
    own = [trial for trial in trials if belongs(trial.raw, context)]
    if not own:
        remarks.append("context.json is of another run than all trials (another seed, or begun later): machine and "
                       "settings are those of that one")
        return trials
    if len(own) < len(trials):
        files = {trial.file for trial in own}
        remarks.append(remark([trial.file for trial in trials if trial.file not in files], len(trials)))
    return own


def _why_unreadable(trials: Path) -> str:
    """glob() passes over a folder that it may not look into."""
    try:
        next(trials.iterdir(), None)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"; {trials} cannot be read: {error.strerror}"
    return ""


def _read_json(text: str | OSError) -> tuple[dict[str, Any] | None, str]:
    """The object in a text, or None and why there is none."""
    if isinstance(text, OSError):
        return None, text.strerror or "cannot be read"
    try:
        data = parse_json(text)
    except ValueError:
        return None, "is no complete JSON (truncated?)"
    return (data, "") if isinstance(data, dict) else (None, "holds no JSON object")


def _read_context(path: Path, remarks: list[str]) -> dict[str, Any]:
    data, why = _read_json(read_text(path))
    if data is None:
        remarks.append(f"context.json {why}: machine and settings are unknown")
        return {}
    if data.get("schema_version") not in SCHEMA_VERSIONS:
        remarks.append(f"context.json has schema version {data.get('schema_version')!r}, known are "
                       f"{KNOWN}: read as far as it fits")
    elif data["schema_version"] == CONTEXT_VERSION and (wrong := fault("context", data)):
        remarks.append(f"context.json is not as results/schema says ({wrong}): read as far as it fits")
    return data


def _read_trial(name: str, text: str | OSError, remarks: list[str]) -> Trial | None:
    data, why = _read_json(text)
    if data is None:
        remarks.append(f"{name if name == ARCHIVE else f'trials/{name}'} {why}: left out")
        return None
    if not isinstance(data.get("scenario"), str) or not isinstance(data.get("variant"), str):
        remarks.append(f"trials/{name} names no scenario and variant (no trial of ours?): left out")
        return None
    named = [str(data.get(key) or "") for key in ("scenario", "variant", "case")]
    if wrong := next(filter(_NO_NAME.search, named), ""):
        remarks.append(f"trials/{name} is of {in_one_line(wrong)[:60]!r}, which no scenario, variant or case is called:"
                       " left out")
        return None
    if data.get("schema_version") in CHECKED_VERSIONS and (wrong := fault("trial", data)):
        remarks.append(f"trials/{name} is not as results/schema says ({wrong}): left out")
        return None
    return _to_trial(name, data)


def _about_versions(trials: list[Trial]) -> list[str]:
    """A remark per version that is not the newest known, not one per trial."""
    by_version: dict[Any, list[Trial]] = {}
    for trial in trials:
        by_version.setdefault(trial.version, []).append(trial)
    remarks = []
    for version, found in by_version.items():
        which = f"trials/{found[0].file}" + (f" and {len(found) - 1} more" if len(found) > 1 else "")
        have = "has" if len(found) == 1 else "have"
        if version not in SCHEMA_VERSIONS:
            remarks.append(f"{which} {have} schema version {version!r}, known are {KNOWN}: read as far as it fits")
        elif version == 1:
            remarks.append(f"{which} {have} schema version {version}, of an older pushbench: without {NEW_SINCE_1}")
    return remarks


def _to_trial(file: str, data: dict[str, Any]) -> Trial:
    result = data.get("result")
    result = result if isinstance(result, dict) else {}
    stands = standing(data, result)
    return Trial(
        file=file, scenario=data["scenario"], variant=data["variant"], case=str(data.get("case") or ""),
        block=_integer(data.get("block"), 1), attempt=_integer(data.get("attempt"), 1),
        order=_integer(data.get("order"), 0), status=stands.status, reasons=stands.reasons, result=result,
        raw=data, marks=stands.marks, rules=stands.findings,
    )


def _integer(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
