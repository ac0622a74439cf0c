"""What subscribers who do not read cost those who do: the same load without them and with them, in turns."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pushbench.errors import TrialError
from pushbench.run.launch import read_result
from pushbench.run.processes import Process
from pushbench.soak.loop import Loop
from pushbench.soak.peers import Stalled
from pushbench.soak.record import Promise
from pushbench.soak.server import MortalServer

READERS = 380
NON_READERS = 20  # 5 % of all 400
# 1 KiB 100 times a second: who does not read is full after a second or two, for which there is a warm-up.
_LOAD = ("--rate", "100", "--payload", "1024", "--warmup", "2s", "--drain", "3s")
_TOPIC = "default"  # that of the load generator
# Two cores run server, load generator and all that the machine does besides. There p99 of equal windows of few seconds
# differ by half and more, so 10 % cannot be told from chance. Broken is what no chance explains: all windows with the
# non-readers slower than all without, and in the median by this factor.
_BEYOND_NOISE = 2.0


@dataclass(frozen=True)
class Windows:
    """A percentile of each, in microseconds: p99 where windows are long enough for one."""

    percentile: str
    without_us: Sequence[float]
    with_us: Sequence[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.with_us) / statistics.median(self.without_us)

    @property
    def is_beyond_noise(self) -> bool:
        return min(self.with_us) > max(self.without_us) and self.ratio > _BEYOND_NOISE

    def promise(self, seconds: float) -> Promise:
        within = "within 10 %" if self.ratio <= 1.1 else "not within 10 %, which two cores cannot tell from chance"
        if self.is_beyond_noise:
            within = "beyond what chance explains"
        return Promise(
            "stalled readers", f"{NON_READERS} of {READERS + NON_READERS} read nothing; {len(self.with_us)} pairs of "
            f"windows of {seconds:g} s",
            f"the others' {self.percentile}: {_ms(self.without_us)} ms without, {_ms(self.with_us)} ms "
            f"with them: × {self.ratio:.2f}, {within}",
            f"within 10 %; broken where all windows with them are slower than all without, the median by "
            f"{_BEYOND_NOISE:g} ×", not self.is_beyond_noise)


def _ms(values_us: Sequence[float]) -> str:
    return "/".join(f"{value / 1000:.2f}" for value in sorted(values_us))


def measure(loop: Loop, server: MortalServer, loadgen: Path, transport: str, pairs: int, seconds: float,
            say: Callable[[str], None]) -> Windows:
    without: list[dict[str, float]] = []
    beside: list[dict[str, float]] = []
    for pair in range(pairs):
        say(f"stalled readers: pair {pair + 1} of {pairs}")
        without.append(_window(loop, server, loadgen, transport, seconds))
        stalled = Stalled(loop, server.address, NON_READERS, transport, _TOPIC)
        stalled.turn()
        try:
            beside.append(_window(loop, server, loadgen, transport, seconds))
        finally:
            stalled.drop_all()
    percentile = "p99" if all("p99" in each for each in without + beside) else "p90"
    return Windows(percentile, [each[percentile] for each in without], [each[percentile] for each in beside])


def _window(loop: Loop, server: MortalServer, loadgen: Path, transport: str, seconds: float) -> dict[str, float]:
    """The percentiles that it has notifications enough for; p90 takes 100 of them, p99 1,000."""
    with tempfile.TemporaryDirectory(prefix="pushbench-") as folder:
        file = Path(folder) / "result.json"
        command = [str(loadgen), "--transport", transport, "--target", f"127.0.0.1:{server.listen}",
                   "--admin", f"127.0.0.1:{server.admin}", "--connections", str(READERS), *_LOAD,
                   "--duration", f"{seconds:g}s", "--json", str(file)]
        with Process(command, loadgen.name) as client:
            loop.run_until(lambda: client.wait(0) is not None, seconds + 60)
            server.check()
            result = read_result(file, client, client.stop())
    latency_us: dict[str, float | None] = result["latency_us"] or {}
    percentiles = {name: value for name in ("p90", "p99") if (value := latency_us.get(name)) is not None}
    if lost := result["lost"] + result["duplicated"]:
        raise TrialError(f"beside non-readers, {lost} deliveries were lost or repeated")
    if "p90" not in percentiles:
        raise TrialError(f"{loadgen.name} heard too few notifications: {client.command}")
    return percentiles
