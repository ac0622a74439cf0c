"""One server process and one load generator against it: command lines, addresses, and the result's JSON."""

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pushbench.errors import TrialError, UsageError, one_line
from pushbench.machine.cores import Cores, cpu_list
from pushbench.run.processes import Process, first_to_exit
from pushbench.setup.behaviour import options_of
from pushbench.setup.plan import CONNECTS_PER_S, RELAYED_CONNECTS_PER_S, Planned, longest_wait_s
from pushbench.setup.transport import Transport
from pushbench.units import compact_number, format_duration

_SERVER_START_S = 10.0
_AFTER_SERVER_DEATH_S = 3.0  # for the load generator to notice, and to say what it saw


@dataclass(frozen=True)
class Tools:
    """What every trial of a run uses alike."""

    bin_dir: Path
    cores: Cores
    seed: int
    # p90 of the wake-up delay on each side's cores when the meter was checked; empty where it was not.
    wakeup_p90_us: Mapping[str, float] = field(default_factory=dict)
    # By a side of a duet, where the two are of different builds: where its server is. All load generators are of one.
    servers_of: Mapping[str, Path] = field(default_factory=dict)

    def for_side(self, side: str) -> "Tools":
        return replace(self, bin_dir=self.servers_of.get(side, self.bin_dir))

    def program(self, name: str) -> str:
        return str(self.bin_dir / name)


@dataclass
class Evidence:
    """What a trial leaves behind besides its result. Filled as it goes, so a failed trial has it too."""

    commands: dict[str, list[str]] = field(default_factory=dict)
    stderr: list[str] = field(default_factory=list)
    relay: dict[str, Any] | None = None  # what the relay of a trial with a round trip said at its end
    source: dict[str, Any] | None = None  # what the nats-server beside took, of a trial whose source is shared

    def hear(self, process: Process) -> None:
        said = process.stderr_tail()
        if said:
            self.stderr.append(f"{process.name}: {said}")


def as_repeated(command: list[str]) -> list[str]:
    """A command as one would type it again: paths from the project's folder, and no temporary ones."""
    here, temporary = f"{Path.cwd()}/", f"{tempfile.gettempdir()}/"
    local = [word.removeprefix(here) for word in command]
    return [Path(word).name if word.startswith(temporary) else word for word in local]


def check_programs(bin_dir: Path, names: set[str]) -> None:
    missing = sorted(name for name in names if not (bin_dir / name).is_file())
    if missing:
        raise UsageError(f"{bin_dir}: {', '.join(missing)} not found there; run `make build` first,"
                         " or name the folder with --build")


def server_command(transport: Transport, tools: Tools, options: Sequence[str], threads: int = 1,
                   source: str = "") -> list[str]:
    """On a free port, on the server's core; `options` come last. Somebody else's server takes none of them.

    `source`: the address of the nats-server beside it, of a transport that has one.
    """
    if transport.is_foreign:
        return ["taskset", "-c", cpu_list(tools.cores.server), *transport.command]
    command = [tools.program(transport.server), "--listen", "127.0.0.1:0", "--cpus", cpu_list(tools.cores.server)]
    if not transport.floods:
        command += ["--admin", "127.0.0.1:0", "--threads", str(threads)]
    own = [option.replace("{source}", source) for option in transport.server_options]
    return [*command, *own, *options]


def settings_of(trial: Planned) -> list[str]:
    if trial.transport.floods:
        return []
    idle_timeout_s = trial.scenario.values.get("idle_timeout")
    return ["--history", str(trial.scenario.history), "--heartbeat", format_duration(trial.heartbeat_s),
            *(["--idle-timeout", format_duration(idle_timeout_s)] if idle_timeout_s is not None else [])]


def start_server(trial: Planned, tools: Tools, evidence: Evidence, source: str = "") -> Process:
    command = server_command(trial.transport, tools, settings_of(trial), source=source)
    return start(command, trial.transport, evidence)


def start(command: list[str], transport: Transport, evidence: Evidence, called: str = "server") -> Process:
    """`called` is its name among the commands of a trial, which may have several."""
    evidence.commands[called] = as_repeated(command)
    return Process(command, transport.server)


def read_addresses(server: Process, evidence: Evidence) -> dict[str, Any]:
    try:
        addresses = server.read_json_line(_SERVER_START_S)
        if not isinstance(addresses.get("listening"), str):
            raise TrialError(f"{server.name} printed its addresses without \"listening\"")
    except TrialError:
        evidence.hear(server)
        raise
    return addresses


def client_command(transport: Transport, tools: Tools, addresses: dict[str, Any], server_pid: int | None,
                   json_file: Path, connects_per_s: int = CONNECTS_PER_S,
                   publishing: Sequence[str] | None = None, connections: int = 1) -> list[str]:
    """Without the workload: that comes behind it. Without a server's process number it measures no server.

    `publishing` in place of what the transport publishes by. Clients go through a relay where there is one, also
    with what they publish; who else publishes does not.
    """
    reached = {"listening": addresses.get("relay", addresses["listening"])}
    # Of a server that is not ours somebody beside its clients publishes, by the port that they have.
    posted_to = addresses if transport.is_foreign else addresses | reached
    publishing = _publishing(transport, posted_to, connections) if publishing is None else publishing
    measured = ["--server-pid", str(server_pid)] if server_pid is not None else []
    return [tools.program(transport.client), "--transport", transport.client_name,
            "--target", _at(transport.target or "{listening}", reached), *publishing,
            "--connect-rate", str(connects_per_s), *measured, "--threads", str(len(tools.cores.loadgen)),
            "--cpus", cpu_list(tools.cores.loadgen), "--json", str(json_file)]


def _at(text: str, addresses: dict[str, Any]) -> str:
    return text.replace("{listening}", addresses["listening"]).replace("{admin}", str(addresses.get("admin")))


def _publishing(transport: Transport, addresses: dict[str, Any], connections: int) -> list[str]:
    if transport.floods:
        # The hose answers a short poll with nothing, as often as it is asked.
        return ["--no-publish", *(["--expect", "0"] if transport.polls else [])]
    own = [_at(option, addresses).replace("{connections}", str(connections)) for option in transport.client_options]
    by_admin = not transport.is_foreign and not transport.publishes_itself
    return [*(["--admin", str(addresses.get("admin"))] if by_admin else []), *own]


def loadgen_command(trial: Planned, tools: Tools, addresses: dict[str, Any], server_pid: int, rate_per_s: float,
                    json_file: Path) -> list[str]:
    scenario = trial.scenario
    at_once = RELAYED_CONNECTS_PER_S if trial.round_trip_s else CONNECTS_PER_S
    connects_per_s = max(1, round(trial.connections / trial.spread_s)) if trial.spread_s else at_once
    command = client_command(trial.transport, tools, addresses, server_pid, json_file, connects_per_s,
                             connections=trial.connections)
    command = [word.replace("{topics}", str(trial.topics)) for word in command]
    command += ["--connections", str(trial.connections),
                "--warmup", format_duration(scenario.warmup), "--duration", format_duration(trial.duration_s),
                # The same arrivals for every transport of a block: the pairs that are compared saw the same load.
                "--seed", str((tools.seed + trial.block) % 2**31)]
    if trial.spread_s:
        # A probe would bring their heartbeats together again; and nobody else publishes.
        command += ["--no-publish", "--expect", "0"]
    elif not trial.transport.floods:
        command += ["--rate", compact_number(rate_per_s), "--payload", str(trial.payload_bytes),
                    "--topics", str(trial.topics), "--arrival", scenario.values.get("arrival", "constant")]
    command += options_of(scenario.values.get("behaviour", {}))
    if "cut" in scenario.values.get("behaviour", {}):
        command += ["--series", "100ms"]  # what the storm behind it costs is read off the slices
    if trial.scenario.kind == "wrk":
        command += ["--awake", "0s"]  # wrk sleeps until it is answered
    if trial.transport.asks_again and scenario.values.get("spread", False) and trial.heartbeat_s:
        command += ["--poll-wait", format_duration(trial.heartbeat_s)]
    if trial.poll_interval_s is not None:
        command += ["--poll-interval", format_duration(trial.poll_interval_s)]
    return command


def run_loadgen(trial: Planned, tools: Tools, server: Process, addresses: dict[str, Any], rate_per_s: float,
                evidence: Evidence) -> dict[str, Any]:
    """The load generator's JSON. TrialError when there is none, or when either process failed."""
    with tempfile.TemporaryDirectory(prefix="pushbench-") as folder:
        json_file = Path(folder) / "result.json"
        command = loadgen_command(trial, tools, addresses, server.pid, rate_per_s, json_file)
        with start_client(command, trial.transport, evidence) as client:
            return result_of(client, server, json_file, longest_wait_s(trial), evidence)


def start_client(command: list[str], transport: Transport, evidence: Evidence, called: str = "loadgen") -> Process:
    evidence.commands[called] = as_repeated(command)
    return Process(command, transport.client)


def result_of(client: Process, server: Process, json_file: Path, timeout_s: float,
              evidence: Evidence) -> dict[str, Any]:
    """Waits for the client's end, and reads what it wrote."""
    try:
        code = _wait_for_client(client, server, timeout_s)
    finally:
        client.stop(patience_s=2.0)
        evidence.hear(client)
        evidence.hear(server)
    return read_result(json_file, client, code)


def _wait_for_client(client: Process, server: Process, timeout_s: float) -> int:
    ended = first_to_exit([server, client], timeout_s)
    if ended is None:
        raise TrialError(f"{client.name} did not end within {timeout_s:.0f} s and was stopped")
    if ended is server:
        client.wait(_AFTER_SERVER_DEATH_S)
        raise TrialError(f"{server.name} died in mid-trial: {server.how_it_ended()}")
    code = client.wait(0)
    assert code is not None
    return code


def read_result(json_file: Path, client: Process, code: int, *, asked_to_end: bool = False) -> dict[str, Any]:
    """`asked_to_end`: it was to listen until then, so that it calls itself interrupted is no fault."""
    try:
        result = json.loads(json_file.read_text(encoding="utf-8"))
    except OSError:
        raise TrialError(f"{client.name} left no result: {client.how_it_ended()}") from None
    except ValueError:
        raise TrialError(f"{client.name} wrote a result that is not JSON: {client.how_it_ended()}") from None
    if not isinstance(result, dict) or not isinstance(result.get("valid"), bool):
        raise TrialError(f"{client.name} wrote a result without \"valid\": {one_line(str(result), 80)}")
    if asked_to_end:
        return result
    if result.get("interrupted"):
        raise TrialError(f"{client.name} was interrupted: {client.how_it_ended()}")
    # An invalid trial may end with any code; a valid one that ends in an error is a contradiction.
    if code != 0 and result["valid"]:
        raise TrialError(f"{client.name} failed after a valid result: {client.how_it_ended()}")
    return result


def wait_beside(processes: Sequence[Process], seconds: float, evidence: Evidence) -> None:
    """Sleeps. One that ends meanwhile has failed: all are still needed."""
    ended = first_to_exit(processes, seconds)
    if ended is not None:
        evidence.hear(ended)
        raise TrialError(f"{ended.name} ended in mid-trial: {ended.how_it_ended()}")


def wait_until(done: Callable[[], bool], limit_s: float, wait: Callable[[float], None], look_s: float) -> bool:
    """False when the time is over. `look_s` lies between two looks."""
    end = time.monotonic() + limit_s
    while not done():
        if time.monotonic() > end:
            return False
        wait(look_s)
    return True
