"""One measurement: a fresh server, one load generator against it, on the machine that was checked."""

import signal
from collections.abc import Callable
from typing import Any

from pushbench.errors import TrialError
from pushbench.run import relay, source
from pushbench.run.launch import Evidence, Tools, read_addresses, run_loadgen, start_server
from pushbench.run.processes import Process
from pushbench.run.rules import BESIDE_SOURCE, busier_host
from pushbench.setup.plan import Planned
from pushbench.store import rules

Say = Callable[[str], None]


def one_measurement(trial: Planned, tools: Tools, rate_per_s: float, evidence: Evidence) -> dict[str, Any]:
    """The load generator's result, with what the runner alone can tell among its rules."""
    # A shared source stands with the server, as a part of what serving takes: the other core is the meter's.
    with source.beside(trial.transports, tools.cores.server, evidence) as shared:
        with start_server(trial, tools, evidence, source.address_of(shared)) as server:
            with relay.between(trial.round_trip_s, tools, read_addresses(server, evidence), evidence) as addresses:
                result = run_loadgen(trial, tools, server, addresses, rate_per_s, evidence)
            if shared:
                evidence.source = shared.report(result)
            end_server(server, evidence, may_be_killed=trial.transport.is_foreign)
    findings = [*rules.findings_of(result), *busier_host(tools.wakeup_p90_us, result)]
    findings = rules.waived(findings, BESIDE_SOURCE, "server") if shared else findings
    if trial.round_trip_s:
        findings = relay.judged(findings, result, evidence)
    return result | {"rules": [each.to_json() for each in findings],
                     "marked_because": rules.texts(findings, rules.SLOW)}


def end_server(server: Process, evidence: Evidence, *, may_be_killed: bool = False) -> None:
    """A server that does not end well has failed its contract, even when its figures look right.

    Somebody else's has none: the signal itself may end it.
    """
    if (code := server.wait(0)) is None:
        code = server.stop()
    if code != 0 and not (may_be_killed and code == -signal.SIGTERM):
        evidence.hear(server)
        raise TrialError(f"{server.name} did not end properly on SIGTERM: {server.how_it_ended()}")
