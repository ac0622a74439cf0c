"""The edges of a window: what is in it, what is not, and one in which not all was delivered."""

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
        began_ns = self.began_ns = self.clock.now_ns
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


def turns_of(clock, *sides, **changes):
    def wait(seconds):
        clock.now_ns += round(seconds * 1e9)
        for side in sides:
            if getattr(side, "waiting", 0):
                side.deliver()

    for side, name in zip(sides, "ab"):
        side.clock, side.name = clock, name
    return Turns(trial(**changes), wait)


def test_a_window_holds_the_deliveries_of_each_side_and_no_order(clock):
    a, b = MadeUpSide(each_us=10, order_us=100), MadeUpSide(each_us=20, order_us=100)
    played = turns_of(clock, a, b)
    cheap, dear = played.play(a, b, (7, 8))
    assert (cheap, dear) == (Slice(2 * 4 * 10 * US, 100 * US, True), Slice(2 * 4 * 20 * US, 100 * US, True))
    assert a.counts == b.counts == [2] and played.shape.deliveries == 8  # 150 ms of 10 a second, half of the workload's


def test_the_second_begins_half_a_gap_after_the_first(clock):
    a, b = MadeUpSide(), MadeUpSide()
    turns_of(clock, a, b).play(a, b, (7, 8))
    assert b.began_ns - a.began_ns == pytest.approx(50_000_000, abs=10)


def test_the_warm_up_has_a_rate_of_its_own(clock):
    a, b = MadeUpSide(), MadeUpSide()
    turns_of(clock, a, b, lead_in=0.4, lead_in_rate=40).warm_up(a, b, 7)
    assert a.counts == b.counts == [16]


def test_a_clock_that_was_read_too_late_is_set_right_by_what_an_order_takes(clock):
    clock.asleep_ns = 5_000_000
    a, b = MadeUpSide(each_us=10, order_us=turns._TYPICAL_ORDER_NS // US), MadeUpSide()
    played, _ = turns_of(clock, a, b).play(a, b, (7, 8))
    assert played.used_ns == 2 * 4 * 10 * US and played.order_ns is None


def test_what_is_lost_makes_the_window_one_that_was_not_delivered(clock):
    a, b = MadeUpSide(lost=1), MadeUpSide()
    players = turns_of(clock, a, b)
    assert [each.delivered for each in players.play(a, b, (7, 8))] == [False, True]
    a.lost = 0
    assert all(each.delivered for each in players.play(b, a, (7, 8)))  # and the next one again


def test_a_server_that_still_publishes_is_late_and_not_broken(clock):
    a, b = MadeUpSide(refuses=3), MadeUpSide()
    assert [each.delivered for each in turns_of(clock, a, b).play(a, b, (7, 8))] == [False, True]
    assert a.counts == [2]


def test_random_arrivals_need_a_longer_look():
    assert turns.shape_of(trial()).looks == 3
    assert turns.shape_of(trial(arrival="poisson")).looks == 300  # 12 gaps of 100 ms, in looks of 4 ms


@pytest.mark.parametrize(("seen", "good"), [
    (HandedOver(15, 30), True), (HandedOver(15, 29), True), (HandedOver(15, 28), False), (HandedOver(14, 30), False)])
def test_a_poll_that_did_not_come_again_is_missed(seen, good):
    assert seen.is_as(HandedOver(10, 30).after(5), slack=1) is good
    assert HandedOver(15, None).is_as(HandedOver(10, None).after(5), slack=1)


def quad(delivered=True, order_ns=100 * US):
    slices = tuple(Slice(ns * US, order_ns, delivered) for ns in (80, 160))
    return outcome.Quad("ABBA", slices, slices[::-1])


GOOD = {"valid": True, "lost": 0, "duplicated": 0, "reordered": 0, "malformed": 0, "connect": {"failed": 0}}


def test_the_record_holds_costs_per_delivery():
    told = outcome.outcome(trial(), [quad(), quad(delivered=False)], {"a": GOOD, "b": GOOD})
    assert broken(told["rules"]) == []
    assert told["duet"]["quads"] == [{"order": "ABBA", "a_us": [10, 20], "b_us": [20, 10]}]
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
def test_in_each_quad_each_side_begins_once_and_both_see_the_same_arrivals(seed):
    played, seeds = [], []

    def play(first, second, of):
        played.append((first, second))
        seeds.append(dict(zip((first, second), of)))
        return Slice(1, 1, True), Slice(1, 1, True)

    turns = SimpleNamespace(play=play, warm_up=lambda first, second, seed: None)
    quads = conduct._play(turns, "a", "b", 3, random.Random(seed))
    assert len(quads) == 3 and len(played) == 6
    for one, two in zip(range(0, 6, 2), range(1, 6, 2)):
        assert played[one] == played[two][::-1]
        assert (seeds[one]["a"], seeds[one]["b"]) == (seeds[two]["b"], seeds[two]["a"])


def test_a_cost_is_booked_on_the_side_that_had_it():
    booked = {"a": Slice(1, 1, True), "b": Slice(2, 1, True)}
    turns = SimpleNamespace(play=lambda first, second, of: (booked[first], booked[second]),
                            warm_up=lambda first, second, seed: None)
    (quad,) = conduct._play(turns, "a", "b", 1, random.Random(1))
    assert [each.used_ns for each in quad.a] == [1, 1] and [each.used_ns for each in quad.b] == [2, 2]


def test_either_side_begins_in_half_of_the_blocks():
    turns = SimpleNamespace(play=lambda first, second, of: (Slice(1, 1, True), Slice(1, 1, True)),
                            warm_up=lambda first, second, seed: None)
    orders = [conduct._play(turns, "a", "b", 1, random.Random(seed))[0].order for seed in range(200)]
    assert 70 < orders.count("ABBA") < 130
