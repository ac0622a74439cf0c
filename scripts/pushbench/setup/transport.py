"""One transport: which server and client, which options, how it is called and drawn. The rows are in transports.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Transport:
    """What starts one transport, and its row in every table. `client_name` is its name on loadgen's command line.

    Okabe–Ito colours and markers, so that colour-blind readers tell them apart.
    """

    name: str
    server: str
    client: str = "loadgen"
    client_name: str = ""
    folder: str = ""  # its own, below servers/ and loadgen/transport/
    server_options: tuple[str, ...] = ()
    # Somebody else's server: the whole command that starts it, from the project's folder. It listens on a free port
    # and prints {"listening": "127.0.0.1:PORT"}. `target` and `client_options` are what loadgen is told, with
    # {listening} for that address, {admin} for that of ours, and {topics} and {connections} for how many there are.
    # A {source} among the options of its server is the address of a nats-server, which is started beside it.
    # `needs` are what must be there, by their names in needs.py, and `files` what tells how it is set up: a run records
    # both. `runtime` is what makes it run: two transports of one runtime tell what a transport costs, two runtimes of
    # one transport what a runtime costs.
    command: tuple[str, ...] = ()
    target: str = ""
    client_options: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    runtime: str = "pushbench"
    polls: bool = False  # its clients ask on an interval, so the interval is part of the latency
    asks_again: bool = False  # who got something asks for the next at once: a part of what the delivery costs
    floods: bool = False  # sends all that a client takes, by itself: for the load generator's own limit
    silent: bool = False  # nothing is published while it is measured: all its polls come back empty
    title: str = ""
    colour: str = "#444444"
    marker: str = "v"
    is_choice: bool = False  # a transport one can choose, not the floor or the price of a library
    take_when: str = ""  # what makes it the choice where cost does not: 'take it when ...'
    brings: str = ""  # what it has beside cost, for readers to whom two cost the same
    is_shown: bool = True  # the twin of the A/A test stands in no table or chart beside the others

    @property
    def rests(self) -> bool:
        """Whether its server has nothing to do between two notifications, so that another can have its turn then."""
        return not self.polls and not self.floods

    @property
    def is_foreign(self) -> bool:
        """Not ours: it has no admin port, and none of our options."""
        return bool(self.command)

    @property
    def shares_source(self) -> bool:
        """Its server has what it delivers from a nats-server, as others may have as well."""
        return any("{source}" in option for option in self.server_options)

    @property
    def publishes_itself(self) -> bool:
        """Its clients publish, and not the server by a timetable of its own."""
        return any(option.startswith("--publish") for option in self.client_options)

    @property
    def shares_port(self) -> bool:
        """Whether several servers may listen on one port. Short polls of very many would only measure the polling."""
        return self.client == "loadgen" and not self.polls and not self.floods and not self.is_foreign
