"""`compare-builds`: what is printed of a run of two builds, on a terminal or as Markdown, and its exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from pushbench.analysis.builds import Versus, compared
from pushbench.analysis.comparison import BETTER
from pushbench.errors import NOTHING_JUDGED
from pushbench.report.compare import exit_code
from pushbench.report.words import builds as words
from pushbench.store.records import load_run

KEY = "builds"  # of context.json


def tell(folder: Path, threshold: float, remarks: Sequence[str], as_markdown: bool, console: Console) -> int:
    """0 nothing worse, 3 something worse, 4 nothing could be judged: from what the run's folder holds."""
    run = load_run(folder)
    found = compared(run, threshold)
    builds = run.context.get(KEY, {})
    about = [words.build(letter.upper(), builds[letter]) for letter in ("a", "b") if letter in builds]
    about += [f"load generator of both sides: {builds['loadgen']}"] if "loadgen" in builds else []
    said = [*remarks, *run.remarks]
    if as_markdown:
        print(markdown(found, threshold, about, said), end="")
    else:
        _print(found, threshold, [*about, *(f"! {remark}" for remark in said)], console)
    changes = [each.change for each in found if each.change is not None]
    return exit_code(changes) if changes else NOTHING_JUDGED


def markdown(found: Sequence[Versus], threshold: float, about: Sequence[str], remarks: Sequence[str]) -> str:
    lines = [f"### {_capital(words.headline(found, threshold))}", ""]
    lines += [f"- {_bold(each, words.sentence(each, threshold))}" for each in found]
    lines += ["", *(f"> ⚠ {remark}\n" for remark in remarks), *(f"{line}  " for line in about), "", words.HOW, ""]
    return "\n".join(lines)


def _print(found: Sequence[Versus], threshold: float, about: Sequence[str], console: Console) -> None:
    console.print()
    for line in about:
        console.print(Text(line, style="dim"), soft_wrap=True)
    for each in found:
        console.print(Text(words.sentence(each, threshold), style=_style(each)), soft_wrap=True)
    console.print(Text(words.HOW, style="dim"), soft_wrap=True)
    console.print(Text(_capital(words.headline(found, threshold)), style="bold"), soft_wrap=True)


def _style(each: Versus) -> str:
    if each.change is None or each.change.is_regression:
        return "bold red"
    return "green" if each.change.verdict == BETTER else ""


def _bold(each: Versus, text: str) -> str:
    return f"**{text}**" if each.change is not None and each.change.is_regression else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
