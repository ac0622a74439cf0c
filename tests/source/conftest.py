"""What ends with its test: a nats-server, servers that share it, their clients, and one that speaks to it itself."""

import pytest

from members.fixtures import Ending, ending, follow, join, nats
from members.nats import Nats
from members.nats_client import NatsClient

__all__ = ["ending", "follow", "join", "nats"]


@pytest.fixture
def nats_client(ending: Ending, nats: Nats) -> NatsClient:
    return ending(NatsClient(nats.port))
