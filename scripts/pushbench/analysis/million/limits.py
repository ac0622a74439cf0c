"""What a kernel must allow for so many connections: ports, files, processes, and the settings behind them. Arithmetic
over limits, by the kernel's own documentation; what a machine had is from the context of a run."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pushbench.run.kinds.scale import shares
from pushbench.run.kinds.scale.conduct import CONNECTS_PER_S

PORTS = "32768 60999"  # net.ipv4.ip_local_port_range, where nobody changed it
NR_OPEN = 1_048_576  # fs.nr_open, likewise
EPOLL_BYTES, LOW_MEMORY_SHARE = 160, 1 / 25  # of a watch, and what all of a user may take of the low memory: epoll(7)
STALL_S = 0.5  # for so long a server may be kept from accepting


@dataclass(frozen=True)
class Setting:
    """One limit: what is needed, the formula, what is there by default, and where that is written."""

    name: str
    needed: str
    formula: str
    usual: str
    source: str
    key: str = ""  # of `limits` in a run's context


def ports_of(text: str) -> int:
    """'32768 60999': how many that is."""
    found = re.fullmatch(r"(\d+)\s+(\d+)", text.strip())
    return max(int(found[2]) - int(found[1]) + 1, 0) if found else 0


def addresses(connections: int, ports: int) -> int:
    """The fewest from which so many can reach one port of one address: the other three of the four are then given."""
    return math.ceil(connections / ports)


def processes(connections: int, file_limit: int) -> tuple[int | None, int | None]:
    """Servers that share a port, and load generators; None where no number that this project runs does."""
    clients = shares.clients_for(connections, file_limit)
    return shares.servers_for(connections, file_limit), None if clients is None else len(clients)


def settings(connections: int) -> list[Setting]:
    ports = ports_of(PORTS)
    beside = shares.FILES_BESIDE
    return [
        Setting("`ulimit -n` (RLIMIT_NOFILE), of one process", f"{connections + beside:,}",
                f"connections + {beside}, in one process; less in several (below)", "1,024 soft",
                "getrlimit(2)", "nofile_hard"),
        Setting("`fs.nr_open`", f"{connections + beside:,}", "the ceiling of RLIMIT_NOFILE, for root too",
                f"{NR_OPEN:,}", "proc(5)", "nr_open"),
        Setting("`fs.file-max`", f"{connections:,}",
                "connections; twice that where both ends are on one host", "by memory", "proc(5)", "file_max"),
        Setting("`fs.epoll.max_user_watches`", f"{connections:,}",
                f"connections of one user; about {EPOLL_BYTES} bytes each, of {LOW_MEMORY_SHARE:.0%} of low memory",
                f"{low_memory_gib(connections):.1f} GiB of low memory give as many", "epoll(7)", "max_user_watches"),
        Setting("`net.ipv4.ip_local_port_range`, at clients and proxies",
                f"{addresses(connections, ports):,} addresses", f"connections / {ports:,} ports of an address",
                PORTS.replace(" ", "–"), "ip(7)", "ip_local_port_range"),
        Setting("`net.core.somaxconn`", f"{int(CONNECTS_PER_S * STALL_S):,}",
                f"{CONNECTS_PER_S:,} connects/s × {STALL_S:g} s in which a server does not accept", "4,096",
                "listen(2)", "somaxconn"),
        Setting("`net.ipv4.tcp_max_syn_backlog`", "as above", "handshakes under way: connects/s × round trip",
                "by memory", "tcp(7)", "tcp_max_syn_backlog"),
        Setting("`net.netfilter.nf_conntrack_max`", f"{connections:,}",
                "connections, where a firewall or NAT on the host tracks them; else nothing", "262,144 at most",
                "nf_conntrack-sysctl", "nf_conntrack_max"),
        Setting("`net.ipv4.tcp_mem`", f"{connections:,} pages",
                "a page at least for each with something unread, were all told before one has read", "by memory",
                "tcp(7)", "tcp_mem"),
        Setting("`net.ipv4.tcp_ehash_entries`, `thash_entries=` at boot", f"{2 ** math.ceil(math.log2(connections)):,}",
                "connections, so that each is found in one step; fewer cost time only", "by memory",
                "ip-sysctl, kernel-parameters", "tcp_ehash_entries"),
    ]


def low_memory_gib(connections: int) -> float:
    return connections * EPOLL_BYTES / LOW_MEMORY_SHARE / 1024**3


def here(setting: Setting, limits: Mapping[str, Any]) -> str:
    """What a machine had, of its run's context; '–' where the run does not say."""
    value = limits.get(setting.key)
    if isinstance(value, int):
        return f"{value:,}"
    return "–".join(value.split()) if isinstance(value, str) and setting.key != "tcp_mem" else (
        " / ".join(f"{int(each):,}" for each in value.split()) if isinstance(value, str) else "–")
