"""`pushbench history`: a JSON line a commit, a chart, and on the terminal what each commit moved."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from pushbench.errors import PushbenchError
from pushbench.history import commits
from pushbench.history.commits import Commit
from pushbench.history.entries import Entry, entries, json_lines, parse
from pushbench.meter.evidence import check, record
from pushbench.store import job_page
from pushbench.store.folder import write_text

FILE = "history.jsonl"
SHALLOW = ("this clone is shallow, so the history begins where it was cut off: git fetch --unshallow brings the rest")


def history(results: Path, console: Console) -> int:
    """0: written. What cannot be read of a commit is said, and the others go on."""
    file = results / record.FILE
    found, remarks = entries(commits.commits_of(file), lambda commit: commits.text_at(file, commit.name))
    if not found:
        raise PushbenchError(f"no commit has a readable {record.FILE} in {results}; `make evidence` writes it, and a"
                             " commit keeps it")
    for entry in found:
        _say(entry, console)
    for remark in remarks + ([SHALLOW] if commits.is_shallow(results) else []):
        console.print(f"! {remark}", markup=False, highlight=False, soft_wrap=True)
    write_text(results / FILE, json_lines(found))
    _draw(found, results, console)
    console.print(f"history: {results / FILE}, a line for each of {len(found)} commits", highlight=False,
                  soft_wrap=True)
    return 0


def _say(entry: Entry, console: Console) -> None:
    commit = entry.commit
    console.print(f"{commit.short} {commit.committed[:10]} {commit.subject}", markup=False, highlight=False,
                  soft_wrap=True)
    for line in entry.lines:
        console.print(f"    {line}", markup=False, highlight=False, soft_wrap=True)


def _draw(found: list[Entry], folder: Path, console: Console) -> None:
    from pushbench.history import draw  # here: matplotlib takes a second to load
    from pushbench.report.charts import style

    chart = style.save(draw.chart(found), folder)
    console.print(f"chart: {chart.svg}, {chart.png.name}", highlight=False, soft_wrap=True)


def since(results: Path, revision: str, console: Console) -> int:
    """What moved between a commit and the tree as it is: for a pull request. Also on the page of a CI job."""
    file = results / record.FILE
    name = commits.must_be_commit(results, revision)
    before, why = parse(commits.text_at(file, name))
    now, remark = record.read(file)
    if now is None:
        raise PushbenchError(f"{file}: {remark or 'is not there'}; `make evidence` writes it")
    if before is None:
        raise PushbenchError(f"{revision}: {why}, so there is nothing to hold the tree against")
    entry = Entry(Commit(name, "", ""), now, tuple(check.changes(before, now)), check.is_same_build(before, now))
    for line in entry.lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    job_page.tell(f"Evidence: what moved since {name[:commits.SHORT]}", entry.lines)
    return 0
