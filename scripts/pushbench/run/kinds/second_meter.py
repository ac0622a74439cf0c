"""wrk and the load generator in turn, against the same kind of fresh server (method, rule 23)."""

from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cores import cpu_list
from pushbench.run.kinds.one import Say, end_server, one_measurement, why_invalid
from pushbench.run.launch import Evidence, Tools, as_repeated, read_addresses, start_server
from pushbench.run.wrk import find_wrk, run_wrk, why_no_wrk, wrk_command
from pushbench.setup.plan import Trial


def second_meter(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """wrk and the load generator in turn, the same connections, against the same kind of fresh server."""
    found = find_wrk()
    if found is None:
        raise TrialError(f"{why_no_wrk()}; scripts/setup installs wrk")
    with start_server(trial, tools, evidence) as server:
        addresses = read_addresses(server, evidence)
        command = wrk_command(found["path"], cpu_list(tools.cores.loadgen), trial.connections,
                              trial.scenario.duration, f"http://{addresses['listening']}/poll")
        evidence.commands["wrk"] = as_repeated(command)
        figures = run_wrk(command, trial.scenario.duration, evidence)
        end_server(server, evidence)
    result = one_measurement(trial, tools, trial.rate_per_s, evidence)
    # Both meters ask as fast as they are answered: that one is busy is what is compared, and no fault.
    because = [why for why in why_invalid(result) if not why.startswith("generator_busy")]
    if figures["socket_errors"] or figures["bad_status"]:
        because.append(f"wrk saw {figures['socket_errors']} socket errors, {figures['bad_status']} bad answers")
    return {"result": result, "wrk": figures, "loadgen": requests_of(result), "invalid_because": because}


def requests_of(result: dict[str, Any]) -> dict[str, Any]:
    """The load generator's view of what wrk measures: requests per second and how long an answer took."""
    requests, seconds = result.get("requests"), result.get("window_s")
    return {"requests": requests, "requests_per_s": requests / seconds if requests and seconds else None,
            "latency_us": dict(result.get("response_us") or {})}
