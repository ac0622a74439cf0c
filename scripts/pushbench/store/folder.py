"""The folder of one run: context.json and one file a trial. Written whole or not at all."""

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from pushbench.errors import PushbenchError, UsageError
from pushbench.plain import parse_json
from pushbench.store.archive import has_trials, trial_texts

REFERENCE = "reference"  # the run that is kept in the tree
BESIDE = f"{REFERENCE}-"  # beside it: runs of the profile `full`, by a name each
_NAMED = 6  # of the runs that there are, where one is asked for that is not
ATTEMPTS = 3  # an invalid trial is repeated twice; every attempt is kept
_ATTEMPT = re.compile(r"^(?P<key>.+)__a(?P<attempt>\d+)\.json$")


_ADVICE = dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "; make room there, and try again") | dict.fromkeys(
    (errno.EROFS, errno.EACCES, errno.EPERM), "; --results names another folder")


class StorageError(PushbenchError):
    """The results cannot be written: nothing that a further trial could add would be kept."""


@dataclass
class Done:
    """What is known of one trial from earlier attempts."""

    attempts: int
    status: str

    @property
    def settled(self) -> bool:
        """Nothing is left to do. A failed trial is tried again when a run is resumed."""
        return self.status == "ok" or (self.status == "invalid" and self.attempts >= ATTEMPTS)


def make_run_id(now: datetime, profile: str, tag: str) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{profile}-{tag}"


class RunFolder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.trials = path / "trials"

    @property
    def run_id(self) -> str:
        return self.path.resolve().name

    def create(self) -> None:
        try:
            self.trials.mkdir(parents=True)
        except OSError as error:
            raise UsageError(f"{self.path.parent}: results cannot be written there: {error.strerror}") from None

    def write_context(self, context: dict[str, Any]) -> None:
        _write_json(self.path / "context.json", context)

    def read_context(self) -> dict[str, Any]:
        path = self.path / "context.json"
        try:
            context = parse_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}; is that a run?") from None
        except ValueError as error:
            raise UsageError(f"{path}: is not JSON: {error}") from None
        if not isinstance(context, dict):
            raise UsageError(f"{path}: holds no JSON object; is that a run?")
        return context

    def write_trial(self, key: str, record: dict[str, Any]) -> None:
        path = self.trials / f"{key}__a{record['attempt']}.json"
        with writing(path):
            self.trials.mkdir(exist_ok=True)  # a run that was packed has none until it is resumed
        _write_json(path, record)

    def finished(self) -> dict[str, Done]:
        """By trial key. A file that cannot be read does not count as a trial: it is run again."""
        done: dict[str, Done] = {}
        for name, text in trial_texts(self.path):
            match = _ATTEMPT.match(name)
            status = _status_in(text)
            if match is None or status is None:
                continue
            attempt = int(match["attempt"])
            known = done.get(match["key"])
            if known is None or attempt > known.attempts:
                done[match["key"]] = Done(attempt, status)
        return done


def open_run(results: Path, run_id: str) -> RunFolder:
    """An existing run by its id or its folder. The list of known ones helps against typing errors.

    One that lost its context.json still has its trials: what is read of it says what is unknown.
    """
    paths = (results / run_id, Path(run_id)) if run_id else ()
    for path in (*filter(_is_run, paths), *filter(has_trials, paths)):
        return RunFolder(path)
    raise UsageError(f"unknown run \"{run_id}\" in {results}: {_known(results)}")


def _known(results: Path) -> str:
    """One's own first, the newest at the head, and the reference: those that somebody means."""
    own, kept = own_runs(results)[::-1], [name for name in known_runs(results) if is_kept(name)]
    if not own and not kept:
        return "there is none yet"
    named = (own[:_NAMED - 1] + kept + own[_NAMED - 1:])[:_NAMED]
    more = len(own) + len(kept) - len(named)
    return f"known are {', '.join(named)}" + (f" and {more} more" if more else "")


def _is_run(path: Path) -> bool:
    """One whose context.json cannot even be looked at is a run: reading it will say why not."""
    try:
        return (path / "context.json").is_file()
    except OSError:
        return True


def known_runs(results: Path) -> list[str]:
    return sorted(path.parent.name for path in results.glob("*/context.json") if path.is_file())


def own_runs(results: Path) -> list[str]:
    """Without those that came with the tree, the newest last."""
    own = [name for name in known_runs(results) if not is_kept(name)]
    return sorted(own, key=lambda name: (name[:1].isdigit(), name))  # one by a name of its own has no date


def is_kept(name: str) -> bool:
    return name == REFERENCE or name.startswith(BESIDE)


def _status_in(text: str | OSError) -> str | None:
    try:
        status = parse_json(text).get("status") if isinstance(text, str) else None
    except (ValueError, AttributeError):
        return None
    return status if status in ("ok", "invalid", "failed") else None


def _layout(value: Any, depth: int = 0) -> str:
    """A line for each member, two levels deep: a person can read it, and thousands of histogram buckets stay short."""
    if not isinstance(value, dict) or depth == 2 or not value:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    indent = " " * (depth + 1)
    members = (f"{indent}{json.dumps(key)}: {_layout(member, depth + 1)}" for key, member in value.items())
    return "{\n" + ",\n".join(members) + "\n" + " " * depth + "}"


def _write_json(path: Path, value: dict[str, Any]) -> None:
    write_text(path, _layout(value) + "\n")


def write_text(path: Path, text: str) -> None:
    """By rename, so that a full disk or a power cut leaves no half file that a resumed run would trust.

    A device or a pipe is written to, and not replaced by a file. What UTF-8 cannot hold, as the name of a file in
    another encoding, is shown as a question mark.
    """
    with written_whole(path) as file:
        file.write(text)


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """The file to write to, which takes the place of `path` once all of it is there."""
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        is_device = path.exists() and not path.is_file()
        target = path if is_device else path.with_name(path.name + ".tmp")
        try:
            with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
                yield file
            if not is_device:
                os.replace(target, path)
        except BaseException:
            if not is_device:
                with suppress(OSError):
                    target.unlink(missing_ok=True)
            raise


def make_folder(path: Path) -> None:
    with writing(path):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, "it is a file, and a folder is needed there") from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What the disk refuses is one line that names the file."""
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "")
        raise StorageError(f"{path}: cannot be written: {error.strerror or error}{advice}") from None
