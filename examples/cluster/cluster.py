"""Three push_servers on one NATS JetStream, and HAProxy before them, all on this machine.

Usage: python3 examples/cluster/cluster.py [--build build] [--port 8088] [--for SECONDS]

What is published on any of the servers reaches the clients of all. Kill one of these processes, whichever: it is started
anew after three seconds, and nobody has missed anything. Ctrl-C ends all of them.
"""

import argparse
import re
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from children import Child, Ended, wait_for_any

HERE = Path(__file__).resolve().parent
# As the configurations have them; each gets a free port in its place, but for the one that clients use.
ADDRESS = re.compile(r"127\.0\.0\.1(?::| port )(\d+)")
CLIENTS, NATS, SERVERS = 8088, 4222, ((8081, 9081), (8082, 9082), (8083, 9083))
STREAM = "PUSH"
DOWN_S = 3.0  # from the end of a process to its next life: long enough to be seen
NEEDED = (("nats-server", "apt install nats-server"), ("haproxy", "apt install haproxy"))


def found(name: str, how: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        sys.exit(f"cluster: {name} is not installed: {how}")
    return path


def push_server(build: Path) -> str:
    path = build / "bin" / "push_server"
    if not path.is_file():
        sys.exit(f"cluster: {path} is not there: make build, or name the folder with --build")
    return str(path)


def free_ports(port: int) -> dict[int, int]:
    """One for each of the configurations. All are held at once, so that no two are the same."""
    held = {}
    for each in (CLIENTS, NATS, *(port for pair in SERVERS for port in pair)):
        wanted = port if each == CLIENTS else 0
        try:
            held[each] = socket.create_server(("127.0.0.1", wanted))
        except OSError as error:
            sys.exit(f"cluster: --port {wanted}: {error.strerror}; choose another, or 0 for a free one")
    ports = {each: one.getsockname()[1] for each, one in held.items()}
    for one in held.values():
        one.close()
    return ports


def configured(name: str, folder: Path, ports: dict[int, int]) -> str:
    """The file of this name with these ports, in this folder, where its relative paths lead to as well."""
    def own(match: "re.Match[str]") -> str:
        return match[0][:match.start(1) - match.start()] + str(ports[int(match[1])])

    text = (HERE / name).read_text(encoding="utf-8")
    (folder / name).write_text(ADDRESS.sub(own, text).replace("./", f"{folder}/"), encoding="utf-8")
    return str(folder / name)


def processes(build: Path, folder: Path, ports: dict[int, int]) -> list[Child]:
    """In the order in which they start: what a server needs is there before it."""
    nats, haproxy = (found(name, how) for name, how in NEEDED)
    server = push_server(build)
    source = f"nats://127.0.0.1:{ports[NATS]}/{STREAM}"
    return [
        Child("nats-server", [nats, "-c", configured("nats.conf", folder, ports)], ports[NATS]),
        *(Child(f"push_server {number}",
                [server, "--listen", f"127.0.0.1:{ports[listen]}", "--admin", f"127.0.0.1:{ports[admin]}",
                 "--source", source, "--source-create"], ports[listen])
          for number, (listen, admin) in enumerate(SERVERS, 1)),
        Child("haproxy", [haproxy, "-f", configured("haproxy.cfg", folder, ports), "-db"], ports[CLIENTS]),
    ]


def tell(children: list[Child], ports: dict[int, int]) -> None:
    clients = f"http://127.0.0.1:{ports[CLIENTS]}"
    admins = [f"http://127.0.0.1:{ports[admin]}" for _, admin in SERVERS]
    print(f"{clients} leads to three servers; what is published on any of them reaches the clients of all\n"
          f"  listen    curl -N '{clients}/events'\n"
          f"            python3 examples/clients/sse.py {clients}    (comes back by itself)\n"
          f"  publish   curl -d hello {admins[0]}/publish\n"
          + "".join(f"            or {each}/publish\n" for each in admins[1:])
          + "  kill      " + ", ".join(f"{each.pid} ({each.name})" for each in children) + "\n"
          "Ctrl-C ends all of them", flush=True)


def watch(children: list[Child], until: float) -> None:
    """Starts anew what has ended, until it is time."""
    while (left := until - time.monotonic()) > 0:
        down = [child for child in children if not child.lives]
        due = min((child.ended_at + DOWN_S for child in down), default=until)
        for child in down:
            if time.monotonic() >= child.ended_at + DOWN_S:
                child.start()
                print(f"{child.name} is there again: {child.pid}", flush=True)
        ended = wait_for_any(children, min(left, max(0.0, due - time.monotonic())))
        if ended is not None:
            print(f"{ended.name} has ended ({ended.how}); it comes back in {DOWN_S:g} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="three push_servers on one NATS JetStream, behind HAProxy")
    parser.add_argument("--build", type=Path, default=Path("build"), help="where bin/push_server is (build)")
    parser.add_argument("--port", type=int, default=CLIENTS, help=f"for clients ({CLIENTS}); 0: a free one")
    parser.add_argument("--for", type=float, default=float("inf"), dest="seconds", help="end after so many seconds")
    options = parser.parse_args()
    # SIGTERM ends as Ctrl-C does: through the `finally` and out of the `with` below.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    children: list[Child] = []
    with tempfile.TemporaryDirectory(prefix="pushbench-cluster-", ignore_cleanup_errors=True) as folder:
        try:
            ports = free_ports(options.port)
            children = processes(options.build, Path(folder), ports)
            for child in children:
                child.start()
                child.wait_until_it_accepts()
            tell(children, ports)
            watch(children, time.monotonic() + options.seconds)
        except KeyboardInterrupt:
            pass
        except Ended as ended:
            sys.exit(f"cluster: {ended}")
        finally:
            for child in reversed(children):  # who leads clients in goes first
                child.stop()
    return 0


sys.exit(main())
