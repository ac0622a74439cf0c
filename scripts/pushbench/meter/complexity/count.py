"""Counts the folders of each transport, as the tree is. The tools are Debian's, but for the one that reads what a page
runs: where that is missing, its side is not counted."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pushbench.errors import PushbenchError, one_line
from pushbench.meter.complexity import browser
from pushbench.meter.complexity.tools import code_lines, debian_version, run, size_of
from pushbench.setup.duties import FOLDERS, Counting, Told
from pushbench.store.counted import PROGRAMS, CodeSize, Complexity, Duty

TOOLS = ("cloc", "pmccabe")
_WHERE = dict(zip(PROGRAMS, ("servers/{}", "loadgen/transport/{}"), strict=True))


def counted(root: Path, counting: Counting) -> Complexity:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise PushbenchError(f"{' and '.join(missing)} not found, which count the code: apt install"
                             f" {' '.join(missing)}, or scripts/setup complexity")
    for key, files in (("left_out", counting.left_out), ("browser", counting.browser.values())):
        for file in files:
            if not (root / file).is_file():
                raise PushbenchError(f"bench/complexity.toml: {key}: there is no {file}")
    tools = {tool: debian_version(tool) for tool in TOOLS}
    rows = tuple(_size(root, folder, side, counting) for folder in FOLDERS for side in PROGRAMS)
    if eslint := browser.version(root):
        tools[browser.TOOL] = eslint
        rows += browser.rows(root, counting.browser)
    return Complexity(tools, rows, counting.left_out, proved(root, counting.duties))


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
    return size_of(folder, side, code_lines(files, root), len(files), mccabe)


def _mccabe(root: Path, files: Sequence[str]) -> list[int]:
    """Of copies that pmccabe, which is older than C++14, can read."""
    with tempfile.TemporaryDirectory(prefix="pushbench-") as folder:
        for number, file in enumerate(files):
            copy = Path(folder, f"{number}-{Path(file).name}")
            copy.write_text(readable((root / file).read_text(encoding="utf-8")), encoding="utf-8")
        return read_pmccabe(run("pmccabe", *sorted(each.name for each in Path(folder).iterdir()), cwd=Path(folder)))


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
