"""The one kind of error that a person is meant to read."""

from __future__ import annotations


class PushbenchError(Exception):
    """Shown as one line without a traceback; `exit_code` becomes the exit code of the process.

    1 = something failed, 2 = the command was used wrongly.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
