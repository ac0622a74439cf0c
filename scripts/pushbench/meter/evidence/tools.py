"""The programs that count: how each is put before a server, and how its file is read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pushbench.errors import TrialError

_TOTALS = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)
INSTRUCTIONS = "instructions"


@dataclass(frozen=True)
class Tool:
    """`prefix` stands before the server's command and writes into `file`; `read` gives the counts of its whole life."""

    name: str
    prefix: Callable[[str], list[str]]
    read: Callable[[str], Mapping[str, int]]

    @property
    def is_here(self) -> bool:
        return shutil.which(self.name) is not None


def read_callgrind(text: str) -> dict[str, int]:
    """Instructions in user space, of the program and its libraries."""
    found = _TOTALS.findall(text)
    if not found:
        raise TrialError("callgrind wrote no total")
    return {INSTRUCTIONS: int(found[-1])}


def read_strace(text: str) -> dict[str, int]:
    """Calls by name from the table of `strace -c`: share, seconds, µs per call, calls, errors (or nothing), name."""
    calls: dict[str, int] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) in (5, 6) and re.fullmatch(r"[\d.]+", words[0]) and words[-1] != "total":
            calls[words[-1]] = int(words[3])
    if not calls:
        raise TrialError("strace wrote no table of calls")
    return calls


# -I 2: a signal that ends strace ends the server too.
CALLGRIND = Tool("valgrind", lambda file: [
    "valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={file}"], read_callgrind)
STRACE = Tool("strace", lambda file: ["strace", "-f", "-c", "-I", "2", "-o", file], read_strace)


def read_file(tool: Tool, path: Path) -> Mapping[str, int]:
    try:
        return tool.read(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise TrialError(f"{tool.name} left no file: {error.strerror}") from None
