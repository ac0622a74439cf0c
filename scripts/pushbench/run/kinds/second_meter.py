"""wrk and the load generator in turn, against the same kind of fresh server (method, rule 23)."""

from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cores import cpu_list
from pushbench.run.kinds.one import Say, end_server, one_measurement
from pushbench.run.launch import Evidence, Tools, as_repeated, read_addresses, start_server
from pushbench.run.rules import BESIDE_WRK, wrk_errors
from pushbench.run.wrk import find_wrk, run_wrk, why_no_wrk, wrk_command
from pushbench.setup.plan import Planned
from pushbench.store.rules import findings_of, waived


def second_meter(trial: Planned, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
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
    return {"result": result, "wrk": figures, "loadgen": requests_of(result),
            "rules": [*waived(findings_of(result), BESIDE_WRK), wrk_errors(figures)]}


def requests_of(result: dict[str, Any]) -> dict[str, Any]:
    """The load generator's view of what wrk measures: requests per second and how long an answer took."""
    requests, seconds = result.get("requests"), result.get("window_s")
    return {"requests": requests, "requests_per_s": requests / seconds if requests and seconds else None,
            "latency_us": dict(result.get("response_us") or {})}
