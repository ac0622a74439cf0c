"""`pushbench soak`: life after life of one server, and everything that can be done to it, at once and in turns."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from pushbench.errors import PushbenchError, UsageError
from pushbench.machine import lock
from pushbench.machine.describe import describe_build, describe_machine, raise_file_limit
from pushbench.run.launch import check_programs
from pushbench.soak import bystanders, judge, record
from pushbench.soak.crowd import Audience
from pushbench.soak.judge import FAMINE_S, Seen
from pushbench.soak.loop import Loop
from pushbench.soak.peers import Flood, Malformed, Peers, SlowHeaders, Stalled
from pushbench.soak.server import MortalServer
from pushbench.soak.settings import BULK_PAYLOAD_BYTES, Settings, fitted

# What each program speaks, by the names of hearing.HEARINGS.
PROGRAMS = {"push_server": ["sse", "websocket", "long-poll"], "sse_server": ["sse"],
            "websocket_server": ["websocket"], "polling_server": ["long-poll"]}
TOPICS = ["a", "b", "c", "d"]
BULK = "bulk"
_PUBLISH_EVERY_S = 0.25  # in turn on each topic, so that a client is notified once a second
_BULK_EVERY_S = 0.1
_ALL_BACK_S = 120.0
_LEAST_MINUTES_FOR_TIMES = 0.5


@dataclass(frozen=True)
class SoakOptions:
    bin_dir: Path
    results: Path
    wished: Settings
    program: str = "push_server"


class Soak:
    def __init__(self, options: SoakOptions, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings, self.say = settings, say
        self.loop = Loop()
        self.heads: dict[str, int] = {}  # by topic: the newest of this life
        self.server = MortalServer(options.bin_dir / options.program, settings.server_options())
        place = self.loop, self.server.address
        self.transports = PROGRAMS[options.program]
        self.crowd = Audience(*place, settings.clients, TOPICS, self.transports, settings.seed)
        self.seen = Seen(self.crowd.accounts, wrong=self.crowd.wrong, refused=self.crowd.refused,
                         reports=self.server.reports, failures=self.server.failures)
        self.slow = SlowHeaders(*place, settings.slow_headers)
        self.stalled = Stalled(*place, settings.stalled, self.transports[0], BULK)
        self.malformed = Malformed(*place, settings.malformed, settings.seed)
        self.background: list[Peers] = [self.slow, self.stalled, self.malformed]
        self.publishes = True
        for seconds, action in ((0.0, self.crowd.come), (0.25, self.slow.drip), (_PUBLISH_EVERY_S, self._publish),
                                (_BULK_EVERY_S, self._publish_bulk), (0.5, self.server.look),
                                *((0.1, each.turn) for each in self.background)):
            self.loop.every(seconds, action)

    def live(self, life: int) -> None:
        """One life of the server, but for its end."""
        self.say(f"life {life + 1} of {self.settings.lives}")
        self.server.start()
        self.heads.clear()
        deadline = time.monotonic() + self.settings.seconds_of_a_life
        self._await_all()
        cut_every_s = 60 / self.settings.cuts_per_minute
        episodes = [self._flood, self._famine]
        while time.monotonic() < deadline:
            began = time.monotonic()
            self._cut()
            if episodes:
                episodes.pop(0)()
            self.server.check()
            self.loop.run(max(0.0, min(cut_every_s - (time.monotonic() - began), deadline - time.monotonic())))

    def end(self, kill: bool) -> None:
        """The loop stands still from here on until the next life."""
        self._look_for_stalled()
        self.seen.slow_longest_s = max(self.seen.slow_longest_s, self.slow.oldest_s)
        for each in self.background:
            each.drop_all()
        self.server.end(kill)

    def settle(self) -> None:
        """Nothing is published any more: all are to have everything."""
        self.publishes = False
        self.seen.behind = 0
        if not self.loop.run_until(lambda: self.crowd.all_stand() and not self.crowd.behind(self.heads),
                                   self.settings.settle_s):
            self.seen.behind = self.crowd.behind(self.heads)

    def _cut(self) -> None:
        self.seen.cuts += 1
        self.seen.cut_clients += self.crowd.cut()
        self._await_all()

    def _await_all(self) -> None:
        began = time.monotonic()
        if not self.loop.run_until(self.crowd.all_stand, _ALL_BACK_S):
            self.seen.not_back = max(self.seen.not_back, self.settings.clients - self.crowd.standing)
            self.server.check()
            raise PushbenchError(f"{self.seen.not_back} clients were not back within {_ALL_BACK_S:g} s")
        self.seen.longest_return_s = max(self.seen.longest_return_s, time.monotonic() - began)

    def _flood(self) -> None:
        """Over the limit, while all others stand; those who stand notice nothing."""
        room = self.settings.max_connections - self.server.connections()
        flood = self._crowding(max(0, room) + self.settings.flood)
        before = self.crowd.links_lost
        try:
            while flood.made < flood.wanted:
                flood.add()
                if flood.made % 100 == 0:
                    self.loop.run(0.0)
            self.loop.run_until(lambda: flood.answered().total() >= flood.wanted, 30)
            answered = flood.answered()
            self.seen.floods.append({
                "came": flood.made, "refused": answered[503], "served": answered[200] + answered[204] + answered[101],
                "links_lost": self.crowd.links_lost - before})
        finally:
            flood.drop_all()

    def _famine(self) -> None:
        """No file is left: whoever comes waits, those who are there are served, and later all are."""
        late = self._crowding(50)
        delivered = self.crowd.accounts.delivered
        self.server.limit_files(8)
        try:
            for _ in range(late.wanted):
                late.add()
            self.loop.run(FAMINE_S)
            early = late.answered().total()
            self.server.limit_files(None)
            self.loop.run_until(lambda: late.answered().total() >= late.wanted, 30)
            self.seen.famines.append({
                "came": late.made, "answered_meanwhile": early, "answered_later": late.answered().total() - early,
                "delivered_meanwhile": self.crowd.accounts.delivered - delivered})
        finally:
            late.drop_all()

    def _crowding(self, wanted: int) -> Flood:
        """By the transport that costs least to ask, where there are several."""
        return Flood(self.loop, self.server.address, wanted, self.transports[-1], BULK)

    def _look_for_stalled(self) -> None:
        """Who does not read is not told either that it was closed: the server's count of its subscribers tells."""
        def left() -> int:
            others = self.crowd.standing + len(self.slow.peers) + len(self.malformed.peers)
            return self.server.connections() - others

        if self.settings.seconds_of_a_life >= judge.stalled_bound_s(self.settings):
            self.seen.stalled_came += self.stalled.made
            self.loop.run_until(lambda: left() <= self.settings.malformed, 3.0)
            self.seen.stalled_left += max(0, left() - self.settings.malformed)
        self.stalled.made = 0

    def found(self, died: str) -> Seen:
        seen = self.seen
        seen.kills, seen.ends, seen.peak_bytes, seen.died = (
            self.server.kills, self.server.ends, self.server.peak_bytes, died)
        seen.slow, seen.malformed = self.slow.ended, self.malformed.ended
        seen.slow_longest_s = max(seen.slow_longest_s, self.slow.longest_s)
        return seen

    def _publish(self) -> None:
        if not self.publishes:
            return
        topic = TOPICS[self.seen.published % len(TOPICS)]
        self.heads[topic] = self.server.publish(topic, "soak")
        self.seen.published += 1

    def _publish_bulk(self) -> None:
        if self.publishes:
            self.server.publish(BULK, "x" * BULK_PAYLOAD_BYTES)


def soak(options: SoakOptions, console: Console) -> int:
    """0: every promise was kept. 1: the table, and a line each, say which was not."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.program not in PROGRAMS:
        raise UsageError(f"'{options.program}' is no server; there are {', '.join(PROGRAMS)}")
    check_programs(options.bin_dir, {options.program, "loadgen"})
    raise_file_limit()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    settings = fitted(options.wished, most_files)

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    if settings != options.wished:
        say(f"! open files are limited to {most_files}: {settings.clients} clients and not {options.wished.clients}, "
            "and of all else so many fewer")
    with lock.measuring(options.results):
        found = _run(options, settings, say)
    record.show(found, console)
    say(f"soak: {record.write(found, options.results)}")
    return 1 if found.broken else 0


def _run(options: SoakOptions, settings: Settings, say: Callable[[str], None]) -> record.SoakRecord:
    build = describe_build(options.bin_dir)
    promises: list[record.Promise] = []
    began = time.monotonic()
    soaking = Soak(options, settings, say)
    died = ""
    try:
        if not build["sanitize"] and settings.minutes >= _LEAST_MINUTES_FOR_TIMES:  # a sanitizer says nothing of times
            promises.append(_bystanders(options, settings, say))
        for life in range(settings.lives):
            soaking.live(life)
            if life == settings.lives - 1:
                soaking.settle()
            soaking.end(kill=life % 2 == 0 and life < settings.lives - 1)
    except PushbenchError as error:
        died = str(error)
    finally:
        soaking.server.close()
    promises += judge.promises(soaking.found(died), settings, is_sanitized=bool(build["sanitize"]))
    context = {"program": options.program, "wall_s": round(time.monotonic() - began, 1), "build": build,
               "machine": describe_machine()}
    return record.SoakRecord(tuple(promises), settings.to_json(), context)


def _bystanders(options: SoakOptions, settings: Settings, say: Callable[[str], None]) -> record.Promise:
    """On a server of its own, before anything else is going on."""
    pairs, seconds = (4, 10.0) if settings.minutes > 2 else (2, 2.0)
    server = MortalServer(options.bin_dir / options.program, ["--log-level", "error"])
    try:
        server.start()
        windows = bystanders.measure(Loop(), server, options.bin_dir / "loadgen", PROGRAMS[options.program][0],
                                     pairs, seconds, say)
        server.end(kill=False)
    finally:
        server.close()
    return windows.promise(seconds)
