"""How much of everything: what was wished, what the limit on open files allows, and the bounds that follow."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

_SPARE_FILES = 400  # of the server and of ourselves: listeners, refusals on their way out, pipes, libraries
_COUNTS = ("clients", "slow_headers", "stalled", "malformed", "flood", "slack")
MIB = 1 << 20


@dataclass(frozen=True)
class Settings:
    minutes: float = 10.0
    clients: int = 10_000
    slow_headers: int = 2_000
    stalled: int = 500  # 5 % of the clients
    malformed: int = 20  # at any moment
    flood: int = 500  # over the limit
    slack: int = 300  # that the limit leaves beside those above, for the flood to use up
    cuts_per_minute: float = 10.0
    life_s: float = 60.0  # of the server, at most
    seed: int = 1
    header_timeout_s: float = 5.0
    idle_timeout_s: float = 5.0
    settle_s: float = 60.0  # that all have at the end to get what they lack
    all_history_bytes: int = 8 * MIB

    @classmethod
    def of(cls, minutes: float, clients: int, seed: int) -> Settings:
        """All else in the proportion that it has by itself."""
        wished = cls(minutes=minutes, seed=seed)
        return wished if clients == wished.clients else wished.times(clients / wished.clients)

    def times(self, factor: float) -> Settings:
        return replace(self, **{name: max(1, int(getattr(self, name) * factor + 1e-9)) for name in _COUNTS})

    @property
    def lives(self) -> int:
        """At least two, or nothing would be restarted."""
        return max(2, round(self.minutes * 60 / self.life_s))

    @property
    def seconds_of_a_life(self) -> float:
        return self.minutes * 60 / self.lives

    @property
    def max_connections(self) -> int:
        return self.clients + self.slow_headers + self.stalled + self.malformed + self.slack

    @property
    def files(self) -> int:
        """That one process needs: the server for those whom it serves, and we for all."""
        return self.max_connections + self.flood + _SPARE_FILES

    @property
    def memory_bound_bytes(self) -> int:
        """Follows from the limits. A process of 16 MiB; the histories, and half as much again for the allocator's
        holes; 1 KiB for each that is served; one notification for each reader that stopped in the midst of it; for
        each that sends a header slowly, or garbage, the 24 KiB that target and headers may have."""
        return (16 * MIB + self.all_history_bytes * 3 // 2 + self.max_connections * 1024
                + self.stalled * BULK_PAYLOAD_BYTES + (self.slow_headers + self.malformed) * 24 * 1024)

    def server_options(self) -> list[str]:
        return ["--threads", "2", "--max-connections", str(self.max_connections), "--heartbeat", "2s",
                "--idle-timeout", f"{self.idle_timeout_s:g}s", "--header-timeout", f"{self.header_timeout_s:g}s",
                "--history-bytes", str(self.all_history_bytes // 2), "--all-history-bytes",
                str(self.all_history_bytes), "--log-level", "error"]

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"lives": self.lives, "max_connections": self.max_connections}


BULK_PAYLOAD_BYTES = 16 * 1024


def fitted(wished: Settings, most_files: int) -> Settings:
    """All of them fewer by the same factor, where the limit on open files does not allow them."""
    if wished.files <= most_files:
        return wished
    factor = max(0.0, (most_files - _SPARE_FILES) / (wished.files - _SPARE_FILES))
    return wished.times(factor)
