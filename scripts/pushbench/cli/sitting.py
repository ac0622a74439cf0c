"""One sitting of a run: written down when it begins and when it ends, whatever ends it."""

from __future__ import annotations

import time
from contextlib import suppress
from types import TracebackType

from pushbench.errors import one_line
from pushbench.store import sittings
from pushbench.store.folder import RunFolder, StorageError


class OpenSitting:
    """`budget_s` is what earlier sittings left of the profile's time: a resume does not begin it anew."""

    def __init__(self, folder: RunFolder, whole_budget_s: float | None) -> None:
        self._folder = folder
        self._context = folder.read_context()
        before = sittings.records_in(folder.path)
        self._trials_before = len(before)
        self.budget_s = sittings.begin(self._context, before, whole_budget_s)
        self.is_resumed = len(sittings.sittings_in(self._context)) > 1
        self._began = time.monotonic()

    def left_s(self) -> float | None:
        return None if self.budget_s is None else max(0.0, self.budget_s - (time.monotonic() - self._began))

    def __enter__(self) -> OpenSitting:
        self._folder.write_context(self._context)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        sittings.end(self._context, _why(error), len(sittings.records_in(self._folder.path)) - self._trials_before)
        # A full disk may be what ends it, and must be what is said.
        with suppress(StorageError) if error else suppress():
            self._folder.write_context(self._context)


def _why(error: BaseException | None) -> str:
    if error is None:
        return "done"
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    return f"stopped: {one_line(str(error) or type(error).__name__, 160)}"
