"""Pairs stay pairs: the figures of one block are those of one attempt."""

from pushbench.analysis.attempts import counting
from pushbench.store.records import Trial


def trial(variant, attempt, status="ok", block=1, scenario="broadcast", **raw):
    file = f"{scenario}__{variant}__default__b{block}__a{attempt}.json"
    return Trial(file, scenario, variant, "", block, attempt, 1, status, (), {}, raw)


def chosen(*trials):
    return sorted((each.variant, each.block, each.attempt) for each in counting(trials))


def test_the_first_attempt_in_which_all_were_good():
    assert chosen(trial("sse", 1), trial("websocket", 1, "invalid"), trial("sse", 2), trial("websocket", 2),
                  trial("sse", 3), trial("websocket", 3)) == [("sse", 1, 2), ("websocket", 1, 2)]


def test_never_one_attempt_beside_another():
    assert chosen(trial("sse", 1), trial("websocket", 1, "invalid"), trial("sse", 2, "invalid"),
                  trial("websocket", 2)) == [("sse", 1, 1)]


def test_each_block_and_scenario_by_itself():
    assert chosen(trial("sse", 1), trial("sse", 2, block=2), trial("sse", 1, "invalid", block=2),
                  trial("sse", 3, scenario="stream")) == [("sse", 1, 1), ("sse", 1, 3), ("sse", 2, 2)]


def test_a_duet_is_compared_with_nothing_beside_it():
    assert chosen(trial("sse-vs-floor", 2, duet={}), trial("sse-vs-floor", 1, "invalid", duet={}),
                  trial("sse-vs-websocket", 1, duet={})) == [("sse-vs-floor", 1, 2), ("sse-vs-websocket", 1, 1)]
