"""One measurement: a fresh server, one load generator against it, on the machine that was checked."""

from collections.abc import Callable, Mapping
from typing import Any

from pushbench.errors import TrialError
from pushbench.run.launch import Evidence, Tools, read_addresses, run_loadgen, start_server
from pushbench.run.processes import Process
from pushbench.setup.plan import Trial
from pushbench.store.records import number_in

Say = Callable[[str], None]
# Of 230 trials that nothing disturbed none showed over 1.35 times as much as the calibration; a slowed host, up to 2.
BUSIER = 1.5
BUSIER_LEAST_US = 50.0  # a bare machine wakes within a few µs, and twice a few is no disturbance


def one_measurement(trial: Trial, tools: Tools, rate_per_s: float, evidence: Evidence) -> dict[str, Any]:
    with start_server(trial, tools, evidence) as server:
        addresses = read_addresses(server, evidence)
        result = run_loadgen(trial, tools, server, addresses, rate_per_s, evidence)
        end_server(server, evidence)
    if busier := busier_than(tools.wakeup_p90_us, result):
        result |= {"valid": False, "invalid_because": [*result.get("invalid_because", []), *busier]}
    return result


def end_server(server: Process, evidence: Evidence) -> None:
    """A server that does not end well has failed its contract, even when its figures look right."""
    if (code := server.wait(0)) is None:
        code = server.stop()
    if code != 0:
        evidence.hear(server)
        raise TrialError(f"{server.name} did not end properly on SIGTERM: {server.how_it_ended()}")


def busier_than(checked_p90_us: Mapping[str, float], result: dict[str, Any]) -> list[str]:
    """Whether timers woke much later than when the meter was checked: then the host is another than it was.

    A neighbour on the same physical core takes neither steal nor a switch, and makes all that runs there slower.
    """
    names = {"server": "server", "loadgen": "load generator"}
    found = []
    for side, checked in checked_p90_us.items():
        seen = number_in(result, side, "wakeup_delay_p90_us")
        if seen is not None and seen > max(BUSIER * checked, BUSIER_LEAST_US):
            found.append(f"busier_host: timers on the {names.get(side, side)}'s cores woke {seen:.0f} us late at p90, "
                         f"{checked:.0f} us when the meter was checked; close what else runs, or use a quieter host")
    return found


def why_invalid(result: dict[str, Any]) -> list[str]:
    if result["valid"]:
        return []
    return list(result.get("invalid_because") or ["loadgen gave no reason"])
