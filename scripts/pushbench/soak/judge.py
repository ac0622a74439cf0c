"""From what was seen to promises kept or broken: plain values in, rows of the table out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pushbench.prose import plural
from pushbench.soak.ledger import Accounts
from pushbench.soak.record import Promise
from pushbench.soak.settings import MIB, Settings

FAMINE_S = 2.0  # how long no file is left
_LATE_S = 5.0  # a machine that is full, a server of a sanitizer build


@dataclass
class Seen:
    """Everything that the soak saw."""

    accounts: Accounts = field(default_factory=Accounts)
    published: int = 0
    cuts: int = 0
    cut_clients: int = 0
    longest_return_s: float = 0.0
    not_back: int = 0
    behind: int = 0
    wrong: list[str] = field(default_factory=list)  # what the server should never say
    refused: Counter[int] = field(default_factory=Counter)  # subscribers, by status
    kills: int = 0
    ends: int = 0
    slow: Counter[int] = field(default_factory=Counter)  # by the status that they were told; 0: none
    slow_longest_s: float = 0.0
    stalled_came: int = 0
    stalled_left: int = 0  # that the server still served at the end of its life
    malformed: Counter[int] = field(default_factory=Counter)
    floods: list[dict[str, int]] = field(default_factory=list)
    famines: list[dict[str, int]] = field(default_factory=list)
    peak_bytes: int = 0
    reports: list[str] = field(default_factory=list)  # of sanitizers
    failures: list[str] = field(default_factory=list)  # to end well
    died: str = ""


def slow_bound_s(settings: Settings) -> float:
    """By when a client is sent away that does not complete its request; it may wait meanwhile for a file."""
    return settings.header_timeout_s + FAMINE_S + _LATE_S


def stalled_bound_s(settings: Settings) -> float:
    """By when a client is closed that reads nothing: the kernel's buffers are full after a second or two."""
    return settings.idle_timeout_s * 2 + _LATE_S


def promises(seen: Seen, settings: Settings, is_sanitized: bool) -> list[Promise]:
    return [_cursors(seen, settings), _return(seen), _restarts(seen, settings), _slow(seen, settings),
            _stalled(seen, settings), _malformed(seen, settings), _floods(seen, settings), _famines(seen),
            _memory(seen, settings, is_sanitized), _server(seen, is_sanitized)]


def _cursors(seen: Seen, settings: Settings) -> Promise:
    accounts = seen.accounts
    bad = [f"{count:,} {what}" for count, what in (
        (accounts.silent, "went on in another life without a word"), (accounts.wrong_gaps, "wrong gaps"),
        (accounts.told_of_history, "gaps within a life"), (seen.behind, "clients without the newest at the end"))
        if count]
    bad += seen.wrong
    bad += [f"{count} answered with {status}" for status, count in seen.refused.items() if status != 503]
    return Promise(
        "cursors", f"{settings.clients:,} clients of {plural(seen.published, 'notification')}, cut "
        f"{plural(seen.cuts, 'time')} by reset: {seen.cut_clients:,} cuts",
        "; ".join([f"{accounts.delivered:,} deliveries, {accounts.lost:,} lost, {accounts.repeated:,} repeated", *bad]),
        "0 lost, 0 repeated, nothing skipped without a word",
        accounts.is_clean and accounts.delivered > 0 and seen.cut_clients > 0 and not bad)


def _return(seen: Seen) -> Promise:
    return Promise("coming back", f"all at once, {plural(seen.cuts, 'time')}",
                   f"the slowest time all were back after {seen.longest_return_s:.1f} s"
                   + (f"; {seen.not_back:,} never" if seen.not_back else ""), "all come back", seen.not_back == 0)


def _restarts(seen: Seen, settings: Settings) -> Promise:
    told = seen.accounts.told_of_another_life
    expected = settings.clients * (settings.lives - 1)
    return Promise(
        "restarts", f"{plural(seen.kills, 'kill -9')}, {plural(seen.ends, 'SIGTERM')}",
        f"{told:,} times a client was told of another life" + "".join(f"; {each}" for each in seen.failures),
        f"each client, each time: {expected:,}; SIGTERM ends with 0",
        told == expected and seen.ends > 0 and not seen.failures)


def _slow(seen: Seen, settings: Settings) -> Promise:
    bound_s = slow_bound_s(settings)
    return Promise(
        "slow headers", f"{settings.slow_headers:,} at any time, a byte each quarter of a second",
        f"{seen.slow.total():,} sent away: {_statuses(seen.slow)}; the longest stayed {seen.slow_longest_s:.1f} s",
        f"408, and none longer than {bound_s:g} s (--header-timeout {settings.header_timeout_s:g}s)",
        seen.slow[408] > 0 and seen.slow_longest_s <= bound_s)


def _stalled(seen: Seen, settings: Settings) -> Promise:
    bound_s = stalled_bound_s(settings)
    return Promise("readers that stop", f"{settings.stalled:,} in each life, of a topic of 160 KB/s",
                   f"{seen.stalled_came:,} came, {seen.stalled_left:,} were served still" if seen.stalled_came
                   else "no life was long enough", f"closed within {bound_s:g} s (--idle-timeout "
                   f"{settings.idle_timeout_s:g}s)", seen.stalled_left == 0 if seen.stalled_came else None)


def _malformed(seen: Seen, settings: Settings) -> Promise:
    served = sum(count for status, count in seen.malformed.items() if status in (200, 204))
    return Promise("malformed peers", f"{settings.malformed} at any time: garbage, halves, frames against the protocol",
                   f"{seen.malformed.total():,}: {_statuses(seen.malformed)}", "refused or closed, none served",
                   seen.malformed.total() > 0 and served == 0)


def _floods(seen: Seen, settings: Settings) -> Promise:
    came, refused, served, lost = (sum(each[name] for each in seen.floods)
                                   for name in ("came", "refused", "served", "links_lost"))
    return Promise(
        "floods", f"{plural(len(seen.floods), 'flood')} over --max-connections {settings.max_connections:,}",
        f"{came:,} came, {served:,} served, {refused:,} refused with 503; {lost:,} of the others were cut off",
        "all are answered, those over the limit with 503, and nobody else notices",
        bool(seen.floods) and came == refused + served and all(each["refused"] > 0 for each in seen.floods)
        and lost == 0)


def _famines(seen: Seen) -> Promise:
    came, early, later, delivered = (sum(each[name] for each in seen.famines) for name in (
        "came", "answered_meanwhile", "answered_later", "delivered_meanwhile"))
    return Promise(
        "no file left (EMFILE)", f"{plural(len(seen.famines), 'time')} for {FAMINE_S:g} s",
        f"{came:,} came, {early:,} answered meanwhile, {later:,} later; {delivered:,} deliveries went on",
        "those who are there are served, those who come wait, and all are answered later",
        bool(seen.famines) and early == 0 and later == came and all(
            each["delivered_meanwhile"] > 0 for each in seen.famines))


def _memory(seen: Seen, settings: Settings, is_sanitized: bool) -> Promise:
    bound = settings.memory_bound_bytes
    return Promise("server memory", "all of the above",
                   f"{seen.peak_bytes / MIB:,.0f} MiB at most" + (" (a sanitizer's own in it)" if is_sanitized else ""),
                   f"{bound / MIB:,.0f} MiB, by its limits" if not is_sanitized else "not judged in a sanitizer build",
                   None if is_sanitized else 0 < seen.peak_bytes <= bound)


def _server(seen: Seen, is_sanitized: bool) -> Promise:
    told = [*([seen.died] if seen.died else []), *seen.reports[:3]]
    return Promise("the server", "the whole soak" + (", in a sanitizer build" if is_sanitized else ""),
                   "; ".join(told) or "lived until it was ended"
                   + (", and the sanitizer found nothing" if is_sanitized else ""),
                   "never ends by itself" + (", no report" if is_sanitized else ""), not told)


def _statuses(counts: Counter[int]) -> str:
    return ", ".join(f"{count:,} {'closed' if status == 0 else f'with {status}'}"
                     for status, count in sorted(counts.items())) or "none"
