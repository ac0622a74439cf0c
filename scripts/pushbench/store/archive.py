"""The trials of a run as files, or all of them in one archive: what git keeps should be small.

A run's histograms are most of its size, and much alike: 20 MB of trials are 2 MB in one archive, where each alone
would still be 6. The archive holds the very files, so whoever unpacks it has what the schemas describe.
"""

from __future__ import annotations

import lzma
import shutil
import tarfile
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path

from pushbench.errors import PushbenchError

ARCHIVE = "trials.tar.xz"
FOLDER = "trials"


def trial_texts(run_dir: Path, scenarios: Collection[str] = ()) -> Iterator[tuple[str, str | OSError]]:
    """Name and text of each trial file, in the order of their names; an error in place of a text that has none.

    `scenarios`: those of these alone, which is quicker.
    """
    found: dict[str, str | OSError] = {}
    try:
        found |= _packed(run_dir / ARCHIVE, scenarios)
    except (OSError, lzma.LZMAError, tarfile.TarError, EOFError) as error:
        found[ARCHIVE] = OSError(0, f"is no archive that can be read ({error})")
    for path in (run_dir / FOLDER).glob("*.json"):
        if not _is_wanted(path.name, scenarios):
            continue
        try:
            found[path.name] = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            found[path.name] = error
    yield from sorted(found.items())


def _is_wanted(name: str, scenarios: Collection[str]) -> bool:
    return name.endswith(".json") and (not scenarios or name.partition("__")[0] in scenarios)


def _packed(path: Path, scenarios: Collection[str]) -> dict[str, str | OSError]:
    if not path.is_file():
        return {}
    with tarfile.open(path, "r:xz") as archive:
        members = [member for member in archive if member.isfile() and _is_wanted(Path(member.name).name, scenarios)]
        return {Path(member.name).name: _text_of(archive, member) for member in members}


def _text_of(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = archive.extractfile(member)
    return file.read().decode(errors="replace") if file else ""


def has_trials(run_dir: Path) -> bool:
    return (run_dir / ARCHIVE).is_file() or any((run_dir / FOLDER).glob("*.json"))


def keep(run_dir: Path, target: Path) -> None:
    """A run as it is kept in git: its own JSON files as they are, its trials in one archive. What else stood there
    before is of another run, and goes. Report and charts are written anew from what is kept."""
    try:
        if target.exists():
            shutil.rmtree(target)
        target.mkdir(parents=True)
        for path in sorted(run_dir.glob("*.json")):
            shutil.copyfile(path, target / path.name)
    except OSError as error:
        raise PushbenchError(f"{target}: cannot be written: {error.strerror}") from None
    pack(run_dir, target)


def pack(run_dir: Path, target: Path) -> Path:
    """All trials of a run in one archive. The same trials give the same bytes: git sees no change where none is."""
    path = target / ARCHIVE
    temporary = path.with_name(path.name + ".tmp")
    try:
        with tarfile.open(temporary, "w:xz", format=tarfile.PAX_FORMAT) as archive:
            for name, text in trial_texts(run_dir):
                if isinstance(text, OSError):
                    raise PushbenchError(f"{run_dir}/{name}: cannot be packed: {text.strerror}")
                data = text.encode()
                member = tarfile.TarInfo(f"{FOLDER}/{name}")
                member.size = len(data)
                archive.addfile(member, BytesIO(data))
        temporary.replace(path)
    except OSError as error:
        raise PushbenchError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
    return path
