"""What must be the same when a run is resumed, and what may have changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushbench import prose
from pushbench.errors import UsageError
from pushbench.machine import cautions, describe as machine
from pushbench.machine.cores import Cores
from pushbench.setup import changes
from pushbench.store.folder import RunFolder


def refuse_other_settings(folder: RunFolder, context: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """A run keeps what it began with. Asked for anything else, it must not go on as if nothing had been said."""
    for name, value in asked.items():
        recorded = context.get(name)
        if value is not None and value != recorded:
            raise UsageError(f"run {folder.run_id} was made with {name} {_said(recorded)}, not {_said(value)}:"
                             " resume it without, or start a new run")


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return changes.options(value) or "nothing"
    return (prose.listing(value) or "nothing") if isinstance(value, list) else str(value)


def note_new_cautions(folder: RunFolder, context: dict[str, Any], programs: dict[str, Any]) -> None:
    """Machine, build and commit may have changed since the run began; what is wrong with one part is so with all."""
    now = context | {"machine": machine.describe_machine()} | programs
    if cautions.is_busy(context["machine"]):
        now["machine"]["load_before"] = context["machine"]["load_before"]  # told already
    if cautions.why_unfit(now) != cautions.why_unfit(context):
        raise UsageError(f"run {folder.run_id} cannot be resumed: its programs were built otherwise when it began;"
                         " start a new run")
    told = [*(context.get(cautions.KEY) or ()), *cautions.cautions(now), cautions.about_commits(context, now)]
    context[cautions.KEY] = list(dict.fromkeys(each for each in told if each))
    folder.write_context(context)


def recorded_cores(context: dict[str, Any]) -> Cores:
    cpus = context["cpus"]
    server, loadgen = (tuple(int(core) for core in cpus[side].split(",")) for side in ("server", "loadgen"))
    return Cores(server, loadgen, str(context.get("cpus_note", "")))
