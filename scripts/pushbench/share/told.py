"""What a summary tells of a machine: its kind. Who owns it, where it stands and what it is called is not in it.

Each text is taken apart and only the parts that are known are put together again: a kernel or a compiler that somebody
built himself has his name in its version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_LONGEST = 60
_COMPILERS = ("clang", "g++", "gcc", "c++")
_GIB = 2**30
PROFILES = ("smoke", "default", "full")


def machine(context: Mapping[str, Any]) -> dict[str, Any]:
    """Null where the run does not say."""
    found = context.get("machine")
    of: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    memory = _whole(of.get("memory_bytes"))
    return {
        "processor": _words(of.get("cpu_model")), "cores": _whole(of.get("cores_allowed")) or _whole(of.get("cores")),
        "memory_gib": round(memory / _GIB) if memory else None, "smt": _flag(of.get("smt")),
        "os": _matched(r"([A-Z][A-Za-z/ ]* \d+(?:\.\d+)?)\b", of.get("os")),
        "kernel": _kernel(of.get("kernel")),
        "virtualization": _matched(r"([a-z]+(?: machine)?)$", of.get("virtualization")),
        "compiler": _compiler(context.get("compiler")),
    }


def profile(context: Mapping[str, Any]) -> str:
    """A profile of somebody's own may be called by whatever he works on."""
    name = context.get("profile")
    return name if isinstance(name, str) and name in PROFILES else "own"


def commit(context: Mapping[str, Any]) -> str | None:
    return _matched(r"([0-9a-f]{40})$", context.get("commit"))


def day(context: Mapping[str, Any]) -> str | None:
    """The day, and no time of it."""
    return _matched(r"(\d{4}-\d{2}-\d{2})T", context.get("started_utc"))


def _words(text: object) -> str | None:
    """The name of a processor, as the kernel tells it."""
    if not isinstance(text, str):
        return None
    return " ".join(re.sub(r"[^A-Za-z0-9 ()@.,+-]", " ", text).split())[:_LONGEST].strip() or None


def _kernel(text: object) -> str | None:
    """'Linux 6.1.0 x86_64' of 'Linux 6.1.0-42-anna x86_64'."""
    match = re.match(r"(Linux) (\d+(?:\.\d+)*)\S* (?:\S+ )*(x86_64|aarch64|armv\d\w?|riscv64|ppc64le|s390x)$",
                     text if isinstance(text, str) else "")
    return " ".join(match.groups()) if match else None


def _compiler(text: object) -> str | None:
    """'g++ 12.2.0' of 'g++ (built by anna) 12.2.0'."""
    if not isinstance(text, str):
        return None
    name = next((each for each in _COMPILERS if re.search(rf"(?<![\w/]){re.escape(each)}(?![\w/])", text)), None)
    versions = re.findall(r"(?<![\w.-])\d+(?:\.\d+)+(?![\w.])", text)
    return f"{name} {versions[-1]}" if name and versions else name


def _matched(pattern: str, text: object) -> str | None:
    match = re.match(pattern, text) if isinstance(text, str) else None
    return match[1][:_LONGEST] if match else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
