"""The rows of every comparison: which server, which client, which options. A new transport is one row here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Transport:
    """What starts one transport. `client_name` is its name on loadgen's command line."""

    name: str
    server: str
    client: str = "loadgen"
    client_name: str = ""
    server_options: tuple[str, ...] = ()
    polls: bool = False  # its clients ask on an interval, so the interval is part of the latency
    floods: bool = False  # sends all that a client takes, by itself: for the load generator's own limit

    @property
    def shares_port(self) -> bool:
        """Whether several servers may listen on one port. Short polls of very many would only measure the polling."""
        return self.client == "loadgen" and not self.polls and not self.floods


TRANSPORTS = {
    row.name: row
    for row in (
        Transport("short-poll", "polling_server", client_name="short-poll", polls=True),
        Transport("long-poll", "polling_server", client_name="long-poll"),
        Transport("websocket", "websocket_server", client_name="websocket"),
        Transport("sse", "sse_server", client_name="sse"),
        # Not a fifth transport either: SSE under another name, between which the report must find no difference.
        Transport("sse-twin", "sse_server", client_name="sse"),
        Transport("floor", "floor_server", client="floor_loadgen", client_name="floor"),
        # Not a fifth transport: the same protocol by Beast's own stream, shown apart as the price of the library.
        Transport("websocket-beast", "websocket_server", client_name="websocket",
                  server_options=("--framing", "beast")),
        *(Transport(f"hose-{name}", "floor_hose", client=client, client_name=client_name,
                    server_options=("--speak", name), polls=name == "short-poll", floods=True)
          for name, client, client_name in (
              ("lines", "floor_loadgen", "floor"), ("sse", "loadgen", "sse"), ("websocket", "loadgen", "websocket"),
              ("long-poll", "loadgen", "long-poll"), ("short-poll", "loadgen", "short-poll"))),
    )
}


def programs_of(names: set[str]) -> set[str]:
    """The executables that these transports need."""
    rows = [TRANSPORTS[name] for name in names]
    return {row.server for row in rows} | {row.client for row in rows}
