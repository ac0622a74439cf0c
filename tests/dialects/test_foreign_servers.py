"""Every dialect that has a real server on this machine, against it: what it counts is what the server counts."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from foreign import ROOT, Server, agrees, all_came, free_port, need_nchan, need_node, need_program, stats

LOAD = ("--connections", "10", "--rate", "40", "--warmup", "0s", "--duration", "1s")
BODY = ("--publish-body", "{marker}{payload}")
Serve = Callable[..., Server]
Loadgen = Callable[..., dict[str, Any]]


def test_a_plain_node_sse_server(serve: Serve, loadgen: Loadgen) -> None:
    need_node()
    at = serve("node", "examples/node-sse/server.js", "0").address()
    result = loadgen("--transport", "sse", "--target", f"http://{at}/events?topic={{topic}}",
                     "--publish", f"http://{at}/publish?topic={{topic}}", *BODY, *LOAD, "--topics", "2")
    all_came(result)
    agrees(result, stats(at)["sent"])


def test_a_node_server_with_ws(serve: Serve, loadgen: Loadgen) -> None:
    need_node("ws")
    at = serve("node", "examples/node-ws/server.js", "0").address()
    result = loadgen("--transport", "websocket", "--target", f"ws://{at}/ws?topic={{topic}}",
                     "--publish", f"http://{at}/publish?topic={{topic}}", *BODY, *LOAD, "--topics", "2")
    all_came(result)
    agrees(result, stats(at)["sent"])


def test_socket_io(serve: Serve, loadgen: Loadgen) -> None:
    need_node("socket.io")
    at = serve("node", "examples/socket.io/server.js", "0").address()
    result = loadgen("--transport", "websocket", "--dialect", "socket.io", "--target", f"ws://{at}",
                     "--publish", f"http://{at}/publish?topic={{topic}}", *BODY, *LOAD, "--topics", "2")
    all_came(result)
    agrees(result, stats(at)["sent"])


def test_graphql_ws(serve: Serve, loadgen: Loadgen) -> None:
    need_node("ws", "graphql", "graphql-ws/use/ws")
    at = serve("node", "examples/graphql-ws/server.js", "0").address()
    result = loadgen("--transport", "websocket", "--dialect", "graphql-transport-ws", "--target", f"ws://{at}",
                     "--topic", "subscription { news }", "--publish", f"http://{at}/publish", *BODY, *LOAD)
    all_came(result)
    agrees(result, stats(at)["sent"])


def test_python_websockets(serve: Serve, loadgen: Loadgen) -> None:
    pytest.importorskip("websockets")
    at = serve("/usr/bin/python3", "examples/python-websockets/server.py", "0").address()
    result = loadgen("--transport", "websocket", "--target", f"ws://{at}/ws?topic={{topic}}",
                     "--publish", f"ws://{at}/publish?topic={{topic}}", "--publish-connections", "2", *BODY, *LOAD,
                     "--topics", "2")
    all_came(result)
    agrees(result, stats(at)["sent"])


@pytest.fixture
def nchan(serve: Serve, tmp_path: Path) -> str:
    """The example's own configuration, on another port."""
    need_nchan()
    at = f"127.0.0.1:{free_port()}"
    text = (ROOT / "examples/nchan/nginx.conf").read_text(encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(text.replace("127.0.0.1:8091", at), encoding="utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    serve(program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")).wait_for(f"http://{at}/stats")
    return at


@pytest.mark.parametrize("transport", ["websocket", "sse", "long-poll"])
def test_nchan(nchan: str, loadgen: Loadgen, transport: str) -> None:
    result = loadgen("--transport", transport, "--dialect", "nchan", "--target", f"http://{nchan}", *LOAD,
                     "--topics", "2")
    all_came(result)
    with urllib.request.urlopen(f"http://{nchan}/stats", timeout=10) as answer:
        assert "total published messages: " in answer.read().decode()


def test_nats(serve: Serve, loadgen: Loadgen, tmp_path: Path) -> None:
    need_program("nats-server", "nats-server")
    text = (ROOT / "examples/nats/nats.conf").read_text(encoding="utf-8")
    ports = {port: free_port() for port in ("8092", "8093", "8094")}
    for port, other in ports.items():
        text = text.replace(f":{port}", f":{other}")
    (tmp_path / "nats.conf").write_text(text, encoding="utf-8")
    serve("nats-server", "-c", str(tmp_path / "nats.conf")).wait_for(f"http://127.0.0.1:{ports['8094']}/varz")
    result = loadgen("--transport", "websocket", "--dialect", "nats", "--target", f"ws://127.0.0.1:{ports['8092']}",
                     *LOAD)
    all_came(result)
    with urllib.request.urlopen(f"http://127.0.0.1:{ports['8094']}/varz", timeout=10) as answer:
        sent = json.load(answer)["out_msgs"]
    # Who publishes has said on opening what every client says, and so is sent all of it as well.
    messages, rest = divmod(sent, result["connections"] + 1)
    assert rest == 0 and 1 <= messages - result["delivered"] // result["connections"] <= 3, sent
