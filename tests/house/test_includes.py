"""The house of the C++ side: the tree reads as the architecture, and includes run one way."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADGEN = ROOT / "loadgen"
# Top to bottom: who is told what to measure, down to the numbers. A room may use those below it, never one above.
ROOMS = ("command", "report", "trial", "peers", "publish", "crowd", "transport", "message", "dialects", "wire",
         "measure")
# What the load generator may use of the servers: what a notification is, and when it is due. No transport, no I/O.
SHARED = ("notify/clock.hpp", "notify/cpu_list.hpp", "notify/duration.hpp", "notify/publisher.hpp",
          "notify/schedule.hpp")

SERVERS = ROOT / "servers"
SERVER_TRANSPORTS = ("polling", "websocket", "sse")
# The same of the servers: what a process is made of, down to the log that knows nobody.
SERVER_ROOMS = ("process", "admin", *SERVER_TRANSPORTS, "stream", "http", "net", "source", "notify")
# Who may know where notifications come from: whoever puts a server together, and its admin port. No transport.
KNOW_THE_SOURCE = ("process", "admin", "source")


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".cpp", ".hpp"))


def includes(path: Path) -> Iterator[str]:
    yield from re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", sources(LOADGEN), ids=lambda path: str(path.relative_to(LOADGEN)))
def test_includes_of_the_load_generator_run_one_way(path: Path) -> None:
    room = path.relative_to(LOADGEN).parts[0]
    assert room in ROOMS, f"{room} is no room of loadgen/"
    below = ROOMS[ROOMS.index(room):]
    for name in includes(path):
        first, _, rest = name.partition("/")
        if first == "loadgen":
            assert rest.split("/")[0] in below, f"{room} may use {below}, not {name}"
        else:
            assert name in SHARED, f"the load generator may use {SHARED} of the servers, not {name}"


@pytest.mark.parametrize("path", sources(SERVERS), ids=lambda path: str(path.relative_to(SERVERS)))
def test_includes_of_the_servers_run_one_way(path: Path) -> None:
    room = path.relative_to(SERVERS).parts[0]
    if path.name in ("main.cpp", "boost.cpp"):
        return  # a program puts the rooms together; the other compiles a library
    assert room in SERVER_ROOMS, f"{room} is no room of servers/"
    others = [kind for kind in SERVER_TRANSPORTS if kind != room] if room in SERVER_TRANSPORTS else []
    below = [each for each in SERVER_ROOMS[SERVER_ROOMS.index(room):] if each not in others]
    if room not in KNOW_THE_SOURCE:
        below = [each for each in below if each != "source"]
    for name in includes(path):
        if name == "source/options.hpp":
            continue  # what a server is told
        assert name.partition("/")[0] in below, f"{room} may use {below}, not {name}"


@pytest.mark.parametrize("path", sources(ROOT / "servers"), ids=lambda path: str(path.relative_to(ROOT / "servers")))
def test_servers_know_no_load_generator(path: Path) -> None:
    assert not [name for name in includes(path) if name.startswith(("loadgen/", "bench/"))]


def test_a_transport_knows_no_other() -> None:
    kinds = [path.name for path in (LOADGEN / "transport").iterdir() if path.is_dir()]
    assert len(kinds) >= 4
    for kind in kinds:
        others = tuple(f"loadgen/transport/{other}/" for other in kinds if other != kind)
        for path in sources(LOADGEN / "transport" / kind):
            assert not [name for name in includes(path) if name.startswith(others)], path


def test_mpi_is_known_to_one_file_of_the_room_of_peers() -> None:
    knows = re.compile(r"^#include <mpi\.h>", re.MULTILINE)
    found = [path for path in sources(LOADGEN) if knows.search(path.read_text(encoding="utf-8"))]
    assert [str(path.relative_to(LOADGEN)) for path in found] == ["peers/mpi_mailbox.cpp"]


def test_libnats_is_known_to_one_room_and_to_what_it_is_held_against() -> None:
    """Where it is not there, those alone are left out of the build."""
    users = {str(path.relative_to(ROOT).parent) for folder in ("servers", "loadgen", "bench", "tests")
             for path in sources(ROOT / folder) if "#include <nats/nats.h>" in path.read_text(encoding="utf-8")}
    assert users == {"servers/source/jetstream", "bench/shared"}
