"""Counts the client that a page needs, in the very files that the demo runs. pmccabe knows no JavaScript: ESLint's rule
`complexity` gives McCabe's figure of each function."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from pushbench.errors import PushbenchError, one_line
from pushbench.meter.complexity.tools import code_lines, run, size_of
from pushbench.store.counted import BROWSER, CodeSize

TOOL = "eslint"
_PACKAGE = Path("examples", "node_modules", TOOL)
_RULE = json.dumps({"complexity": ["warn", 0]})  # of each function, however simple
_SAYS = re.compile(r"complexity of (\d+)\.")


def version(root: Path) -> str | None:
    """None where it is not there, or does not run: it wants a newer Node than Debian 12 has."""
    try:
        return run("node", str(_PACKAGE / "bin" / "eslint.js"), "--version", cwd=root).strip().removeprefix("v")
    except PushbenchError:
        return None


def rows(root: Path, clients: Mapping[str, str]) -> tuple[CodeSize, ...]:
    """One a folder: its smallest client."""
    told = run("node", str(_PACKAGE / "bin" / "eslint.js"), "--no-config-lookup", "--no-inline-config", "--rule", _RULE,
               "--format", "json", *clients.values(), cwd=root)
    found = read_eslint(told)
    return tuple(size_of(folder, BROWSER, code_lines([file], root), 1, found[(root / file).resolve()])
                 for folder, file in clients.items())


def read_eslint(text: str) -> dict[Path, list[int]]:
    """Of each file, one a function."""
    try:
        said = {Path(file["filePath"]).resolve(): [str(message["message"]) for message in file["messages"]]
                for file in json.loads(text)}
    except (ValueError, KeyError, TypeError):
        raise PushbenchError(f"eslint wrote what is no report: {one_line(text, 120)}") from None
    return {file: _mccabe(file, messages) for file, messages in said.items()}


def _mccabe(file: Path, messages: list[str]) -> list[int]:
    found = [_SAYS.search(each) for each in messages]
    if not found or None in found:
        raise PushbenchError(f"{file.name}: eslint counted nothing, or found something else:"
                             f" {one_line(' '.join(messages), 120)}")
    return [int(each[1]) for each in found if each]
