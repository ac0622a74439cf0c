"""Whether a trial is of the run in whose folder it lies: files of two runs in one folder would give figures of neither.

A run has a seed, and each of its load generators got it plus the number of the block. No trial began before its run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

SEEDS = 2**31
_ROUNDING = timedelta(seconds=2)  # both are written in whole seconds


def belongs(raw: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    """True where either says too little to tell."""
    return _has_seed_of(raw, context) and _is_later(raw.get("started_utc"), context.get("started_utc"))


def _has_seed_of(raw: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    result = raw.get("result")
    seed, block = context.get("seed"), raw.get("block")
    own = result.get("seed") if isinstance(result, Mapping) else None
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in (seed, block, own)):
        return True
    return bool(own == (seed + block) % SEEDS)  # type: ignore[operator]


def _is_later(trial: Any, run: Any) -> bool:
    began, first = _time(trial), _time(run)
    return began is None or first is None or began >= first - _ROUNDING


def _time(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return None
    return found if found.tzinfo else None


def remark(files: Sequence[str], of: int) -> str:
    """One line for all of them."""
    which = f"trials/{files[0]}" + (f" and {len(files) - 1} more" if len(files) > 1 else "")
    are = "is" if len(files) == 1 else "are"
    return f"{which} of {of} {are} of another run (another seed, or begun before this one): left out"
