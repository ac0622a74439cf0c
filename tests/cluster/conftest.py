"""What ends with its test: a nats-server, servers that share it, their clients."""

from members.fixtures import ending, follow, join, nats

__all__ = ["ending", "follow", "join", "nats"]
