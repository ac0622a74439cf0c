"""`pushbench share` shows a summary of a run and writes it where that is wished; `pushbench community` reads many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from pushbench.errors import PushbenchError
from pushbench.share import document
from pushbench.store import here
from pushbench.store.folder import make_folder, write_text
from pushbench.store.schema import fault

COMMUNITY = "community"  # in results/: the summaries that came from others


def share(run_dir: Path, folder: Path, yes: bool, ask: Callable[[str], bool] | None, console: Console) -> int:
    """All of it is shown first. `ask`: None where nobody is there to be asked, and then nothing is written."""
    made = document.of_run(run_dir)
    text = document.text_of(made)
    if wrong := fault("share", made):
        raise PushbenchError(f"{run_dir}: its summary is not as results/schema says ({wrong})")
    path = folder / document.name_of(made)
    console.print(text, end="", markup=False, highlight=False, soft_wrap=True)
    _say(console, f"These {len(text.encode()):,} bytes are all of it: no name of a host or a user, no path, no time of"
                  " day.")
    if not yes and ask is None:
        _say(console, f"not written; with --yes it is: {path} ({here.command('share', 'ARGS=--yes', '--yes')})")
        return 0
    if not yes and ask is not None and not ask(f"Write it to {path}? [y/N] "):
        _say(console, "not written")
        return 0
    make_folder(folder)
    write_text(path, text)
    _say(console, f"share: {path}")
    _say(console, "a pull request that adds this file puts it on the page of all machines;"
                  f" {here.command('community')} shows it beside them")
    return 0


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
