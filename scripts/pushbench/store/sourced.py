"""What can be read off a trial whose source is shared: what its nats-server took, and what it carried."""

from __future__ import annotations

from pushbench.store.metric import Metric, Reader
from pushbench.store.records import Trial, number_in

MIB = 1 / (1 << 20)


def _beside(*path: str, scale: float = 1.0) -> Reader:
    """A number of the trial's own record, and not of the load generator's result."""

    def read(trial: Trial) -> float | None:
        value = number_in(trial.raw, *path)
        return None if value is None else value * scale

    return read


def _cpu_us_per_delivery(trial: Trial) -> float | None:
    spent_s, deliveries = number_in(trial.raw, "source", "cpu_s"), trial.number("window_deliveries")
    return spent_s * 1e6 / deliveries if spent_s is not None and deliveries else None


SOURCED = (
    Metric("source_cpu_us_per_delivery", "nats-server's CPU per delivery", "µs", _cpu_us_per_delivery),
    Metric("source_cpu_cores", "nats-server's CPU", "cores", _beside("source", "cpu_cores")),
    Metric("source_mib", "nats-server's memory", "MiB", _beside("source", "anonymous_bytes", scale=MIB)),
    Metric("carried_per_s", "carried by the source", "notifications/s", _beside("intake", "carried_per_s"),
           lower_is_better=False, compared=True),
    Metric("publisher_cpu_cores", "CPU of who publishes", "cores", _beside("intake", "publisher_cpu_cores")),
)
