"""Counts the folders of each transport. The tools are Debian's, and the figures those of the tree as it is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pushbench.errors import PushbenchError, one_line
from pushbench.setup.duties import FOLDERS, Counting, Told
from pushbench.store.counted import SIDES, CodeSize, Complexity, Duty

TOOLS = ("cloc", "pmccabe")
_WHERE = dict(zip(SIDES, ("servers/{}", "loadgen/transport/{}"), strict=True))
_LONGEST_S = 60.0


def counted(root: Path, counting: Counting) -> Complexity:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise PushbenchError(f"{' and '.join(missing)} not found, which count the code: apt install"
                             f" {' '.join(missing)}, or scripts/setup complexity")
    for file in counting.left_out:
        if not (root / file).is_file():
            raise PushbenchError(f"bench/complexity.toml: left_out: there is no {file}")
    rows = tuple(_size(root, folder, side, counting) for folder in FOLDERS for side in SIDES)
    return Complexity({tool: _version(tool) for tool in TOOLS}, rows, counting.left_out, proved(root, counting.duties))


def proved(root: Path, duties: Sequence[Told]) -> tuple[Duty, ...]:
    """Each with the line that its marker stands on."""
    return tuple(Duty(each.folder, each.duty, each.who, each.how, each.file, _line(root, each)) for each in duties)


def _line(root: Path, told: Told) -> int:
    try:
        lines = (root / told.file).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise PushbenchError(f"bench/complexity.toml: {told.folder}, {told.duty}: {told.file}:"
                             f" {error.strerror}") from None
    found = [number for number, line in enumerate(lines, start=1) if told.marker in line]
    if len(found) != 1:
        raise PushbenchError(f"bench/complexity.toml: {told.folder}, {told.duty}: \"{told.marker}\" stands"
                             f" {len(found)} times in {told.file}, and must stand there once")
    return found[0]


def _size(root: Path, folder: str, side: str, counting: Counting) -> CodeSize:
    files = files_of(root, folder, side, counting)
    if not files:
        raise PushbenchError(f"{_WHERE[side].format(folder)} holds no code to count")
    mccabe = _mccabe(root, files)
    return CodeSize(folder, side, len(files), read_cloc(_run("cloc", "--json", "--quiet", "--skip-uniqueness", *files,
                                                             cwd=root)),
                    len(mccabe), sum(mccabe), sum(mccabe) - len(mccabe), max(mccabe, default=0))


def _mccabe(root: Path, files: Sequence[str]) -> list[int]:
    """Of copies that pmccabe, which is older than C++14, can read."""
    with tempfile.TemporaryDirectory(prefix="pushbench-") as folder:
        for number, file in enumerate(files):
            copy = Path(folder, f"{number}-{Path(file).name}")
            copy.write_text(readable((root / file).read_text(encoding="utf-8")), encoding="utf-8")
        return read_pmccabe(_run("pmccabe", *sorted(each.name for each in Path(folder).iterdir()), cwd=Path(folder)))


def readable(code: str) -> str:
    """In words that it knows: 600'000 and R"(…)" would end a character or a text too early for it, and of a nested
    namespace, a final class or an override it would see no function. No decision stands in any of them."""
    code = re.sub(r'R"([^(\s"]{0,16})\(.*?\)\1"', '""', code, flags=re.DOTALL)
    code = re.sub(r"(?<![\w'])\w+(?:'\w+)+(?!')", lambda found: found[0].replace("'", ""), code)
    code = re.sub(r"^namespace (?:\w+::)+(\w+) \{", r"namespace \1 {", code, flags=re.MULTILINE)
    code = re.sub(r"\b(class|struct) (\w+) final\b", r"\1 \2", code)
    return re.sub(r" (override|noexcept)\b", "", code)


def files_of(root: Path, folder: str, side: str, counting: Counting) -> list[str]:
    found = (path.relative_to(root).as_posix() for path in (root / _WHERE[side].format(folder)).rglob("*.?pp"))
    return sorted(file for file in found if file not in counting.left_out)


def read_pmccabe(text: str) -> list[int]:
    """The second column, McCabe's own measure, in which each case of a switch counts. One line a function."""
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    if any(len(row) < 6 or not row[1].isdigit() for row in rows):
        raise PushbenchError(f"pmccabe wrote what is no table: {one_line(text, 120)}")
    return [int(row[1]) for row in rows]


def read_cloc(text: str) -> int:
    """Lines of code in all, without comments and empty lines."""
    try:
        return int(json.loads(text)["SUM"]["code"])
    except (ValueError, KeyError, TypeError):
        raise PushbenchError(f"cloc wrote no sum: {one_line(text, 120)}") from None


def _run(*command: str, cwd: Path) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=_LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        raise PushbenchError(f"{command[0]} did not end within {_LONGEST_S:.0f} s") from None
    if done.returncode != 0 or done.stderr.strip():
        raise PushbenchError(f"{command[0]} failed: {one_line(done.stderr or done.stdout, 200)}")
    return done.stdout


def _version(tool: str) -> str | None:
    """pmccabe tells none of its own on every version: then Debian's."""
    done = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", tool], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False) if shutil.which("dpkg-query") else None
    return done.stdout.strip() or None if done is not None and done.returncode == 0 else None
