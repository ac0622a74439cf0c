"""A build of the programs and what it was made with: two are held against each other only where that is alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushbench.errors import UsageError
from pushbench.machine.describe import cmake_cache, describe_build, describe_commit

RELEASE = "Release"
# Of CMake's cache, what changes the programs. A setting that a build does not have is empty.
SETTINGS = ("CMAKE_CXX_FLAGS", "CMAKE_CXX_FLAGS_RELEASE", "CMAKE_EXE_LINKER_FLAGS", "CMAKE_EXE_LINKER_FLAGS_RELEASE",
            "CMAKE_INTERPROCEDURAL_OPTIMIZATION", "CMAKE_UNITY_BUILD", "PUSHBENCH_SANITIZE")
# A program says itself what compiled it, in its section .comment: the compiler that the cache names may be newer.
_COMPILER = re.compile(rb"GCC: \([^\0()]*\) [\d.]+|(?:[\w ]+ )?clang version [\d.]+")


@dataclass(frozen=True)
class Build:
    name: str  # as it was asked for
    bin_dir: Path
    settings: Mapping[str, str]  # none where CMake left no cache: then it is not known how it was built
    build_type: str | None
    boost: str | None
    compilers: tuple[str, ...]
    programs: Mapping[str, str]  # SHA-256 of each
    commit: str | None  # of its source as it is now
    dirty: bool | None

    def to_json(self) -> dict[str, Any]:
        return {"folder": self.name, "commit": self.commit, "dirty": self.dirty, "build_type": self.build_type,
                "boost": self.boost, "compilers": list(self.compilers), "settings": dict(self.settings),
                "programs": dict(self.programs)}


def read_build(name: str, bin_dir: Path, programs: Iterable[str]) -> Build:
    """UsageError where one of the programs is not there: without it nothing can be compared."""
    wanted = sorted(set(programs))
    if missing := [each for each in wanted if not (bin_dir / each).is_file()]:
        raise UsageError(f"{name}: {', '.join(missing)} not found in {bin_dir}; build it first (`make build` in its"
                         " tree), or name another folder")
    try:
        bytes_of = {each: (bin_dir / each).read_bytes() for each in wanted}
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be read: {error.strerror}") from None
    cache = cmake_cache(bin_dir.parent / "CMakeCache.txt")
    described = describe_build(bin_dir)
    source = cache.get("CMAKE_HOME_DIRECTORY")
    return Build(
        name, bin_dir, {key: cache.get(key, "") for key in SETTINGS} if cache else {}, described["build_type"],
        described["boost"] if cache else None, _compilers(bytes_of.values()),
        {each: hashlib.sha256(found).hexdigest() for each, found in bytes_of.items()},
        **(describe_commit(Path(source)) if source else {"commit": None, "dirty": None}))


def unfit(build: Build) -> list[str]:
    """What forbids to conclude anything from it."""
    if not build.settings:
        return [f"{build.name}: no CMakeCache.txt beside its programs, so how it was built is not known"]
    sanitizers = build.settings["PUSHBENCH_SANITIZE"]
    return [*([f"{build.name}: is of the type {build.build_type or 'none'}, not {RELEASE}"]
              if build.build_type != RELEASE else []),
            *([f"{build.name}: is built with sanitizers ({sanitizers})"] if sanitizers else [])]


def unlike(a: Build, b: Build) -> list[str]:
    """In what the two differ beside their source. What is not known of one is told by `unfit`."""
    pairs: list[tuple[str, str | None, str | None]] = [
        ("compiler", ", ".join(a.compilers), ", ".join(b.compilers))]
    if a.settings and b.settings:
        pairs += [("build type", a.build_type, b.build_type), ("Boost", a.boost, b.boost)]
        pairs += [(key, a.settings.get(key, ""), b.settings.get(key, "")) for key in SETTINGS]
    return [f"{what} differs: {one or 'none'} → {other or 'none'}" for what, one, other in pairs if one != other]


def same_programs(a: Build, b: Build) -> list[str]:
    """Those that are the same to the last byte: their comparison shows what the method itself finds."""
    return [name for name in sorted(a.programs.keys() & b.programs.keys()) if a.programs[name] == b.programs[name]]


def _compilers(programs: Iterable[bytes]) -> tuple[str, ...]:
    found = {each.decode(errors="replace").strip() for program in programs for each in _COMPILER.findall(program)}
    return tuple(sorted(found))
