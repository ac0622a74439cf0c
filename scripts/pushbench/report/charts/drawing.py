"""matplotlib as it is by itself: the same results give the same charts, whatever a user has set for his own.

A matplotlibrc that is no good, or a backend that is not there, would end the import with a traceback. So this module
is imported before any other that draws.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BACKEND = "agg"
_SETTINGS = ("MPLBACKEND", "MATPLOTLIBRC")


@contextmanager
def _without_settings() -> Iterator[None]:
    """No variable, and no folder in which matplotlib would look for a matplotlibrc."""
    kept = {name: os.environ.pop(name) for name in _SETTINGS if name in os.environ}
    os.environ["MATPLOTLIBRC"] = os.devnull
    here = None
    with suppress(OSError):
        here = os.open(".", os.O_RDONLY)
    os.chdir("/")
    # It says at length that a home cannot be written, which costs only time.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        yield
    finally:
        if here is not None:
            os.chdir(here)
            os.close(here)
        del os.environ["MATPLOTLIBRC"]
        os.environ.update(kept)


if "matplotlib" not in sys.modules:
    with _without_settings():
        import matplotlib

        matplotlib.use(BACKEND)
