"""Git, asked for the commits that changed one file and for its text then. Nothing is checked out."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from pushbench.errors import PushbenchError, UsageError, one_line

_FIELDS = "%H%x1f%cI%x1f%s"  # apart by a character that no subject has
SHORT = 7  # of a commit's name: as many digits as git shows


@dataclass(frozen=True)
class Commit:
    name: str
    committed: str  # ISO 8601, with its time zone
    subject: str

    @property
    def short(self) -> str:
        return self.name[:SHORT]


def commits_of(file: Path) -> list[Commit]:
    """Those that changed it, the oldest first."""
    lines = _git(file.parent, "log", "--reverse", f"--format={_FIELDS}", "--", file.name).splitlines()
    return [Commit(*line.split("\x1f", 2)) for line in lines if line]


def text_at(file: Path, revision: str) -> str | None:
    """None where that commit does not have the file, as one that deleted it."""
    found = _run(file.parent, "show", f"{revision}:./{file.name}")
    return found.stdout if found.returncode == 0 else None


def must_be_commit(folder: Path, revision: str) -> str:
    """Its full name; a mistake where git knows no such commit."""
    found = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode != 0:
        hint = "; this clone is shallow: git fetch --unshallow brings the rest" if is_shallow(folder) else ""
        raise UsageError(f"--since {revision}: git knows no such commit{hint}")
    return found.stdout.strip()


def is_shallow(folder: Path) -> bool:
    """Whether older commits were left where the clone came from."""
    return _git(folder, "rev-parse", "--is-shallow-repository").strip() == "true"


def _git(folder: Path, *arguments: str) -> str:
    found = _run(folder, *arguments)
    if found.returncode != 0:
        raise PushbenchError(f"{folder}: git cannot tell its history: {one_line(found.stderr)}")
    return found.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The user's settings may colour, sign or rename; a script wants none of it.
    command = ["git", "-c", "color.ui=never", "-c", "log.showSignature=false", "--no-pager", *arguments]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    except FileNotFoundError as error:
        missing = "there is no such folder" if not folder.is_dir() else "git is not installed"
        raise PushbenchError(f"{folder}: {missing}") from error
