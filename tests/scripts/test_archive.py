"""All trials in one archive: read as the files are."""

import io

import pytest
from pushbench.analysis.figures import Figures
from pushbench.cli import commands
from pushbench.errors import PushbenchError
from pushbench.report import planned
from pushbench.report.readme import BEGIN, END
from pushbench.store.archive import ARCHIVE, has_trials, keep, pack, trial_texts
from pushbench.store.folder import RunFolder
from pushbench.store.records import load_run
from pushbench.store.sittings import records_in
from rich.console import Console
from synthetic import make_run


def run_with(folder, **trials):
    (folder / "trials").mkdir(parents=True)
    for name, text in trials.items():
        (folder / "trials" / f"{name}.json").write_text(text)
    return folder


def test_what_was_packed_is_read_as_it_was(tmp_path):
    run, target = run_with(tmp_path / "run", a='{"x": 1}', b='{"y": "µ"}'), tmp_path / "small"
    target.mkdir()
    pack(run, target)
    assert list(trial_texts(target)) == list(trial_texts(run)) == [("a.json", '{"x": 1}'), ("b.json", '{"y": "µ"}')]
    assert has_trials(target) and has_trials(run) and not has_trials(tmp_path)


def test_the_same_trials_give_the_same_bytes(tmp_path):
    run = run_with(tmp_path / "run", a="{}", b="{}")
    first = pack(run, run).read_bytes()
    assert pack(run, run).read_bytes() == first


def test_a_broken_archive_is_one_remark_and_the_files_beside_it_are_read(tmp_path):
    run = run_with(tmp_path / "run", a="{}")
    (run / ARCHIVE).write_bytes(b"no archive")
    found = dict(trial_texts(run))
    assert found["a.json"] == "{}" and "cannot be read to its end" in str(found[ARCHIVE])


def test_a_truncated_archive_is_one_remark(tmp_path):
    run = run_with(tmp_path / "run", **{f"t{index}": '{"x": %d}' % index for index in range(50)})
    target = tmp_path / "small"
    target.mkdir()
    whole = pack(run, target).read_bytes()
    (target / ARCHIVE).write_bytes(whole[: len(whole) // 2])
    assert isinstance(dict(trial_texts(target))[ARCHIVE], OSError)


def test_a_file_beside_the_archive_is_newer_than_the_one_in_it(tmp_path):
    run = run_with(tmp_path / "run", a='{"x": 1}', b="{}")
    pack(run, run)
    (run / "trials" / "a.json").write_text('{"x": 2}')
    (run / "trials" / "b.json").unlink()
    assert dict(trial_texts(run)) == {"a.json": '{"x": 2}', "b.json": "{}"}
    assert [name for name, _ in trial_texts(run, ("b.json",))] == ["b.json"]


@pytest.mark.parametrize(("content", "why"), [(b"\xff", "a.json cannot be packed: is no UTF-8 text"),
                                              (None, "has no trials to pack")])
def test_what_cannot_be_kept_whole_leaves_the_one_before(tmp_path, content, why):
    run, target = tmp_path / "run", run_with(tmp_path / "reference", old="{}")
    (run / "trials").mkdir(parents=True)
    if content is not None:
        (run / "trials" / "a.json").write_bytes(content)
    with pytest.raises(PushbenchError, match=why):
        keep(run, target)
    assert [path.name for path in tmp_path.iterdir() if path.name != "run"] == ["reference"]
    assert list(trial_texts(target)) == [("old.json", "{}")]


def test_a_target_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(PushbenchError, match="cannot be written"):
        pack(run_with(tmp_path / "run", a="{}"), tmp_path / "nowhere")


def test_a_run_is_kept_small_and_whole_and_nothing_of_the_one_before_stays(tmp_path):
    run, target = run_with(tmp_path / "run", a="{}"), run_with(tmp_path / "reference", old="{}")
    (run / "context.json").write_text('{"run_id": "x"}')
    (target / "speed.json").write_text("{}")
    keep(run, target)
    assert sorted(path.name for path in target.iterdir()) == ["context.json", ARCHIVE]
    assert list(trial_texts(target)) == [("a.json", "{}")]


def test_a_run_that_was_kept_has_the_trials_figures_and_sittings_of_the_run_itself(tmp_path):
    run, kept = make_run(tmp_path / "run", blocks=3, variants=("sse",), scenarios=("broadcast",)), tmp_path / "kept"
    keep(run, kept)
    (whole, small), cost = (load_run(run), load_run(kept)), ("broadcast", "", "sse", "server_cpu_us_per_delivery")
    assert [trial.file for trial in small.trials] == [trial.file for trial in whole.trials]
    assert small.remarks == () and Figures(small).get(*cost).estimate == Figures(whole).get(*cost).estimate
    assert RunFolder(kept).finished() == RunFolder(run).finished() != {}
    assert records_in(kept) == records_in(run) != []
    assert len(load_run(kept, ("broadcast",)).trials) == 3
    with pytest.raises(PushbenchError, match="nothing to report"):
        load_run(kept, ("sparse",))


def test_a_broken_archive_is_named_in_the_remarks(tmp_path):
    run = make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast",))
    (run / ARCHIVE).write_bytes(b"no archive")
    (remark,) = load_run(run).remarks
    assert remark.startswith(f"{ARCHIVE} cannot be read to its end")


def test_the_command_keeps_a_run_reports_it_and_puts_what_it_says_into_the_readme(tmp_path):
    run = make_run(tmp_path / "results" / "20260101T000000Z-quick-abc", blocks=1, variants=("sse",),
                   scenarios=("broadcast",))
    (tmp_path / "README.md").write_text(f"before\n{BEGIN}{END}after\n")
    (tmp_path / "docs").mkdir()
    plans = tmp_path / "docs" / "plan.md"
    plans.write_text(f"{planned.BEGIN}{planned.END}{planned.MODEL_BEGIN}{planned.MODEL_END}")
    assert commands.reference(tmp_path, tmp_path / "results", run.name, Console(file=io.StringIO())) == 0
    kept, readme = tmp_path / "results" / "reference", (tmp_path / "README.md").read_text()
    assert (kept / "report.html").is_file() and not (kept / "trials").exists()
    assert "No plan: SSE has 1 cell of 1 scenario" in plans.read_text() and "No model: " in plans.read_text()
    assert readme.startswith("before\n") and "Can these numbers be trusted?" in readme and readme.endswith("after\n")
