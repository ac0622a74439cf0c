"""How a calibration goes: which programs run, in which order, and what their results are held against.

The stall takes ten seconds in which the machine is almost idle. What counts exactly, or reads a median at a few hundred
deliveries a second, runs beside it; what saturates a core runs alone, afterwards.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rich.console import Console

from pushbench.errors import TrialError, one_line
from pushbench.machine.cores import cpu_list
from pushbench.meter.calibration import checks
from pushbench.meter.calibration.checks import Check
from pushbench.meter.calibration.probe import Probe
from pushbench.meter.calibration.record import FILE, Calibration
from pushbench.meter.calibration.round_trip import RATE_PER_S, SECONDS, round_trips
from pushbench.run.launch import Evidence, Tools, read_addresses, server_command, start
from pushbench.run.processes import Process
from pushbench.run.relay import RELAY
from pushbench.run.wrk import complaint, find_wrk, run_wrk, why_no_wrk, wrk_command
from pushbench.setup.transport import Transport
from pushbench.setup.transports import TRANSPORTS
from pushbench.store.folder import write_text, writing
from pushbench.store.records import number_in

ABOUT_S = 19
NAMES = {"sse": "SSE", "websocket": "WebSocket", "long-poll": "long poll", "short-poll": "short poll"}
PROGRAMS = {row.server for row in (TRANSPORTS[name] for name in (*NAMES, "floor"))} | {
    "loadgen", "floor_loadgen", RELAY}
HELD_MS = (5, 50)
ONE_IN = 1000
_POLL_MS = 20
_PAIRS = 4  # with wrk, where the first is apart
_STOP_AFTER_S = 4

# A server that is not ours and publishes by itself.
HELD = Transport("held", "node", client_name="websocket", title="WebSocket by Node's ws",
                 command=("node", "bench/foreign/held.js", str(HELD_MS[0])), target="ws://{listening}/",
                 client_options=("--no-publish",))

Say = Callable[[str], None]


def calibrate(tools: Tools, folder: Path, say: Say) -> Calibration:
    """Checks the meter; writes calibration.json and calibration/*.json into the folder."""
    with writing(folder / "calibration"):
        (folder / "calibration").mkdir(parents=True, exist_ok=True)
    started, began = datetime.now(timezone.utc), time.monotonic()
    course = Course(tools, folder / "calibration", say)
    found = course.run()
    done = Calibration(tuple(found), started.isoformat(timespec="seconds"), time.monotonic() - began,
                       course.wakeup_p90_us)
    write_text(folder / FILE, json.dumps(done.to_json(), indent=1, ensure_ascii=False) + "\n")
    return done


def say_on(console: Console) -> Say:
    """A line for each part; a line alone is no load for the cores that are measured."""
    return lambda text: console.print(f"calibrating: {text}", style="dim", highlight=False, soft_wrap=True)


def why_no_held() -> str:
    """Empty where it can run."""
    if shutil.which("node") is None:
        return "which needs node"
    finds_ws = "module.paths.push('/usr/share/nodejs', process.cwd() + '/examples/node_modules'); require.resolve('ws')"
    found = subprocess.run(["node", "-e", finds_ws], capture_output=True, check=False)
    return "" if found.returncode == 0 else "which needs the package ws (Debian: node-ws)"


class Course:
    def __init__(self, tools: Tools, folder: Path, say: Say) -> None:
        self._tools = tools
        self._folder = folder
        self._say = say
        self.wakeup_p90_us: dict[str, float] = {}

    def run(self) -> list[Check]:
        with ExitStack() as ends:
            self._say("a server that stands still, and beside it known faults and known delays")
            stalls = {name: self._stalled(name, ends) for name in NAMES}
            faults = [check for name in NAMES for check in self._faults(name)]
            clean: list[dict[str, Any]] = []
            delays = [check for name in NAMES for held in HELD_MS for check in self._delay(name, held, clean)]
            delays += self._round_trips()
            stalled = [check for name, probe in stalls.items() for check in self._stall(name, probe)]
        stalled.append(checks.clean(clean, _file("delay-*")))
        self._say("the floor")
        floor = self._floor()
        delays += self._foreign_delay()
        self._say("wrk, the second meter")
        return floor + delays + stalled + faults + self._wrk()

    # ---- one check each

    def _stalled(self, name: str, ends: ExitStack) -> Probe | TrialError:
        """Begins a run whose server is stopped in the middle, by a process of its own: nothing here must wait."""
        try:
            probe = self._probe(f"stall-{name}", name, (), 5, 100, 10.0)
        except TrialError as error:
            return error
        ends.callback(probe.close)
        script = f"sleep {_STOP_AFTER_S}; kill -STOP $0; sleep {checks.STALL_S:g}; kill -CONT $0"
        ends.enter_context(Process(["sh", "-c", script, str(probe.server.pid)], "sh"))
        return probe

    def _stall(self, name: str, probe: Probe | TrialError) -> list[Check]:
        return self._checked("stall", NAMES[name], lambda: [
            checks.stall(NAMES[name], _started(probe).finish(), _file(f"stall-{name}"))])

    def _faults(self, name: str) -> list[Check]:
        options = ("--history", "65536", "--fault-drop", str(ONE_IN), "--fault-duplicate", str(ONE_IN),
                   "--fault-swap", str(ONE_IN))
        # A short poll's publishing leads its window by an interval. Whole thousands hold whole faults.
        seconds = 0.5 - (_POLL_MS / 1000 if name == "short-poll" else 0)

        def measured() -> list[Check]:
            result = self._probe(f"faults-{name}", name, options, 10, 8000, seconds).finish()
            published = int(number_in(result, "published") or 0)
            known = {"published": published, **dict.fromkeys(("lost", "duplicated", "reordered"), published // ONE_IN)}
            return checks.faults(NAMES[name], result, known, _file(f"faults-{name}"))

        return self._checked("known faults", NAMES[name], measured)

    def _delay(self, name: str, held_ms: int, clean: list[dict[str, Any]]) -> list[Check]:
        def measured() -> list[Check]:
            # Few streams: the one in the middle waits for no other. Many polls: their phases make the median.
            clients = 20 if name == "short-poll" else 2
            probe = self._probe(f"delay-{held_ms}ms-{name}", name, ("--fault-delay", f"{held_ms}ms"), clients, 200,
                                0.45)
            result = probe.finish()
            clean.append(result)
            interval_ms = _POLL_MS if name == "short-poll" else 0
            return [checks.delay(NAMES[name], result, held_ms, interval_ms, _file(probe.name))]

        return self._checked("known delay", f"{NAMES[name]}, {held_ms} ms", measured)

    def _round_trips(self) -> list[Check]:
        def start_one(called: str, name: str, clients: int, interval: str, round_trip_s: float) -> Probe:
            return self._probe(called, name, (), clients, RATE_PER_S, SECONDS, interval, round_trip_s=round_trip_s)

        return self._checked("round trip", "a network", lambda: round_trips(start_one, NAMES, _file))

    def _foreign_delay(self) -> list[Check]:
        """Somebody else's server and somebody else's clock: nothing of ours but the marker it writes."""
        if why := why_no_held():
            self._say(f"left out: a Node server that holds each notification, {why}")
            return []

        def measured() -> list[Check]:
            client = ["--connections", "2", "--warmup", "0s", "--duration", "600ms", "--drain", "500ms"]
            probe = Probe("delay-foreign", HELD, self._tools, self._folder, [], client)
            return [checks.delay(HELD.title, probe.finish(), HELD_MS[0], 0, _file(probe.name))]

        return self._checked("known delay", f"{HELD.title}, {HELD_MS[0]} ms", measured)

    def _floor(self) -> list[Check]:
        def measured() -> list[Check]:
            result = self._probe("floor", "floor", (), 200, 50, 2.2).finish()  # a p99 of wake-ups takes 2 s
            cores = self._tools.cores
            for side in ("server", "loadgen"):
                if (p90_us := number_in(result, side, "wakeup_delay_p90_us")) is not None:
                    self.wakeup_p90_us[side] = p90_us
            return [checks.floor(result, _file("floor")), *(
                checks.wakeup(side, cpu_list(core), number_in(result, key, "wakeup_delay_p99_us"), _file("floor"))
                for side, key, core in (("server", "server", cores.server),
                                        ("load generator", "loadgen", cores.loadgen)))]

        return self._checked("floor", "bare TCP fan-out", measured)

    def _wrk(self) -> list[Check]:
        """wrk sleeps until it is answered, and so does ours here.

        One connection asks as soon as it is answered, so nothing depends on how requests bunch; then 64 connections.

        The two take turns, and a machine changes its pace in between. So what is apart is measured three
        times more, each the other way round, and all of it counts.
        """
        found = find_wrk()
        if found is None:
            return [checks.wrk_missing(why_no_wrk())]
        path = found["path"]
        return self._checked("second meter", "wrk", lambda: self._beside_wrk(path))

    def _beside_wrk(self, wrk: str) -> list[Check]:
        return [check for clients, interval, parts in ((1, "0s", ("requests_per_s", "p50", "p75")),
                                                       (64, "10us", ("requests_per_s",)))
                for check in self._pairs(wrk, clients, interval, parts)]

    def _pairs(self, wrk: str, clients: int, interval: str, parts: tuple[str, ...]) -> list[Check]:
        name = f"wrk-{clients}"
        theirs = [self._ask_by_wrk(wrk, clients)]
        ours = [self._ask_by_loadgen(name, clients, interval)]
        found = _agreement(clients, parts, ours, theirs, name)
        if all(check.passed for check in found):
            return found
        for again in range(1, _PAIRS):  # the other way round each time, and all of it counts
            for ask_by_wrk in (again % 2 == 0, again % 2 == 1):
                if ask_by_wrk:
                    theirs.append(self._ask_by_wrk(wrk, clients))
                else:
                    ours.append(self._ask_by_loadgen(f"{name}-{again + 1}", clients, interval))
        return _agreement(clients, parts, ours, theirs, name)

    def _ask_by_loadgen(self, name: str, clients: int, interval: str) -> dict[str, float | None]:
        result = self._probe(name, "short-poll", (), clients, 0, 1.0, interval, "0s").finish()
        seconds, requests = number_in(result, "window_s"), number_in(result, "requests")
        return {"requests_per_s": requests / seconds if requests and seconds else None,
                "p50": number_in(result, "response_us", "p50"), "p75": _p75_us(result)}

    def _ask_by_wrk(self, wrk: str, clients: int) -> dict[str, float | None]:
        evidence = Evidence()
        row = TRANSPORTS["short-poll"]
        with start(server_command(row, self._tools, ()), row, evidence) as server:
            target = read_addresses(server, evidence)["listening"]
            command = wrk_command(wrk, cpu_list(self._tools.cores.loadgen), clients, 1, f"http://{target}/poll")
            figures = run_wrk(command, 1, evidence)
        if wrong := complaint(figures):
            raise TrialError(wrong)
        return {"requests_per_s": figures["requests_per_s"], **figures["latency_us"]}

    # ---- what they share

    def _probe(self, name: str, transport: str, server: tuple[str, ...], clients: int, rate: int, seconds: float,
               poll_interval: str = f"{_POLL_MS}ms", awake: str = "30us", round_trip_s: float = 0.0) -> Probe:
        client = ["--connections", str(clients), "--warmup", "0s", "--duration", f"{seconds * 1000:.0f}ms",
                  "--rate", str(rate),
                  "--arrival", "poisson" if name.startswith(("delay", "round-trip")) else "constant",
                  "--seed", str(self._tools.seed % 2**31), "--drain", "500ms", "--poll-interval", poll_interval,
                  "--awake", awake]
        return Probe(name, TRANSPORTS[transport], self._tools, self._folder, list(server), client, round_trip_s)

    def _checked(self, group: str, name: str, measure: Callable[[], list[Check]]) -> list[Check]:
        """A check that cannot be made has failed, and the others go on."""
        try:
            return measure()
        except TrialError as error:
            return [checks.broken(group, name, one_line(str(error)))]


def _started(probe: Probe | TrialError) -> Probe:
    if isinstance(probe, TrialError):
        raise probe
    return probe


def _p75_us(result: dict[str, Any]) -> float | None:
    """From the histogram. Higher up, the few requests that a wake-up met decide, ours or the machine's."""
    buckets = (result.get("histograms") or {}).get("response") or []
    left = 0.75 * sum(count for _, count in buckets)
    for highest_ns, count in buckets:
        left -= count
        if left <= 0:
            return highest_ns / 1000
    return None


def _agreement(clients: int, parts: tuple[str, ...], ours: list[dict[str, float | None]],
               theirs: list[dict[str, float | None]], name: str) -> list[Check]:
    connections = "1 connection" if clients == 1 else f"{clients} connections"
    titles = {"requests_per_s": ("requests/s", "/s")}
    return [checks.wrk(f"{titles[part][0] if part in titles else f'response time, {part}'}, {connections}",
                       titles[part][1] if part in titles else "µs",
                       [each.get(part) for each in ours], [each.get(part) for each in theirs], _file(name),
                       at_least=clients > 1)
            for part in parts]


def _file(name: str) -> str:
    return f"calibration/{name}.json"
