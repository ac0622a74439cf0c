"""What about a machine or a build makes its figures doubtful, told before the run and at the head of its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEY = "cautions"
_OPTIMISED = ("Release", "RelWithDebInfo", "MinSizeRel")
_BUSY = 0.5  # cores that something else kept busy in the minute before


def cautions(context: Mapping[str, Any]) -> list[str]:
    """From what a run recorded of them. What is not known raises no caution."""
    machine = _dict(context.get("machine"))
    unfit = why_unfit(context)
    found = [f"{unfit[0].upper()}{unfit[1:]}: its figures are of the build and not of the transports, and no verdict is"
             " given." if unfit else "",
             _about_governor(machine.get("governor")),
             _sentence(context.get("cpus_note")),
             _about_quota(machine.get("cpu_quota_cores"), machine.get("cores_allowed")),
             _about_load(machine),
             "The kernel takes the time of interrupts out of the CPU time of processes (IRQ_TIME_ACCOUNTING): what the"
             " network does in softirq is in no figure of CPU, and costs are lower than on other kernels."
             if machine.get("irq_time_accounting") is True else "",
             "Kernel memory is not measured: reading /proc/slabinfo needs root."
             if machine.get("reads_slabinfo") is False else ""]
    return [text for text in found if text]


def why_unfit(context: Mapping[str, Any]) -> str:
    """Why nothing may be concluded from the figures, in a few words; empty for a build as users have it."""
    sanitizers, kind = context.get("sanitize"), context.get("build_type")
    if isinstance(sanitizers, str) and sanitizers:
        return f"the programs are built with sanitizers ({sanitizers})"
    if isinstance(kind, str) and kind and kind not in _OPTIMISED:
        return f"the programs are a {kind.lower()} build"
    return ""


def about_commits(began: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Of a run that goes on later: its parts may be of two programs."""
    commits = [str(each.get("commit"))[:6] + (" with changes" if each.get("dirty") else "") for each in (began, now)]
    if began.get("commit") is None or now.get("commit") is None or commits[0] == commits[1]:
        return ""
    return f"The run began with commit {commits[0]} and went on with {commits[1]}: its trials may be of two programs."


def _about_governor(governor: Any) -> str:
    if not isinstance(governor, str) or governor in ("", "performance"):
        return ""
    return (f"The clock of the cores follows their load (governor {governor}): rare work looks dearer than it is beside"
            " busy work. Better: governor performance.")


def _about_quota(quota: Any, cores: Any) -> str:
    if not isinstance(quota, (int, float)) or (isinstance(cores, int) and quota >= cores):
        return ""
    return (f"A cgroup allows {quota:g} cores of CPU time (cpu.max): once they are used up, all stands still for the"
            " rest of its period, usually 0.1 s, which shows in latencies.")


def is_busy(machine: Mapping[str, Any]) -> bool:
    return _load(machine) > _BUSY


def _about_load(machine: Mapping[str, Any]) -> str:
    return f"The machine was busy before the run (load {_load(machine):.1f}): expect noise." if is_busy(machine) else ""


def _load(machine: Mapping[str, Any]) -> float:
    load = machine.get("load_before")
    return float(load[0]) if isinstance(load, list) and load and isinstance(load[0], (int, float)) else 0.0


def _sentence(note: Any) -> str:
    return f"{note[0].upper()}{note[1:].removesuffix('.')}." if isinstance(note, str) and note else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
