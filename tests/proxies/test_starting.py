"""What these trials rest on: a proxy that cannot start says so, and is not taken for whoever has its port."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from proxying import HAPROXY, NGINX, Kind, free_port, origin, proxy
from through import Through

FILES = {NGINX: "nginx-stock.conf", HAPROXY: "haproxy-stock.cfg"}


def need(kind: Kind) -> None:
    if kind.path is None:
        pytest.skip(f"this machine has no {kind.name}")


@pytest.mark.parametrize("kind", FILES, ids=lambda kind: kind.name)
def test_a_port_that_somebody_has_is_an_error_in_one_line(kind: Kind, tmp_path: Path) -> None:
    need(kind)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AssertionError, match=f"{kind.name} does not listen on port {port}: .*in use"):
            with proxy(kind, tmp_path, FILES[kind], "127.0.0.1:1", port=port):
                pass


@pytest.mark.parametrize("kind", FILES, ids=lambda kind: kind.name)
def test_a_file_that_it_does_not_understand_is_an_error_too(kind: Kind, tmp_path: Path) -> None:
    need(kind)
    wrong = {"push {": "push { no_such_thing;"} if kind is NGINX else {"mode http": "no such thing"}
    with pytest.raises(AssertionError, match="does not listen on port .*no"):
        with proxy(kind, tmp_path, FILES[kind], "127.0.0.1:1", wrong):
            pass


@pytest.mark.parametrize("kind", FILES, ids=lambda kind: kind.name)
def test_two_beside_each_other_lead_to_servers_of_their_own(kind: Kind, tmp_path: Path) -> None:
    need(kind)
    with origin() as server, proxy(kind, tmp_path / "one", FILES[kind], server.address) as one:
        with proxy(kind, tmp_path / "other", FILES[kind], f"127.0.0.1:{free_port()}") as other:
            answers = [Through(each.port, "/poll") for each in (one, other)]
            assert all(each.wait(lambda client: bool(client.ended), 20) for each in answers)
            assert [each.status for each in answers] == [204, 502 if kind is NGINX else 503]
