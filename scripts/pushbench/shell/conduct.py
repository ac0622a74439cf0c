"""`pushbench shell`: writes manual pages and completions of all programs, from what their --help says."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from pushbench.errors import PushbenchError, one_line
from pushbench.run.launch import check_programs
from pushbench.shell import completions, manual
from pushbench.shell.usage import Usage, parse
from pushbench.store.folder import make_folder, write_text

MAN, BASH, ZSH, FISH = "man", "bash", "zsh", "fish"  # folders, below the one that is asked for
_ANSWERS_S = 30


def shell(bin_dir: Path, folder: Path, own: Usage, version: str, console: Console) -> int:
    names = [name for name in manual.PROGRAMS if name != own.name]
    check_programs(bin_dir, set(names))
    usages = [own, *(parse(name, _help(bin_dir / name)) for name in names)]
    for path, text in files(usages, version):
        write(folder / path, text)
    console.print(f"shell: {folder}, manual pages and completions of {len(usages)} programs", highlight=False,
                  soft_wrap=True)
    return 0


def write(path: Path, text: str) -> None:
    make_folder(path.parent)
    write_text(path, text)


def files(usages: list[Usage], version: str) -> Iterator[tuple[Path, str]]:
    """By the names under which a shell or man looks for them."""
    for usage in usages:
        yield Path(MAN) / f"{usage.name}.1", manual.page(usage, version)
        yield Path(BASH) / usage.name, completions.bash(usage)
        yield Path(ZSH) / f"_{usage.name}", completions.zsh(usage)
        yield Path(FISH) / f"{usage.name}.fish", completions.fish(usage)


def _help(program: Path) -> str:
    try:
        done = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=_ANSWERS_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PushbenchError(f"{program} --help: {one_line(str(error))}") from None
    if done.returncode != 0:
        raise PushbenchError(f"{program} --help: ended with {done.returncode}: {one_line(done.stderr)}")
    return done.stdout
