"""Keys of scenarios that the command line may change: another crowd or another load for the same question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushbench import prose
from pushbench.errors import UsageError
from pushbench.setup.fields import FIELDS

# In the order of --help. What else a scenario has makes it another scenario: that is a file of its own.
CHANGEABLE = {"connections": "clients", "rate": "notifications a second", "payload": "bytes of each",
              "duration": "of the window, such as 5s"}
KEY = "changed"  # of context.json


def read_change(key: str, text: str) -> Any:
    """As a scenario file would hold it. ValueError says what is wrong with it."""
    value: Any = text
    for number in (int, float):
        try:
            value = number(text)
            break
        except ValueError:
            continue
    FIELDS[key].read(value)
    return value


def refuse_unnamed(changes: Mapping[str, Any], only: tuple[str, ...]) -> None:
    """A change of every scenario of a profile would be a change of most by mistake."""
    if changes and not only:
        raise UsageError(f"{options(changes)}: which scenario? Name it with --only, such as --only broadcast")


def refuse_unknown(changes: Mapping[str, Any], scenario: str, values: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if key in values:
            continue
        if key in values.get("cases", {}):
            raise UsageError(f"--{key} {value}: {scenario} runs several and compares them:"
                             f" {prose.listing([prose.number(each) for each in values['cases'][key]])}")
        beside = " (it has rate_per_client)" if key == "rate" and "rate_per_client" in values else ""
        raise UsageError(f"--{key} {value}: {scenario}, of kind \"{values['kind']}\", has no such key{beside}")


def options(changes: Mapping[str, Any]) -> str:
    """As they were given: '--connections 200 --rate 5'."""
    return " ".join(f"--{key} {value}" for key, value in changes.items())


def why_not_judged(context: Mapping[str, Any]) -> str:
    """Why no claim is judged from a run; empty where its scenarios are as their files say."""
    changes = context.get(KEY)
    if not isinstance(changes, dict) or not changes:
        return ""
    return f"the workload was changed by {options(changes)}, and a claim names the workload that decides it"
