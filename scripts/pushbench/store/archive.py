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
MOST_BYTES = 64 << 20  # of one trial; the largest that we ever wrote has a hundredth of it


def trial_texts(run_dir: Path, scenarios: Collection[str] = ()) -> Iterator[tuple[str, str | OSError]]:
    """Name and text of each trial file, in the order of their names; an error in place of a text that has none.

    `scenarios`: those of these alone, which is quicker. A file beside the archive stands before the one of its name in
    there: it is what a resumed run wrote since.
    """
    packed, broken = _packed(run_dir / ARCHIVE, scenarios)
    files = {path.name: path for path in (run_dir / FOLDER).glob("*.json") if _is_wanted(path.name, scenarios)}
    for name in sorted(packed.keys() | files.keys()):
        yield name, read_text(files[name]) if name in files else _decoded(packed[name])
    if broken is not None:
        yield ARCHIVE, broken


def _is_wanted(name: str, scenarios: Collection[str]) -> bool:
    return name.endswith(".json") and (not scenarios or name.partition("__")[0] in scenarios)


def _packed(path: Path, scenarios: Collection[str]) -> tuple[dict[str, bytes], OSError | None]:
    """What the archive holds, as far as it can be read: the first half of one that was cut short still has trials."""
    found: dict[str, bytes] = {}
    twice: list[str] = []
    if not path.is_file():
        return found, None
    try:
        with tarfile.open(path, "r:xz") as archive:
            for member in archive:
                name = Path(member.name).name
                file = archive.extractfile(member) if member.isfile() and _is_wanted(name, scenarios) else None
                if file is not None and name in found:  # two runs in one: which of them it is nobody can tell
                    twice.append(name)
                elif file is not None:
                    found[name] = file.read(MOST_BYTES + 1)
    except (OSError, lzma.LZMAError, tarfile.TarError, EOFError) as error:
        return found, OSError(0, f"cannot be read to its end ({str(error) or type(error).__name__})")
    if twice:
        more = f", and {len(twice) - 1} more" if twice[1:] else ""
        return found, OSError(0, f"holds {twice[0]} twice{more}: of each the second is")
    return found, None


def read_text(path: Path) -> str | OSError:
    try:
        if path.exists() and not path.is_file():
            return OSError(0, "is no file")  # a pipe would be waited for, for ever
        with path.open("rb") as file:
            return _decoded(file.read(MOST_BYTES + 1))
    except OSError as error:
        return error


def _decoded(data: bytes) -> str | OSError:
    if len(data) > MOST_BYTES:
        return OSError(0, f"has more than {MOST_BYTES >> 20} MiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return OSError(0, "is no UTF-8 text")


def has_trials(run_dir: Path) -> bool:
    try:
        return (run_dir / ARCHIVE).is_file() or any((run_dir / FOLDER).glob("*.json"))
    except OSError:  # a folder that nobody may look into, or a name that is too long for one
        return False


def keep(run_dir: Path, target: Path) -> None:
    """A run as it is kept in git: its own JSON files as they are, its trials in one archive. What else stood there
    before is of another run, and goes, once all of this one is there. Report and charts are written anew from it."""
    new = target.with_name(target.name + ".new")
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for path in sorted(run_dir.glob("*.json")):
            shutil.copyfile(path, new / path.name)
        pack(run_dir, new)
        if target.exists():
            shutil.rmtree(target)
        new.rename(target)
    except OSError as error:
        raise PushbenchError(f"{target}: cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def pack(run_dir: Path, target: Path) -> Path:
    """All trials of a run in one archive. The same trials give the same bytes: git sees no change where none is."""
    path = target / ARCHIVE
    temporary = path.with_name(path.name + ".tmp")
    texts = list(trial_texts(run_dir))
    if not texts:
        raise PushbenchError(f"{run_dir}: has no trials to pack")
    try:
        with tarfile.open(temporary, "w:xz", format=tarfile.PAX_FORMAT) as archive:
            for name, text in texts:
                if isinstance(text, OSError):
                    raise PushbenchError(f"{run_dir}: {name} cannot be packed: {text.strerror}")
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
