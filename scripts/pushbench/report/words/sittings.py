"""In how many sittings a run was measured, as a line for the head of a report and as a caution."""

from __future__ import annotations

from pushbench import prose
from pushbench.store.sittings import Sitting, pauses_s
from pushbench.units import human_duration


def line(sittings: list[Sitting]) -> str:
    """'Measured in one sitting: 2026-11-24 17:47:52 to 17:57:22 UTC.'; nothing where no time is known."""
    if not sittings:
        return ""
    if len(sittings) == 1:
        return f"Measured in one sitting: {_span(sittings[0])}."
    each = [f"{_span(sitting)} ({_about(sitting)})" for sitting in sittings]
    return f"Measured in {len(sittings)} sittings: {prose.listing(each)}."


def caution(sittings: list[Sitting]) -> str:
    if len(sittings) < 2:
        return ""
    pauses = [human_duration(seconds) for seconds in pauses_s(sittings)]
    word = "a pause" if len(pauses) == 1 else "pauses"
    return (f"This run was stopped and resumed: {len(sittings)} sittings with {word} of {prose.listing(pauses)}"
            " between them. What changed on the machine meanwhile is in its figures.")


def _span(sitting: Sitting) -> str:
    """The day once, where both ends are on it."""
    started, ended = _plain(sitting.started_utc), _plain(sitting.ended_utc or "")
    if not ended:
        return f"from {started} UTC"
    same_day = ended.split(" ")[0] == started.split(" ")[0]
    return f"{started} to {ended.split(' ')[1] if same_day else ended} UTC"


def _about(sitting: Sitting) -> str:
    parts = [human_duration(sitting.seconds), prose.plural(sitting.trials, "trial"), sitting.why_ended or ""]
    return ", ".join(part for part in parts if part)


def _plain(time: str) -> str:
    return time[:19].replace("T", " ")
