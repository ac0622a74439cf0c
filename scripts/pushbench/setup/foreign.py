"""Servers of other people. Only scenarios that name them run them: see CONTRIBUTING.md, "A server of your own"."""

from __future__ import annotations

from dataclasses import replace

from pushbench.setup.transport import Transport

_NODE_WS = Transport("node-ws", "node", client_name="websocket", title="WebSocket (Node, ws)", colour="#999933",
                     marker="p", command=("node", "examples/node-ws/server.js", "0"), needs=("node", "ws"),
                     files=("examples/node-ws/server.js",), runtime="Node",
                     target="ws://{listening}/ws?topic={topic}",
                     client_options=("--publish", "http://{listening}/publish?topic={topic}",
                                     "--publish-body", "{marker}{payload}"))
_NODE_SSE = replace(_NODE_WS, name="node-sse", client_name="sse", title="SSE (Node)", colour="#117733", marker="h",
                    command=("node", "examples/node-sse/server.js", "0"), needs=("node",),
                    files=("examples/node-sse/server.js",), target="http://{listening}/events?topic={topic}")
# A topic is published on a connection of its own.
_PYTHON = Transport("python-websockets", "python3", client_name="websocket", title="WebSocket (Python, websockets)",
                    colour="#882255", marker="8", command=("/usr/bin/python3", "examples/python-websockets/server.py",
                                                           "0"),
                    needs=("python", "websockets"), files=("examples/python-websockets/server.py",), runtime="Python",
                    target="ws://{listening}/ws?topic={topic}",
                    client_options=("--publish", "ws://{listening}/publish?topic={topic}",
                                    "--publish-connections", "{topics}", "--publish-body", "{marker}{payload}"))


def _configured(config: str, listens_on: str, *command: str) -> tuple[str, ...]:
    """By the launcher, which gives it a folder and free ports in the place of those of its configuration."""
    return ("/usr/bin/python3", "examples/launch.py", config, listens_on, *command)


_NCHAN_CONF, _NATS_CONF = "examples/nchan/nginx.conf", "examples/nats/nats.conf"
_NCHAN_SSE = Transport("nchan-sse", "nginx", client_name="sse", title="SSE (Nchan in nginx)", colour="#44AA99",
                       marker="H", command=_configured(_NCHAN_CONF, "127.0.0.1:8091", "/usr/sbin/nginx", "-p",
                                                       "{folder}", "-c", "{config}"),
                       needs=("python", "nginx", "nchan"), files=(_NCHAN_CONF,), runtime="Nchan in nginx",
                       target="http://{listening}", client_options=("--dialect", "nchan"))
_NATS = Transport("nats-websocket", "nats-server", client_name="websocket", title="WebSocket (nats-server)",
                  colour="#332288", marker="X", command=_configured(_NATS_CONF, "127.0.0.1:8092", "nats-server", "-c",
                                                                    "{config}"),
                  needs=("python", "nats-server"), files=(_NATS_CONF,), runtime="nats-server",
                  target="ws://{listening}", client_options=("--dialect", "nats"))

FOREIGN = (
    _NODE_WS,
    _NODE_SSE,
    _PYTHON,
    replace(_NCHAN_SSE, name="nchan-websocket", client_name="websocket", title="WebSocket (Nchan in nginx)",
            colour="#88CCEE", marker="d"),
    _NCHAN_SSE,
    _NATS,
)
