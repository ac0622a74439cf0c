"""What transports need of this machine: which cannot be run, and why; what other people's are, for the record."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pushbench.errors import one_line
from pushbench.setup.needs import Requirement, need_of
from pushbench.setup.transports import TRANSPORTS

NOT_MEASURED, SERVERS = "not_measured", "servers"  # of context.json
_ROOT = Path(__file__).resolve().parents[3]
_ANSWER_S = 10.0


def why_not(names: Iterable[str], bin_dir: Path = _ROOT / "build" / "bin") -> dict[str, str]:
    """Of these transports those that lack something, each with what that is."""
    found = {name: [need_of(each) for each in TRANSPORTS[name].needs] for name in names}
    lacking = {name: [need.missing for need in needs if not _is_here(need, bin_dir)] for name, needs in found.items()}
    return {name: "; ".join(lacks) for name, lacks in sorted(lacking.items()) if lacks}


def _is_here(need: Requirement, bin_dir: Path) -> bool:
    looked_for = [each.replace("{bin}", str(bin_dir.absolute())) for each in need.found_at]
    return any(shutil.which(each) is not None or (_ROOT / each).exists() for each in looked_for)


def described(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Versions, command and configuration of each that is not ours: what its figures hold of."""
    rows = [TRANSPORTS[name] for name in sorted(names) if TRANSPORTS[name].is_foreign]
    return {row.name: {
        "versions": {need.what: _version(need) for each in row.needs if (need := need_of(each)).version},
        "command": list(row.command),
        "files": {name: _text(_ROOT / name) for name in row.files},
    } for row in rows}


def _version(need: Requirement) -> str | None:
    """None where it does not say: a figure of an unknown version is still a figure."""
    try:
        answer = subprocess.run(need.version, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace", timeout=_ANSWER_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    said = answer.stdout.strip().splitlines()
    return one_line(said[0], 100) if said else None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
