"""How many processes so many connections need, and whether this machine can hold them at all."""

import math
import os
import re
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILES_BESIDE = 200  # what a process opens besides its connections; a server keeps 160 for that
# The kernel deals connections out by a hash, as chance would. So many standard deviations over the mean are room
# enough: one trial in a hundred million would need more.
DEVIATIONS = 6
MOST_PROCESSES = 64  # on either side. With more, a core would spend its time changing from one to the next
# Seen with 100,000: 9 KiB of the kernel for both ends, up to 2 KiB of a server, 2 KiB of a load generator.
BYTES_PER_CONNECTION = 16 << 10
# Each with a range of ports of its own. Linux gives the even ones to who connects before it looks at the odd ones, so
# half of them is all that is found quickly, and a search among ports that are nearly all taken is slow: a sixth is
# filled where there are addresses enough. The load generator takes 250 of 127.0.0.0/8 at most.
FEWEST_ADDRESSES, MOST_ADDRESSES = 50, 250
SPARE_PORTS, USUAL_PORTS = 0.5, 1 / 6
ROUND = 10_000  # as many as fit, to that: what else runs takes a file now and then


@dataclass(frozen=True)
class Machine:
    """What bounds the connections; None where this machine does not say."""

    file_limit: int  # of one process
    files_free: int | None = None  # of all processes
    memory_free_bytes: int | None = None
    ports: int = 28232


def servers_for(connections: int, file_limit: int) -> int | None:
    """The fewest among which chance deals them out without filling one; None where no number does."""
    room = file_limit - FILES_BESIDE
    if connections <= room:
        return 1
    return next((count for count in range(2, MOST_PROCESSES + 1) if _most_of(connections, count) <= room), None)


def _most_of(connections: int, servers: int) -> float:
    mean = connections / servers
    return mean + DEVIATIONS * math.sqrt(mean)


def clients_for(connections: int, file_limit: int) -> tuple[int, ...] | None:
    """How many connections each load generator opens. They divide them as they like, so no slack is needed."""
    room = file_limit - FILES_BESIDE
    count = math.ceil(connections / room) if room > 0 else MOST_PROCESSES + 1
    if count > MOST_PROCESSES:
        return None
    each, more = divmod(connections, count)
    return tuple(each + (number < more) for number in range(count))


def addresses_for(connections: int, ports: int) -> int:
    """From how many addresses the clients come. The load generators share them, and the kernel the ports of each."""
    wanted = math.ceil(connections / (ports * USUAL_PORTS))
    return min(max(wanted, FEWEST_ADDRESSES), MOST_ADDRESSES)


def bounds(machine: Machine) -> Mapping[str, int]:
    """How many connections each limit allows for itself. Both ends are on this machine: each is a file of its own."""
    found = {"files of a process": _most_by_files(machine.file_limit),
             "ports": int(MOST_ADDRESSES * machine.ports * SPARE_PORTS)}
    if machine.files_free is not None:
        found["files of the system"] = max(machine.files_free - 2 * MOST_PROCESSES * FILES_BESIDE, 0) // 2
    if machine.memory_free_bytes is not None:
        found["memory"] = machine.memory_free_bytes // BYTES_PER_CONNECTION
    return found


def most(machine: Machine) -> int:
    """As many as fit here, a little rounded: so that the next trial finds room for as many."""
    return min(bounds(machine).values()) // ROUND * ROUND


def _most_by_files(file_limit: int) -> int:
    """The servers bound it: n such that n + 6 √n, for n a server, still fit."""
    room = file_limit - FILES_BESIDE
    if room <= 0:
        return 0
    root = (math.sqrt(DEVIATIONS**2 + 4 * room) - DEVIATIONS) / 2
    return int(MOST_PROCESSES * root**2)


def why_not(connections: int, machine: Machine) -> str | None:
    """One line that names the numbers, or None where they fit."""
    if servers_for(connections, machine.file_limit) is None:
        return (f"{connections:,} connections do not fit into {MOST_PROCESSES} processes of {machine.file_limit:,}"
                " files each (see `ulimit -Hn`)")
    need = 2 * connections
    if machine.files_free is not None and machine.files_free < need:
        return (f"{connections:,} connections are {need:,} files, and the system has {machine.files_free:,} left"
                " (fs.file-max)")
    size = connections * BYTES_PER_CONNECTION
    if machine.memory_free_bytes is not None and machine.memory_free_bytes < size:
        return (f"{connections:,} connections take about {size / 2**30:.1f} GiB of memory, and"
                f" {machine.memory_free_bytes / 2**30:.1f} GiB are available")
    if connections > (allowed := bounds(machine)["ports"]):
        return (f"{connections:,} connections are more than the {allowed:,} for which there are ports"
                " (net.ipv4.ip_local_port_range)")
    return None


def this_machine() -> Machine:
    """Read, and never changed: the defaults must do."""
    used = re.match(r"(\d+)\s+\d+\s+(\d+)", _read("/proc/sys/fs/file-nr"))
    free = re.search(r"^MemAvailable:\s+(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    ports = re.match(r"(\d+)\s+(\d+)", _read("/proc/sys/net/ipv4/ip_local_port_range"))
    return Machine(
        file_limit=file_limit(),
        files_free=int(used[2]) - int(used[1]) if used else None,
        memory_free_bytes=int(free[1]) << 10 if free else None,
        ports=int(ports[2]) - int(ports[1]) + 1 if ports else Machine.ports)


def file_limit() -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return hard if hard != resource.RLIM_INFINITY else os.sysconf("SC_OPEN_MAX")


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except OSError:
        return ""
