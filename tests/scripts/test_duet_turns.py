"""The edges of a slice: what is in it, what is not, and what a slice is that was not delivered."""

import random
from types import SimpleNamespace

import pytest
from pushbench.run.kinds.duet import conduct, outcome, turns
from pushbench.run.kinds.duet.side import HandedOver
from pushbench.run.kinds.duet.turns import Slice, Turns
from pushbench.setup.plan import Planned
from pushbench.setup.scenario import Scenario
from pushbench.setup.transports import TRANSPORTS
from pushbench.store.rules import WRONG, broken

US = 1000


class MadeUpSide:
    """Takes `order_us` for an order, then `each_us` for each delivery, while nobody waits for it."""

    def __init__(self, each_us=10, order_us=100, lost=0, refuses=0):
        self.expected, self.seen, self.used_ns = HandedOver(0, None), 0, 0
        self.each_us, self.order_us, self.lost, self.refuses = each_us, order_us, lost, refuses
        self.counts, self.link = [], self
        self.clock = None
        self.server = SimpleNamespace(name="sse_server")

    def order(self, schedule):
        began_ns = self.clock.now_ns
        if self.refuses:
            self.refuses -= 1
            return None
        self.used_ns += self.order_us * US
        self.clock.now_ns += 200 * US + self.clock.asleep_ns
        self.counts.append(schedule["count"])
        self.waiting = schedule["count"] * 4 - self.lost
        if self.clock.asleep_ns:
            self.deliver()  # who looks late finds it already at work
        return began_ns

    def deliver(self):
        self.used_ns += self.waiting * self.each_us * US
        self.seen += self.waiting
        self.waiting = 0

    def cpu_ns(self):
        return self.used_ns

    def done(self):
        return HandedOver(self.seen, None)

    def is_busy(self):
        return False


class Clock:
    now_ns = 0
    asleep_ns = 0  # how long whoever ordered was kept from its CPU


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic_ns=lambda: made.now_ns,
                                                       monotonic=lambda: made.now_ns / 1e9))
    return made


def trial(**changes):
    values = {"slice": 0.15, "lead_in": 0.05, "settle": 0.01, "arrival": "constant", "of": "broadcast"} | changes
    return Planned(Scenario("duet-broadcast", values), TRANSPORTS["sse"], "sse-vs-floor", "", 1, connections=4,
                   rate_per_s=20, payload_bytes=128, topics=1, poll_interval_s=None, against=TRANSPORTS["floor"])


def play(clock, active, resting, **changes):
    def wait(seconds):
        clock.now_ns += round(seconds * 1e9)
        for side in (active, resting):
            if getattr(side, "waiting", 0):
                side.deliver()

    active.clock = resting.clock = clock
    players = Turns(trial(**changes), wait)
    return players, players.play(active, resting, seed=7)


def test_a_slice_holds_its_deliveries_and_neither_lead_in_nor_order(clock):
    active = MadeUpSide(each_us=10, order_us=100)
    players, played = play(clock, active, MadeUpSide())
    assert active.counts == [1, 3]  # 50 and 150 ms of 20 a second
    assert played == Slice(active_ns=3 * 4 * 10 * US, resting_ns=0, order_ns=100 * US, delivered=True)
    assert players.shape.deliveries == 12


def test_a_clock_that_was_read_too_late_is_set_right_by_what_an_order_takes(clock):
    clock.asleep_ns = 5_000_000
    active = MadeUpSide(each_us=10, order_us=turns._TYPICAL_ORDER_NS // US)
    _, played = play(clock, active, MadeUpSide())
    assert played.active_ns == 3 * 4 * 10 * US and played.order_ns is None


def test_what_is_lost_makes_the_slice_one_that_was_not_delivered(clock):
    active = MadeUpSide(lost=1)
    players, played = play(clock, active, MadeUpSide())
    assert not played.delivered
    active.lost = 0
    assert players.play(active, MadeUpSide(), seed=8).delivered  # and the next one again


def test_a_server_that_still_publishes_is_late_and_not_broken(clock):
    active = MadeUpSide(refuses=3)
    _, played = play(clock, active, MadeUpSide())
    assert not played.delivered and active.counts == [1, 3]


def test_random_arrivals_need_a_longer_look():
    assert turns.shape_of(trial()).looks == 3
    assert turns.shape_of(trial(arrival="poisson")).looks == 150  # 12 gaps of 50 ms, in looks of 4 ms


@pytest.mark.parametrize(("seen", "good"), [
    (HandedOver(15, 30), True), (HandedOver(15, 29), True), (HandedOver(15, 28), False), (HandedOver(14, 30), False)])
def test_a_poll_that_did_not_come_again_is_missed(seen, good):
    assert seen.is_as(HandedOver(10, 30).after(5), slack=1) is good
    assert HandedOver(15, None).is_as(HandedOver(10, None).after(5), slack=1)


def quad(delivered=True, order_ns=100 * US):
    slices = tuple(Slice(ns * US, 120, order_ns, delivered) for ns in (120, 240))
    return outcome.Quad("ABBA", slices, slices[::-1])


GOOD = {"valid": True, "lost": 0, "duplicated": 0, "reordered": 0, "malformed": 0, "connect": {"failed": 0}}


def test_the_record_holds_costs_per_delivery():
    told = outcome.outcome(trial(), [quad(), quad(delivered=False)], {"a": GOOD, "b": GOOD})
    assert broken(told["rules"]) == []
    assert told["duet"]["quads"] == [{"order": "ABBA", "a_us": [10, 20], "b_us": [20, 10],
                                      "a_resting_us": 0.02, "b_resting_us": 0.02}]
    assert (told["duet"]["quads_left_out"], told["duet"]["order_us"]) == (1, 100)
    assert (told["duet"]["a"], told["duet"]["b"], told["duet"]["of"]) == ("sse", "floor", "broadcast")


@pytest.mark.parametrize(("quads", "changes", "said"), [
    ([quad(), quad(False), quad(False)], {}, "quads_left_out: only in 1 of 3 quads all was delivered by the end of"),
    ([quad()], {"lost": 3}, "lost: b: 3 lost, where none may be"),
    ([quad()], {"duplicated": 1}, "duplicated: b: 1 duplicated"),
    ([quad()], {"connect": {"failed": 2}}, "not_connected: b: 2 not connected"),
    ([quad()], {"rules": [{"rule": "deliveries", "broken": True, "effect": "wrong", "text": "9 of 10 delivered"}]},
     "b: 9 of 10 delivered")])
def test_what_makes_a_duet_wrong(quads, changes, said):
    told = outcome.outcome(trial(), quads, {"a": GOOD, "b": GOOD | changes})
    (rule,) = broken(told["rules"])
    assert rule.effect == WRONG and rule.text.startswith(said)


@pytest.mark.parametrize("rule", [{"rule": "interrupted", "effect": "wrong"}, {"rule": "steal", "effect": "slow"}])
def test_what_is_by_design_or_only_slow_does_not(rule):
    heard = GOOD | {"rules": [rule | {"broken": True, "text": "seen"}]}
    assert broken(outcome.outcome(trial(), [quad()], {"a": heard, "b": GOOD})["rules"]) == []


@pytest.mark.parametrize("seed", range(8))
def test_in_each_quad_each_side_plays_once_after_a_switch_and_once_after_itself(seed):
    """What is dear about a switch must not meet one side more often than the other."""
    played = []
    turns = SimpleNamespace(play=lambda active, resting, seed: played.append(active) or Slice(1, 0, 1, True))
    quads = conduct._play(turns, "a", "b", 3, random.Random(seed))
    assert len({quad.order for quad in quads}) == 1 and len(played) == 2 + 3 * 4
    switched = [now != before for before, now in zip(played[1:], played[2:])]
    for start in range(0, 12, 4):
        slices = list(zip(played[2 + start:], switched[start:start + 4]))
        assert sorted(slices) == [("a", False), ("a", True), ("b", False), ("b", True)]


def test_either_side_begins_in_half_of_the_blocks():
    turns = SimpleNamespace(play=lambda active, resting, seed: Slice(1, 0, 1, True))
    orders = [conduct._play(turns, "a", "b", 1, random.Random(seed))[0].order for seed in range(200)]
    assert 70 < orders.count("ABBA") < 130
