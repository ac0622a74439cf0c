"""Starts a server that is told its ports by a configuration file, on free ones, and says where it listens.

Usage: python3 launch.py CONFIG LISTENING COMMAND...   such as
    python3 examples/launch.py examples/nchan/nginx.conf 127.0.0.1:8091 nginx -p {folder} -c {config}

Each 127.0.0.1:PORT of CONFIG gets a free port; LISTENING is the one that clients use. In COMMAND, {config} is the
configuration with these ports, and {folder} a folder for what the server writes. Once it accepts, one line of JSON says
where: {"listening": "127.0.0.1:43211", "pid": 4711}. It ends with this program, and the folder with it.
"""

import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ADDRESS = re.compile(r"127\.0\.0\.1:\d+")
STARTS_WITHIN_S = 8.0
ENDS_WITHIN_S = 4.0
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def free_addresses(wanted: list[str]) -> dict[str, str]:
    """One for each. All are held at once, so that no two are the same."""
    sockets = {each: socket.create_server(("127.0.0.1", 0)) for each in wanted}
    found = {each: "127.0.0.1:{}".format(held.getsockname()[1]) for each, held in sockets.items()}
    for held in sockets.values():
        held.close()
    return found


def ends_with_us() -> None:
    """In the child: were we killed outright, nobody else would end it."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_until_it_accepts(server: "subprocess.Popen[bytes]", address: str) -> None:
    host, port = address.split(":")
    end = time.monotonic() + STARTS_WITHIN_S
    while server.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"{server.args[0]} accepts nothing on {address}"
             + (f": it ended with {server.returncode}" if server.returncode is not None else ""))


def stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main() -> int:
    if len(sys.argv) < 4:
        sys.exit("usage: launch.py CONFIG LISTENING COMMAND...")
    source, listening, *command = sys.argv[1:]
    text = Path(source).read_text(encoding="utf-8")
    if listening not in (addresses := sorted(set(ADDRESS.findall(text)))):
        sys.exit(f"{listening}: {source} listens on {', '.join(addresses) or 'no address'}")
    # SIGTERM ends as Ctrl-C does: through the `finally` and out of the `with` below.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="pushbench-server-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # a server that root starts works as another user
        own = free_addresses(addresses)
        config = Path(folder, Path(source).name)
        config.write_text(ADDRESS.sub(lambda found: own[found[0]], text), encoding="utf-8")
        filled = [word.replace("{folder}", folder).replace("{config}", str(config)) for word in command]
        # What it says goes to our standard error: standard output is for the one line.
        server = subprocess.Popen(filled, stdin=subprocess.DEVNULL, stdout=sys.stderr, preexec_fn=ends_with_us)
        try:
            wait_until_it_accepts(server, own[listening])
            print(json.dumps({"listening": own[listening], "pid": os.getpid()}), flush=True)
            return server.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            stop(server)


sys.exit(main())
