"""When a run was measured. A run that was stopped and resumed has several sittings, and its report says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pushbench.plain import parse_json
from pushbench.store.archive import trial_texts

KEY = "sittings"
KILLED = "killed"
# A run that was made before sittings were recorded shows them by this: no trial waits so long for the next.
_PAUSE_S = 60.0
_LONGEST_S = 7 * 86_400.0


@dataclass(frozen=True)
class Sitting:
    """`budget_s` is what was left of the profile's time when it began; None: without a bound, or not known."""

    started_utc: str
    ended_utc: str | None = None  # None: it still runs, or it was killed
    budget_s: float | None = None
    why_ended: str | None = None
    trials: int = 0  # attempts that it wrote

    @property
    def seconds(self) -> float:
        started, ended = _time(self.started_utc), _time(self.ended_utc)
        return max(0.0, (ended - started).total_seconds()) if started and ended else 0.0


def sittings_in(context: Mapping[str, Any]) -> list[Sitting]:
    """As recorded. An entry that is none is passed over: a report is not lost by it."""
    found = context.get(KEY)
    entries = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return [_sitting(each) for each in entries if _time(each.get("started_utc"))]


def _sitting(entry: Mapping[str, Any]) -> Sitting:
    ended, why, trials = (entry.get(name) for name in ("ended_utc", "why_ended", "trials"))
    return Sitting(entry["started_utc"], ended if _time(ended) else None, _number(entry.get("budget_s")),
                   why if isinstance(why, str) else None, int(_number(trials) or 0))


def sittings_of(context: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> list[Sitting]:
    """As recorded, and as the times of its trials show them where an older run recorded none."""
    trials = list(records)
    recorded = sittings_in(context)
    if not recorded:
        return from_times(trials)
    return [_with_end(each, trials) for each in recorded]


def begin(context: dict[str, Any], records: Iterable[Mapping[str, Any]], whole_budget_s: float | None) -> float | None:
    """Adds a sitting to the context, after closing one that was killed; gives what is left of the budget."""
    earlier = sittings_of(context, records)
    left_s = None if whole_budget_s is None else max(0.0, whole_budget_s - sum(each.seconds for each in earlier))
    context[KEY] = [asdict(each) for each in [*earlier, Sitting(now_utc(), budget_s=_rounded(left_s))]]
    return left_s


def end(context: dict[str, Any], why: str, trials: int) -> None:
    *earlier, last = sittings_in(context)
    context[KEY] = [asdict(each) for each in
                    [*earlier, replace(last, ended_utc=now_utc(), why_ended=why, trials=trials)]]


def from_times(records: Iterable[Mapping[str, Any]]) -> list[Sitting]:
    """A new sitting where more than a minute lies between the end of a trial and the start of the next."""
    found: list[tuple[datetime, datetime, int]] = []  # when the first began, when the last ended, how many
    for started, ended in sorted(span for record in records if (span := _span(record))):
        if found and (started - found[-1][1]).total_seconds() <= _PAUSE_S:
            first, last, count = found[-1]
            found[-1] = (first, max(last, ended), count + 1)
        else:
            found.append((started, ended, 1))
    return [Sitting(_text(first), _text(last), trials=count) for first, last, count in found]


def pauses_s(sittings: list[Sitting]) -> list[float]:
    """The time between each sitting and the next."""
    pairs = [(_time(before.ended_utc), _time(after.started_utc))
             for before, after in zip(sittings, sittings[1:])]
    return [max(0.0, (started - ended).total_seconds()) for ended, started in pairs if ended and started]


def records_in(folder: Path) -> list[dict[str, Any]]:
    """The start and length of each trial of a run folder; files that cannot be read have none."""
    found = []
    for _, text in trial_texts(folder):
        try:
            record = parse_json(text) if isinstance(text, str) else None
        except ValueError:
            continue
        if isinstance(record, dict):
            found.append({name: record.get(name) for name in ("started_utc", "wall_s")})
    return found


def now_utc() -> str:
    return _text(datetime.now(timezone.utc))


def _with_end(sitting: Sitting, records: list[Mapping[str, Any]]) -> Sitting:
    """One that was killed ended with the last trial that it kept."""
    started = _time(sitting.started_utc)
    if sitting.ended_utc is not None or started is None:
        return sitting
    spans = [span for record in records if (span := _span(record)) and span[0] >= started]
    ended = max((span[1] for span in spans), default=started)
    return replace(sitting, ended_utc=_text(ended), why_ended=KILLED, trials=len(spans))


def _span(record: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    started, wall_s = _time(record.get("started_utc")), record.get("wall_s")
    if started is None or isinstance(wall_s, bool) or not isinstance(wall_s, (int, float)):
        return None
    if not 0 <= wall_s <= _LONGEST_S:  # no trial took that long
        return None
    try:
        return started, started + timedelta(seconds=wall_s)
    except OverflowError:  # the last day that a calendar has
        return None


def _time(text: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return read.replace(tzinfo=timezone.utc) if read is not None and read.tzinfo is None else read


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
