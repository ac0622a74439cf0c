"""The programs that count: how they are run, and what each of them says."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pushbench.errors import PushbenchError, one_line
from pushbench.store.counted import CodeSize

_LONGEST_S = 60.0


def code_lines(files: Sequence[str], root: Path) -> int:
    return read_cloc(run("cloc", "--json", "--quiet", "--skip-uniqueness", *files, cwd=root))


def size_of(folder: str, side: str, lines: int, files: int, mccabe: Sequence[int]) -> CodeSize:
    return CodeSize(folder, side, files, lines, len(mccabe), sum(mccabe), sum(mccabe) - len(mccabe),
                    max(mccabe, default=0))


def read_cloc(text: str) -> int:
    """Lines of code in all, without comments and empty lines."""
    try:
        return int(json.loads(text)["SUM"]["code"])
    except (ValueError, KeyError, TypeError):
        raise PushbenchError(f"cloc wrote no sum: {one_line(text, 120)}") from None


def run(*command: str, cwd: Path) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=_LONGEST_S, check=False)
    except OSError as error:
        raise PushbenchError(f"{command[0]} cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise PushbenchError(f"{command[0]} did not end within {_LONGEST_S:.0f} s") from None
    if done.returncode != 0 or done.stderr.strip():
        raise PushbenchError(f"{command[0]} failed: {one_line(done.stderr or done.stdout, 200)}")
    return done.stdout


def debian_version(tool: str) -> str | None:
    """pmccabe tells none of its own on every version: then Debian's."""
    done = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", tool], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False) if shutil.which("dpkg-query") else None
    return done.stdout.strip() or None if done is not None and done.returncode == 0 else None
