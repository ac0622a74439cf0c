"""A client that loses its server goes on at another one, with its cursor and by whatever transport."""

from __future__ import annotations

import pytest

from members.client import KINDS, Client
from members.fixtures import Follow, Join
from members.waiting import until


def texts(name: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(1, count + 1)]


def got(client: Client, wanted: list[str]) -> None:
    until(lambda: len(client.told) >= len(wanted), f"{client.kind} has {len(wanted)}, not {len(client.told)}")
    assert client.payloads == wanted


def test_what_is_published_on_any_comes_to_all_under_one_cursor(join: Join, follow: Follow) -> None:
    servers = [join() for _ in range(3)]
    clients = [follow(kind, server) for kind in KINDS for server in servers]
    wanted = []
    for text in texts("round", 10):
        for number, server in enumerate(servers):
            server.publish(f"{text} of {number}")
            wanted.append(f"{text} of {number}")
    for client in clients:
        got(client, wanted)
        assert client.numbers == list(range(1, 31))
    assert len({client.cursor for client in clients}) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_whose_server_is_killed_goes_on_at_another(kind: str, join: Join, follow: Follow) -> None:
    first, second, third = (join() for _ in range(3))
    client = follow(kind, first, second, third)
    before, missed, later = texts("before", 20), texts("missed", 40), texts("later", 5)
    third.publish(*before)
    got(client, before)
    first.kill()
    third.publish(*missed)
    got(client, before + missed)
    second.publish(*later)
    got(client, before + missed + later)
    assert client.lost >= 1 and client.numbers == list(range(1, 66))


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in KINDS for b in KINDS if a != b])
def test_a_client_goes_on_at_another_by_another_transport(before: str, after: str, join: Join,
                                                          follow: Follow) -> None:
    first, second = join(), join()
    one = follow(before, first)
    second.publish(*texts("before", 10))
    got(one, texts("before", 10))
    one.end()
    first.kill()
    missed = texts("missed", 20)
    second.publish(*missed)
    other = follow(after, second, cursor=one.cursor)
    got(other, missed)
    second.publish("and on")
    got(other, [*missed, "and on"])


def test_who_starts_late_has_what_was_published_before(join: Join, follow: Follow) -> None:
    first = join()
    client = follow("sse", first)
    first.publish(*texts("before", 10))
    got(client, texts("before", 10))
    start = client.told and client.cursor.rpartition("-")[0] + "-4"
    late = join()
    for kind in KINDS:
        got(follow(kind, late, cursor=str(start)), texts("before", 10)[4:])


def test_history_that_is_gone_is_told_as_a_gap_by_all_alike(join: Join, follow: Follow) -> None:
    first, second = join("--history", "10"), join("--history", "10")
    client = follow("sse", first)
    first.publish("the first")
    got(client, ["the first"])
    client.end()
    first.publish(*texts("more", 30))
    late = join("--history", "10")
    for server in (first, second, late):
        for kind in KINDS:
            told = follow(kind, server, cursor=client.cursor)
            got(told, ["a gap", *texts("more", 30)[20:]])
            assert told.told[0]["gap"]["first"] == 22
