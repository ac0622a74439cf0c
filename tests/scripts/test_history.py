"""The evidence over commits: what git kept, what moved, and what is said where something is missing."""

import dataclasses
import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from pushbench.cli.main import main
from pushbench.errors import PushbenchError
from pushbench.history import commits, conduct, draw, entries
from pushbench.history.commits import Commit
from pushbench.meter.evidence import conduct as evidence
from pushbench.meter.evidence import record
from pushbench.meter.evidence.record import EventCost, Record
from pushbench.store import job_page

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "results" / "schema" / "history.schema.json").read_text())
SSE = EventCost("sse", "delivery", 542, {"sendto": 1}, 235, 0, 1, 0, 433.4)
FLOOR = EventCost("floor", "delivery", 26, {"sendto": 1}, 221, 0, 1, 0, 99)


def made(*rows: EventCost, compiler: str = "c++ 12.2.0") -> Record:
    return Record(compiler, "Release", {"clients": [5, 15]}, rows)


def fewer(instructions: int) -> Record:
    return made(dataclasses.replace(SSE, instructions=instructions), FLOOR)


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(results: Path, subject: str, found: Record | str) -> None:
    results.mkdir(parents=True, exist_ok=True)
    if isinstance(found, str):
        (results / record.FILE).write_text(found)
    else:
        record.write(found, results / record.FILE)
    git(results, "add", record.FILE)
    git(results, "commit", "-q", "-m", subject)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A repository with three records, the middle one broken, and a commit that is about something else."""
    folder = tmp_path / "tree" / "results"
    folder.mkdir(parents=True)
    git(folder.parent, "init", "-q", "-b", "main")
    commit(folder, "Count | it: «first»", made(SSE, FLOOR))
    commit(folder, "A broken one", '{"rows": 3}')
    (folder / "other").write_text("x")
    git(folder, "add", "other")
    git(folder, "commit", "-q", "-m", "Something else")
    commit(folder, "Fewer instructions", fewer(500))
    return folder


def test_each_commit_that_changed_it_is_an_entry_and_a_broken_one_a_remark(results, capsys):
    assert main(["history", "--results", str(results)]) == 0
    said = capsys.readouterr().out
    lines = [json.loads(line) for line in (results / conduct.FILE).read_text().splitlines()]
    assert [line["subject"] for line in lines] == ["Count | it: «first»", "Fewer instructions"]
    assert lines[0]["moved"] == []
    assert lines[1]["moved"] == [{"row": "SSE", "what": "instructions", "old": 542, "new": 500}]
    assert lines[1]["commit"] == git(results, "rev-parse", "HEAD").strip()
    assert "SSE: instructions 542 → 500 (-7.7 %)" in said and "is left out: its evidence.json cannot be read" in said
    assert "shallow" not in said
    assert (results / "history.svg").read_text().startswith("<?xml") and (results / "history.png").is_file()
    for line in lines:
        jsonschema.validate(line, SCHEMA)


def test_a_shallow_clone_says_so(results, tmp_path, capsys):
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{results.parent}", "shallow")
    assert main(["history", "--results", str(tmp_path / "shallow" / "results")]) == 0
    assert "! this clone is shallow, so the history begins where it was cut off: git fetch --unshallow" in (
        capsys.readouterr().out)
    assert main(["history", "--results", str(tmp_path / "shallow" / "results"), "--since", "HEAD~2"]) == 2
    assert "--since HEAD~2: git knows no such commit; this clone is shallow" in capsys.readouterr().err


def test_what_moved_since_a_commit_stands_on_the_page_of_a_job(results, tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    monkeypatch.setenv(job_page.VARIABLE, str(page))
    record.write(fewer(499), results / record.FILE)  # not committed: the tree as it is
    assert main(["history", "--results", str(results), "--since", "HEAD~3"]) == 0
    assert capsys.readouterr().out == "SSE: instructions 542 → 499 (-7.9 %)\n"
    assert page.read_text().endswith("\n\n- SSE: instructions 542 → 499 (-7.9 %)\n\n")
    assert not (results / conduct.FILE).exists()


@pytest.mark.parametrize("revision", ("nowhere", "--all", "main:results"))
def test_a_commit_that_is_none_is_a_mistake(results, revision, capsys):
    assert main(["history", "--results", str(results), f"--since={revision}"]) == 2
    assert capsys.readouterr().err == f"pushbench: --since {revision}: git knows no such commit\n"


def test_a_commit_before_any_evidence_is_told(results, capsys):
    git(results, "checkout", "-q", "--orphan", "bare")
    git(results, "rm", "-q", "--cached", "-r", ".")
    git(results, "commit", "-q", "--allow-empty", "-m", "nothing yet")
    assert main(["history", "--results", str(results), "--since", "bare"]) == 1
    assert "bare: it has no evidence.json" in capsys.readouterr().err


def test_without_git_it_is_one_line(tmp_path, capsys, monkeypatch):
    assert main(["history", "--results", str(tmp_path / "none")]) == 1
    assert "there is no such folder" in capsys.readouterr().err
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["history", "--results", str(tmp_path)]) == 1
    assert "git cannot tell its history" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PushbenchError, match="git is not installed"):
        commits.commits_of(tmp_path / record.FILE)


def test_another_compiler_is_said_before_what_moved():
    first, second = Commit("a" * 40, "2026-11-26T22:07:12+00:00", "one"), Commit("b" * 40, "2026-11-27", "two")
    texts = {first: json.dumps(made(SSE).to_json()), second: json.dumps(made(SSE, compiler="c++ 13.1").to_json())}
    found, remarks = entries.entries([first, second], lambda commit: texts[commit])
    assert remarks == [] and found[0].same_build and not found[1].same_build
    assert found[1].lines == ["another build than before: figures may differ", "nothing moved"]


def test_many_commits_fit_below_the_chart():
    of = [Commit(f"{place:040x}", f"2026-11-{1 + place % 28:02}", "x") for place in range(100)]
    found = [entries.Entry(commit, fewer(500 + place)) for place, commit in enumerate(of)]
    axes = draw.chart(found).canvas.axes
    assert len(axes) == len(draw.PANELS) and 8 <= len(axes[-1].get_xticks()) <= 16
    one = draw.chart(found[:1])
    assert len(one.canvas.axes) == len(draw.PANELS)


def test_a_check_tells_the_page_of_the_job_what_moved(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    monkeypatch.setenv(job_page.VARIABLE, str(page))
    old = made(SSE, FLOOR)
    record.write(old, tmp_path / record.FILE)
    console = Console(file=(tmp_path / "out").open("w"))
    assert evidence._compare(tmp_path / record.FILE, old, console) == 0
    assert "- nothing moved" in page.read_text()
    assert evidence._compare(tmp_path / record.FILE, made(dataclasses.replace(SSE, bytes_in=236), FLOOR), console) == 1
    assert "- SSE: bytes in 235 → 236 (+0.4 %)\n- says otherwise" in page.read_text()


def test_a_job_page_that_is_not_there_or_too_long(tmp_path, monkeypatch):
    monkeypatch.delenv(job_page.VARIABLE, raising=False)
    job_page.tell("nothing", ["of it"])
    monkeypatch.setenv(job_page.VARIABLE, str(tmp_path / "no" / "folder"))
    job_page.tell("nothing", ["of it"])
    monkeypatch.setenv(job_page.VARIABLE, str(tmp_path / "page"))
    job_page.tell("Many", [f"epoll_wait {number}" for number in range(20)])
    text = (tmp_path / "page").read_text()
    assert text.startswith("### Many\n\n<details><summary>20 lines</summary>\n\n- epoll\\_wait 0\n")


def test_labels_do_not_touch_and_stay_in_their_panel():
    placed = draw.apart([0.5, 0.5, 0.97, 0.98, 0.98])
    assert placed == sorted(placed) and placed[-1] <= 1
    assert all(after - before >= 0.1 for before, after in zip(placed, placed[1:]))
    assert draw.apart([]) == [] and draw.apart([0.3]) == [0.3]
