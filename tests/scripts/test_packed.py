"""A run whose trials lie in one archive says what it said before it was packed, by every command."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest
from rich.console import Console

from pushbench.cli import commands
from pushbench.cli.main import main
from pushbench.report.findings import analyse
from pushbench.report.readme import BEGIN, END
from pushbench.report.web import page
from pushbench.store.archive import ARCHIVE, keep
from pushbench.store.folder import RunFolder
from pushbench.store.records import load_run
from pushbench.store.sittings import records_in
from synthetic import make_run

RUN = "20260101T000000Z-quick-aaaaaa"


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> tuple[Path, Path]:
    """The same run as files and packed."""
    results = tmp_path_factory.mktemp("results")
    run, packed = results / RUN, results / "reference"
    make_run(run, blocks=3, scenarios=("sparse", "broadcast", "idle", "duets"))
    keep(run, packed)
    return run, packed


def test_all_its_figures_duets_and_sittings_are_the_same(runs):
    run, packed = runs
    assert not (packed / "trials").exists() and load_run(packed).trials == load_run(run).trials
    assert [trial.scenario for trial in load_run(packed, ("idle",)).trials] == ["idle"] * 90
    assert RunFolder(packed).finished() == RunFolder(run).finished() and records_in(packed) == records_in(run)
    before, after = analyse(run), analyse(packed)
    assert [each.ratio for each in after.duets] == [each.ratio for each in before.duets] and len(after.duets) == 15
    assert [each.estimate for each in after.figures.all()] == [each.estimate for each in before.figures.all()]
    assert after.first.lead == before.first.lead and not after.run.remarks


def test_its_report_says_where_the_files_are(runs):
    of_files, of_archive = (page.render(analyse(run), charts=[]) for run in runs)
    name = "idle__sse__connections=500__b1__a1.json"
    assert f'<a href="trials/{name.replace("=", "%3D")}">{name}</a>' in of_files
    assert ARCHIVE not in of_files
    assert f'<a href="{ARCHIVE}">' in of_archive and f">{name}<" in of_archive and 'href="trials/' not in of_archive


def test_report_csv_and_compare_read_it(runs, tmp_path, capsys):
    results = tmp_path / "results"
    for run in runs:
        shutil.copytree(run, results / run.name)
    for command in (["report", "reference"], ["csv", RUN], ["csv", "reference"], ["compare", RUN, "reference"]):
        assert main([*command, "--results", str(results)]) == 0
    assert (results / RUN / "trials.csv").read_text() == (results / "reference" / "trials.csv").read_text()
    assert "no regression beyond 10 %" in capsys.readouterr().out
    shutil.rmtree(results / RUN / "trials")
    (results / "reference").rename(results / "20270101T000000Z-quick-bbbbbb")
    console = Console(file=(tmp_path / "printed").open("w"))
    assert commands.find_run(results, None, console).name == "20270101T000000Z-quick-bbbbbb"


def test_half_an_archive_is_a_remark_and_what_it_still_holds_is_shown(runs, tmp_path):
    shutil.copytree(runs[1], tmp_path / "run")
    path = tmp_path / "run" / ARCHIVE
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    analysis = analyse(tmp_path / "run")
    assert 0 < len(analysis.run.trials) < len(load_run(runs[0]).trials)
    assert f"{ARCHIVE} cannot be read to its end" in page.render(analysis, charts=[])


def test_what_a_resumed_run_writes_stands_beside_the_archive(runs, tmp_path):
    shutil.copytree(runs[1], tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    folder.write_trial("idle__sse__connections=500__b1", {"attempt": 2, "status": "failed"})
    assert folder.finished()["idle__sse__connections=500__b1"].attempts == 2


def test_a_run_becomes_the_reference_by_one_command(runs, tmp_path):
    (tmp_path / "README.md").write_text(f"before\n{BEGIN}old\n{END}after\n")
    console = Console(file=(tmp_path / "printed").open("w"))
    assert commands.reference(tmp_path, runs[0].parent, RUN, console) == 0
    reference = tmp_path / "results" / "reference"
    assert (reference / ARCHIVE).is_file() and not (reference / "trials").exists()
    with tarfile.open(reference / ARCHIVE) as archive:
        text = archive.extractfile("trials/idle__sse__connections=500__b1__a1.json").read()
    assert json.loads(text)["variant"] == "sse"
    said = (tmp_path / "README.md").read_text()
    assert ">\nold\n<" not in said and "results/reference/charts/which-one.svg" in said
    assert (reference / "charts" / "which-one.svg").is_file() and (reference / "report.html").is_file()
