"""Runs one trial of any kind and turns whatever happens into one record."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from pushbench.capacity import RateSearch, describe, judge, other_reasons, slo_us, step_record
from pushbench.cores import cpu_list
from pushbench.drive import Evidence, Tools, as_repeated, read_addresses, run_loadgen, start_server
from pushbench.errors import TrialError, one_line
from pushbench.load import number_in
from pushbench.plan import Trial
from pushbench.processes import Process
from pushbench.scale.course import run_scale
from pushbench.store import StorageError
from pushbench.wrk import find_wrk, run_wrk, wrk_command

Say = Callable[[str], None]
# Of 230 trials that nothing disturbed none showed over 1.35 times as much as the calibration; a slowed host, up to 2.
BUSIER = 1.5
BUSIER_LEAST_US = 50.0  # a bare machine wakes within a few µs, and twice a few is no disturbance
SCHEMA_VERSION = 2  # of a trial's file: results/schema/trial.schema.json


def run_trial(trial: Trial, tools: Tools, attempt: int, order: int, say: Say) -> dict[str, Any]:
    """The trial's record, as it is written to trials/. Only Ctrl-C and a full disk get out of here as exceptions."""
    evidence = Evidence()
    outcome: dict[str, Any] = {"result": None}
    error = None
    started = datetime.now(timezone.utc)
    began = time.monotonic()
    try:
        outcome |= _KINDS[trial.scenario.kind](trial, tools, evidence, say)
    except TrialError as failure:
        error = one_line(str(failure))
    except OSError as failure:
        # Temporary files: without room for them every further trial would fail alike.
        raise StorageError(f"temporary files cannot be used: {failure.strerror or failure}") from None
    status, because = _status(outcome, error)
    return {
        "schema_version": SCHEMA_VERSION, "scenario": trial.scenario.name, "variant": trial.variant, "case": trial.case,
        "block": trial.block, "attempt": attempt, "order": order, "status": status,
        "invalid_because": because, "error": error,
        "started_utc": started.isoformat(timespec="seconds"), "wall_s": round(time.monotonic() - began, 3),
        "commands": evidence.commands, **outcome, "stderr_tail": "\n".join(evidence.stderr)[-4000:],
    }


def _status(outcome: dict[str, Any], error: str | None) -> tuple[str, list[str]]:
    if error is not None:
        return "failed", []
    because = list(outcome.pop("invalid_because", []))
    return ("invalid" if because else "ok"), because


def _why_invalid(result: dict[str, Any]) -> list[str]:
    if result["valid"]:
        return []
    return list(result.get("invalid_because") or ["loadgen gave no reason"])


def _load(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """A load at a fixed rate, or no load at all."""
    result = _one_measurement(trial, tools, trial.rate_per_s, evidence)
    return {"result": result, "invalid_because": _why_invalid(result)}


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


def _one_measurement(trial: Trial, tools: Tools, rate_per_s: float, evidence: Evidence) -> dict[str, Any]:
    with start_server(trial, tools, evidence) as server:
        addresses = read_addresses(server, evidence)
        result = run_loadgen(trial, tools, server, addresses, rate_per_s, evidence)
        _end_server(server, evidence)
    if busier := busier_than(tools.wakeup_p90_us, result):
        result |= {"valid": False, "invalid_because": [*result.get("invalid_because", []), *busier]}
    return result


def _end_server(server: Process, evidence: Evidence) -> None:
    """A server that does not end well has failed its contract, even when its figures look right."""
    if (code := server.wait(0)) is None:
        code = server.stop()
    if code != 0:
        evidence.hear(server)
        raise TrialError(f"{server.name} did not end properly on SIGTERM: {server.how_it_ended()}")


def _capacity(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """The search; each step with a server of its own, so that an overload leaves nothing to the next."""
    scenario = trial.scenario
    start = scenario.rate_starts.get(trial.transport.name, scenario.rate_start)
    search = RateSearch(start, scenario.rate_max, scenario.rate_factor, scenario.precision, scenario.steps)
    bound_us = slo_us(scenario.slo_p99, trial.poll_interval_s)
    steps: list[dict[str, Any]] = []
    best: dict[str, Any] | None = None
    limited_by = "search"  # the highest rate of the scenario held: the limit was not met
    because: list[str] = []
    while (rate := search.next_rate()) is not None:
        result = _one_measurement(trial, tools, rate, evidence)
        verdict = judge(result, bound_us)
        search.record(rate, verdict.held)
        steps.append(step_record(rate, trial.connections, result, verdict))
        say(describe(rate, verdict))
        if verdict.held and rate == search.best:
            best = result
        elif not verdict.held and rate == search.broken:
            limited_by = "generator" if verdict.generator_limited else "server"
            # Only the lowest rate that broke bounds the capacity: it must have broken by itself.
            because = [f"the step that bounds it was disturbed: {verdict.why}"] if verdict.disturbed else []
    return {"result": best, "steps": steps, "slo_us": bound_us, "limited_by": limited_by,
            "capacity_rate_per_s": search.best,
            "capacity_deliveries_per_s": search.best * trial.connections if search.best else None,
            "invalid_because": because if best else [f"no rate held; the lowest tried: {steps[-1]['why']}"]}


def _wrk(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """wrk and the load generator in turn, the same connections, against the same kind of fresh server."""
    found = find_wrk()
    if found is None:
        raise TrialError("wrk is not installed; scripts/setup installs it")
    with start_server(trial, tools, evidence) as server:
        addresses = read_addresses(server, evidence)
        command = wrk_command(found["path"], cpu_list(tools.cores.loadgen), trial.connections,
                              trial.scenario.duration, f"http://{addresses['listening']}/poll")
        evidence.commands["wrk"] = as_repeated(command)
        figures = run_wrk(command, trial.scenario.duration, evidence)
        _end_server(server, evidence)
    result = _one_measurement(trial, tools, trial.rate_per_s, evidence)
    # Both meters ask as fast as they are answered: that one is busy is what is compared, and no fault.
    because = [why for why in _why_invalid(result) if not why.startswith("generator_busy")]
    if figures["socket_errors"] or figures["bad_status"]:
        because.append(f"wrk saw {figures['socket_errors']} socket errors, {figures['bad_status']} bad answers")
    return {"result": result, "wrk": figures, "loadgen": requests_of(result), "invalid_because": because}


def requests_of(result: dict[str, Any]) -> dict[str, Any]:
    """The load generator's view of what wrk measures: requests per second and how long an answer took."""
    requests, seconds = result.get("requests"), result.get("window_s")
    return {"requests": requests, "requests_per_s": requests / seconds if requests and seconds else None,
            "latency_us": dict(result.get("response_us") or {})}


def _flood(trial: Trial, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    """Everything that the load generator can take, from a server that never pauses: its own limit."""
    result = _one_measurement(trial, tools, 0.0, evidence)
    # It is busy and late on purpose; only what it got wrong counts.
    return {"result": result, "flood": True, "invalid_because": other_reasons(result)}


_KINDS = {"load": _load, "idle": _load, "capacity": _capacity, "wrk": _wrk, "flood": _flood, "scale": run_scale}
