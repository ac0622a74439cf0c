"""The soak: its ledgers and hearings by plain values, its promises, and one of a few seconds against the servers."""

from __future__ import annotations

import io
import json
import random
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pushbench.soak import bystanders, judge
from pushbench.soak.conduct import PROGRAMS, SoakOptions, soak
from pushbench.soak.hearing import Hearing, LongPollHearing, SseHearing, LinkEnded, WebSocketHearing
from pushbench.soak.judge import Seen
from pushbench.soak.ledger import Accounts, CursorLedger
from pushbench.soak.peers import garbage
from pushbench.soak.server import free_ports, reports_in
from pushbench.soak.settings import Settings, fitted
from rich.console import Console

SHORT = Settings(minutes=0.2, clients=60, slow_headers=20, stalled=5, malformed=3, flood=10, slack=10,
                 cuts_per_minute=30.0, header_timeout_s=1.0, idle_timeout_s=1.0, settle_s=5.0)


def ledger() -> CursorLedger:
    return CursorLedger(Accounts())


def test_a_ledger_counts_what_is_missing_and_what_comes_twice() -> None:
    mine = ledger()
    for sequence in (1, 2, 5, 5, 3, 6):
        mine.got("k", sequence)
    assert (mine.accounts.delivered, mine.accounts.lost, mine.accounts.repeated) == (6, 2, 2)
    assert mine.cursor == "k-6"
    assert not mine.accounts.is_clean


def test_another_life_must_be_told_of() -> None:
    mine = ledger()
    assert mine.cursor == "0"
    mine.got("k", 1)
    mine.told(after=1, first=3, cursor="m-2")
    mine.got("m", 3)
    assert mine.accounts == Accounts(delivered=2, told_of_another_life=1) and mine.accounts.is_clean
    mine.got("n", 4)
    assert mine.accounts.silent == 1


@pytest.mark.parametrize(("gap", "wrong", "history"), [
    ((1, 3, "m-2"), 0, 0), ((2, 3, "m-2"), 1, 0), ((1, 3, "m-3"), 1, 0), ((1, 3, "k-2"), 0, 1)])
def test_a_gap_says_where_one_was_and_where_to_go_on(gap: tuple[int, int, str], wrong: int, history: int) -> None:
    mine = ledger()
    mine.got("k", 1)
    mine.told(*gap)
    assert (mine.accounts.wrong_gaps, mine.accounts.told_of_history) == (wrong, history)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def frame(payload: bytes, opcode: int = 1) -> bytes:
    length = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + payload


def answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


LONG = b"x" * 200
GAP = b'{"gap":{"topic":"a","after":2,"first":4,"cursor":"m-3"}}'
TALKS = {
    SseHearing: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(b"retry: 1000\n\n") + chunk(b":\n\n")
    + chunk(b'id: k-1\ndata: {"seq":1,"payload":""}\n\n')
    + chunk(b'id: k-2\ndata: {"seq":2,"payload":"%s"}\n\n' % LONG)
    + chunk(b"id: m-3\nevent: gap\ndata: " + GAP + b"\n\n") + chunk(b'id: m-4\ndata: {"seq":4,"payload":""}\n\n'),
    WebSocketHearing: b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + frame(b'{"seq":1,"epoch":"k","payload":""}')
    + frame(b"", 9) + frame(b'{"seq":2,"epoch":"k","payload":"%s"}' % LONG) + frame(GAP)
    + frame(b'{"seq":4,"epoch":"m","payload":""}'),
    LongPollHearing: answer(b'{"cursor":"k-2","notifications":[{"seq":1},{"seq":2}]}')
    + b"HTTP/1.1 204 No Content\r\n\r\n"
    + answer(b'{"cursor":"m-4","gaps":[%s],"notifications":[{"seq":4}]}' % GAP[7:-1])}


@pytest.mark.parametrize("hears", TALKS)
@pytest.mark.parametrize("piece_bytes", [1, 7, 100, 10_000])
def test_a_hearing_is_the_same_however_it_is_cut(hears: type[Hearing], piece_bytes: int) -> None:
    hearing = hears("a", ledger())
    assert not hearing.stands and b"&wait=" not in hearing.hello()  # a poll that may wait tells nobody that it stands
    said = b"".join(hearing.feed(TALKS[hears][at:at + piece_bytes]) for at in range(0, len(TALKS[hears]), piece_bytes))
    assert hearing.ledger.accounts == Accounts(delivered=3, told_of_another_life=1)
    assert hearing.ledger.cursor == "m-4" and hearing.stands
    assert b"after=m-4" in hearing.hello()
    if hears is WebSocketHearing:
        assert said == b"\x8a\x80\0\0\0\0"
    if hears is LongPollHearing:
        assert said.count(b"GET /poll") == said.count(b"&wait=10s") == 3


@pytest.mark.parametrize(("hears", "said"), [
    (SseHearing, b"HTTP/1.1 200 OK\r\n\r\n" + chunk(b'id: k-1\ndata: {"seq":2,"payload":""}\n\n')),
    (SseHearing, b"HTTP/1.1 200 OK\r\n\r\n" + chunk(b"data: something\n\n")),
    (SseHearing, b"HTTP/1.1 200 OK\r\n\r\n0\r\n\r\n"),
    (WebSocketHearing, b"HTTP/1.1 101 x\r\n\r\n" + frame(b"what")),
    (WebSocketHearing, b"HTTP/1.1 101 x\r\n\r\n" + frame(b"", 8)),
    (WebSocketHearing, b"HTTP/1.1 200 OK\r\n\r\n"), (LongPollHearing, b"HTTP/1.1 503 Full\r\n\r\n")])
def test_what_a_subscriber_should_not_hear_ends_its_connection(hears: type[Hearing], said: bytes) -> None:
    with pytest.raises(LinkEnded):
        hears("a", ledger()).feed(said)


def test_all_is_fewer_by_the_same_factor_where_files_are_few() -> None:
    wished = Settings()
    assert fitted(wished, wished.files) == wished
    few = fitted(wished, 4096)
    assert few.files <= 4096
    assert few.clients / wished.clients == pytest.approx(few.slow_headers / wished.slow_headers, rel=0.01)
    assert Settings.of(10, 10_000, 1) == wished
    assert Settings.of(10, 1_000, 1).stalled == 50


def test_a_minute_has_two_lives_and_ten_minutes_have_ten() -> None:
    assert Settings(minutes=1).lives == 2 and Settings(minutes=10).lives == 10
    assert Settings(minutes=1).seconds_of_a_life == 30


def good() -> Seen:
    settings = SHORT
    return Seen(Accounts(delivered=100, told_of_another_life=settings.clients), published=10, cuts=2, cut_clients=120,
                kills=1, ends=1, slow=Counter({408: 5}), slow_longest_s=1.0, stalled_came=5,
                malformed=Counter({400: 5, 0: 1}), peak_bytes=1 << 20,
                floods=[{"came": 20, "refused": 10, "served": 10, "links_lost": 0}],
                famines=[{"came": 5, "answered_meanwhile": 0, "answered_later": 5, "delivered_meanwhile": 9}])


def broken(seen: Seen, is_sanitized: bool = False) -> list[str]:
    return [row.name for row in judge.promises(seen, SHORT, is_sanitized) if row.kept is False]


@pytest.mark.parametrize(("spoil", "name"), [
    (lambda seen: setattr(seen.accounts, "lost", 1), "cursors"),
    (lambda seen: setattr(seen.accounts, "silent", 1), "cursors"),
    (lambda seen: setattr(seen, "behind", 1), "cursors"),
    (lambda seen: seen.wrong.append("no event"), "cursors"),
    (lambda seen: seen.refused.update([400]), "cursors"),
    (lambda seen: setattr(seen, "not_back", 1), "coming back"),
    (lambda seen: setattr(seen.accounts, "told_of_another_life", 59), "restarts"),
    (lambda seen: seen.failures.append("exit code 1"), "restarts"),
    (lambda seen: setattr(seen, "slow_longest_s", 60.0), "slow headers"),
    (lambda seen: seen.slow.clear(), "slow headers"),
    (lambda seen: setattr(seen, "stalled_left", 1), "readers that stop"),
    (lambda seen: seen.malformed.update([200]), "malformed peers"),
    (lambda seen: seen.floods[0].update(refused=0, served=20), "floods"),
    (lambda seen: seen.floods[0].update(links_lost=1), "floods"),
    (lambda seen: seen.famines[0].update(answered_later=4), "no file left (EMFILE)"),
    (lambda seen: seen.famines[0].update(answered_meanwhile=5, answered_later=0), "no file left (EMFILE)"),
    (lambda seen: setattr(seen, "peak_bytes", 1 << 34), "server memory"),
    (lambda seen: seen.reports.append("ERROR: AddressSanitizer: x"), "the server"),
    (lambda seen: setattr(seen, "died", "died by itself"), "the server")])
def test_each_promise_can_be_broken(spoil: Callable[[Seen], None], name: str) -> None:
    seen = good()
    assert broken(seen) == []
    spoil(seen)
    assert broken(seen) == [name]


def test_a_full_server_may_send_a_subscriber_away_and_a_sanitizer_has_memory_of_its_own() -> None:
    seen = replace(good(), refused=Counter({503: 3}), peak_bytes=1 << 34)
    assert broken(seen, is_sanitized=True) == []


@pytest.mark.parametrize(("beside", "kept"), [((90, 80), True), ((150, 130), True), ((95, 900), True),
                                              ((400, 500), False)])
def test_readers_beside_those_that_stop_are_judged_beyond_noise(beside: tuple[float, ...], kept: bool) -> None:
    assert bystanders.Windows("p99", (90, 100), beside).promise(5.0).kept is kept


def test_reports_of_sanitizers_are_found() -> None:
    said = ("sse_server: x\n==17==ERROR: AddressSanitizer: heap-use-after-free\nWARNING: ThreadSanitizer: data race\n"
            "a.cpp:3:4: runtime error: signed integer overflow\n")
    assert len(reports_in(said)) == 3 and reports_in("error: nothing") == []


def test_ports_are_none_that_clients_are_given() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = free_ports(2)
    assert len(set(ports)) == 2 and max(ports) < lowest
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", ports[0]))


def test_garbage_is_the_same_by_its_seed() -> None:
    first, again = (garbage(random.Random(7)) for _ in range(2))
    assert [next(first) for _ in range(20)] == [next(again) for _ in range(20)]


def run(built: Path, results: Path, program: str = "push_server") -> tuple[int, dict[str, bool | None], str]:
    console = Console(file=io.StringIO(), width=200)
    settings = SHORT if program == "push_server" else replace(SHORT, minutes=0.1)
    code = soak(SoakOptions(built, results, settings, program), console)
    told = json.loads((results / "soak" / "soak.json").read_text())
    return code, {each["name"]: each["kept"] for each in told["promises"]}, console.file.getvalue()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_short_soak_keeps_its_promises(program: str, built: Path, tmp_path: Path) -> None:
    code, kept, printed = run(built, tmp_path, program)
    assert code == 0, printed
    assert kept.pop("readers that stop") is None  # its lives are too short for it
    assert set(kept.values()) == {True}


def test_a_server_that_drops_is_found_out(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Settings.server_options
    monkeypatch.setattr(Settings, "server_options", lambda self: [*options(self), "--fault-drop", "8"])
    code, kept, printed = run(built, tmp_path)
    assert code == 1 and kept["cursors"] is False
    assert "BROKEN: cursors" in printed
