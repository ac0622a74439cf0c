"""Runs one trial of any kind and turns whatever happens into one record."""

import time
from datetime import datetime, timezone
from typing import Any

from pushbench.errors import TrialError, one_line
from pushbench.run.kinds import KINDS
from pushbench.run.kinds.one import Say
from pushbench.run.launch import Evidence, Tools
from pushbench.setup.plan import Planned
from pushbench.store import rules
from pushbench.store.folder import StorageError
from pushbench.store.schema import TRIAL_VERSION


def run_trial(trial: Planned, tools: Tools, attempt: int, order: int, say: Say) -> dict[str, Any]:
    """The trial's record, as it is written to trials/. Only Ctrl-C and a full disk get out of here as exceptions."""
    evidence = Evidence()
    outcome: dict[str, Any] = {"result": None}
    error = None
    started = datetime.now(timezone.utc)
    began = time.monotonic()
    try:
        outcome |= KINDS[trial.scenario.kind](trial, tools, evidence, say)
    except TrialError as failure:
        error = one_line(str(failure))
    except OSError as failure:
        # Temporary files: without room for them every further trial would fail alike.
        raise StorageError(f"temporary files cannot be used: {failure.strerror or failure}") from None
    findings = list(outcome.pop("rules", []))
    if outcome["result"] is not None:  # all that it was held against stands in one place
        outcome["result"] = {key: value for key, value in outcome["result"].items() if key != "rules"}
    void = rules.broken(findings, rules.WRONG)
    return {
        "schema_version": TRIAL_VERSION, "scenario": trial.scenario.name, "variant": trial.variant, "case": trial.case,
        "block": trial.block, "attempt": attempt, "order": order,
        "status": "failed" if error is not None else "invalid" if void else "ok",
        **rules.verdict(findings), "rules": [each.to_json() for each in findings], "error": error,
        "started_utc": started.isoformat(timespec="seconds"), "wall_s": round(time.monotonic() - began, 3),
        "commands": evidence.commands, **outcome, **({"relay": evidence.relay} if evidence.relay else {}),
        **({"source": evidence.source} if evidence.source else {}),
        "stderr_tail": "\n".join(evidence.stderr)[-4000:],
    }
