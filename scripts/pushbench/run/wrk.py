"""wrk, the second meter (method, rule 23): runs it against the polling server and reads what it prints."""

import re
import shutil
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pushbench.errors import TrialError, one_line
from pushbench.run.launch import Evidence
from pushbench.run.processes import Process

_VERSION_S = 3.0
_NUMBER = r"([\d.]+)"
_TIME_US = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6, "h": 3600e6}
_SIZE_BYTES = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}


def find_wrk() -> dict[str, str] | None:
    """Where it is and which it is; None where there is none that answers."""
    return _look(shutil.which("wrk") or "")[0]


def why_no_wrk() -> str:
    return _look(shutil.which("wrk") or "")[1] or "wrk is not installed"


@lru_cache
def _look(path: str) -> tuple[dict[str, str] | None, str]:
    """Asked for its version, once: a program that hangs, or is another of that name, measures nothing."""
    if not path:
        return None, "wrk is not installed"
    try:
        with Process([path, "-v"], "wrk") as wrk:
            if wrk.wait(_VERSION_S) is None:
                return None, f"{path} -v did not end within {_VERSION_S:.0f} s"
            said = f"{wrk.output()}{wrk.stderr_tail()}".strip().splitlines()
    except TrialError as error:
        return None, str(error)
    # `wrk -v` prints its usage as well and ends with 1.
    if not said or not said[0].startswith("wrk "):
        return None, f"{path} is no wrk: {one_line(said[0], 60) if said else 'it prints no version'}"
    return {"path": path, "version": said[0].split(" Copyright")[0]}, ""


def wrk_command(path: str, cpus: str, connections: int, duration_s: float, url: str) -> list[str]:
    seconds = max(1, round(duration_s))  # wrk takes whole seconds only
    return ["taskset", "-c", cpus, path, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]


def run_wrk(command: list[str], duration_s: float, evidence: Evidence) -> dict[str, Any]:
    with Process(command, "wrk") as wrk:
        code = wrk.wait(duration_s + 15)
        evidence.hear(wrk)
        if code is None:
            raise TrialError(f"wrk did not end within {duration_s + 15:.0f} s and was stopped")
        if code != 0:
            raise TrialError(f"wrk failed: {wrk.how_it_ended()}")
        return parse_wrk(wrk.output())


def complaint(figures: Mapping[str, Any]) -> str:
    """What wrk saw go wrong; empty where nothing did."""
    if not figures["socket_errors"] and not figures["bad_status"]:
        return ""
    return f"wrk saw {figures['socket_errors']} socket errors, {figures['bad_status']} bad answers"


def parse_wrk(text: str) -> dict[str, Any]:
    """The figures of `wrk --latency`. Errors count as well: a fast server of errors is not fast."""
    requests = re.search(rf"{_NUMBER} requests in {_NUMBER}(\w+), {_NUMBER}(\w+) read", text)
    per_s = re.search(rf"Requests/sec:\s+{_NUMBER}", text)
    mean = re.search(rf"Latency\s+{_NUMBER}(us|ms|s|m|h)\s+{_NUMBER}(us|ms|s|m|h)\s+{_NUMBER}(us|ms|s|m|h)", text)
    if requests is None or per_s is None or mean is None:
        raise TrialError(f"wrk printed no result that can be read: {' '.join(text.split())[:120]}")
    percentiles = {f"p{percent}": _time_us(value, unit)
                   for percent, value, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s|m|h)", text)}
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    # wrk counts as "Non-2xx" what is over 399; a 204 is a success to it.
    bad_status = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {
        "requests": int(requests[1]),
        "seconds": _time_us(requests[2], requests[3]) / 1e6,
        "bytes_read": round(float(requests[4]) * _SIZE_BYTES[requests[5]]),
        "requests_per_s": float(per_s[1]),
        "latency_us": {**percentiles, "mean": _time_us(mean[1], mean[2]), "max": _time_us(mean[5], mean[6])},
        "socket_errors": sum(int(count) for count in errors.groups()) if errors else 0,
        "bad_status": int(bad_status[1]) if bad_status else 0,
    }


def _time_us(value: str, unit: str) -> float:
    return float(value) * _TIME_US[unit]
