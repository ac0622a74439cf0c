"""Reading a run folder: whatever is broken becomes a remark, never a crash."""

import json

import pytest
from pushbench.analysis.figures import FIT, Figures
from pushbench.errors import PushbenchError
from pushbench.store.records import load_run, number_in
from synthetic import Generator, make_run, write_context


def test_a_whole_run(tmp_path):
    run = load_run(make_run(tmp_path / "run", blocks=3))
    assert (run.run_id, run.blocks, run.remarks) == ("run", 3, ())
    assert run.count("ok") == len(run.trials)


def test_unknown_and_empty_folders(tmp_path):
    with pytest.raises(PushbenchError, match="no such run folder") as unknown:
        load_run(tmp_path / "nowhere")
    assert unknown.value.exit_code == 2
    with pytest.raises(PushbenchError, match="nothing to report") as empty:
        load_run(tmp_path)
    assert empty.value.exit_code == 1


@pytest.mark.parametrize(("content", "said"), [
    ('{"scenario": "broad', "truncated"), ("[1, 2]", "no JSON object"), ('{"hello": 1}', "no trial of ours"),
    ("\x00\xff", "no UTF-8 text"), ("", "truncated"),
])
def test_broken_files_are_left_out_and_named(tmp_path, content, said):
    folder = make_run(tmp_path / "run", blocks=1, variants=("sse",))
    (folder / "trials" / "broken.json").write_bytes(content.encode("latin-1"))
    run = load_run(folder)
    assert len(run.remarks) == 1 and "broken.json" in run.remarks[0] and said in run.remarks[0]


def test_status_is_what_the_figures_allow(tmp_path):
    maker = Generator(tmp_path)
    maker.write("broadcast", "sse", 1, None)
    maker.write("broadcast", "sse", 2, {"valid": False, "invalid_because": ["3 lost"]})
    maker.write("broadcast", "sse", 3, {"valid": True}, status="great")
    assert [trial.status for trial in load_run(tmp_path).trials] == ["failed", "invalid", "failed"]
    assert "3 lost" in load_run(tmp_path).trials[1].reasons


def test_first_good_attempt_counts_never_the_best(tmp_path):
    maker = Generator(tmp_path)
    write_context(tmp_path, 1)
    for attempt, cost, status in ((1, 1.0, "invalid"), (2, 9.0, "ok"), (3, 5.0, "ok")):
        maker.write("broadcast", "sse", 1, {"server": {"cpu_us_per_delivery": cost}}, attempt=attempt,
                    status=status)
    figure = Figures(load_run(tmp_path)).get("broadcast", "", "sse", "server_cpu_us_per_delivery")
    assert figure.estimate.middle == 9.0
    assert figure.files == ("broadcast__sse__default__b1__a2.json",)


def test_memory_is_fitted_over_connection_counts(tmp_path):
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for count in (250, 500, 1000, 2500, 5000):
            each = (4096 * 100 + 1126.4 * count) / count  # 400 KiB for the process, 1.1 KiB a connection
            maker.write("idle", "sse", block, {"connections": count,
                                               "server": {"pss_bytes_per_connection": each}},
                        case=f"connections={count}")
    figure = Figures(load_run(tmp_path)).get("idle", FIT, "sse", "user_kib_per_connection")
    assert figure.estimate.middle == pytest.approx(1.1)
    assert len(figure.files) == 15 and "5 connection counts" in figure.note


def test_numbers_are_taken_only_where_they_are_numbers():
    tree = json.loads('{"a": {"b": 2, "c": true, "d": null, "e": NaN}}')
    assert number_in(tree, "a", "b") == 2
    assert [number_in(tree, "a", name) for name in "cdez"] == [None] * 4
    assert number_in(tree, "a", "b", "c") is None


def test_a_fit_says_where_it_starts_and_how_far_the_points_are_off(tmp_path):
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for count, total_kib in ((1000, 1100), (2000, 2100), (3000, 3400)):  # the line: 1150 a thousand, −100
            server = {"pss_bytes_per_connection": 1024 * total_kib / count}
            maker.write("growth", "sse", block, {"connections": count, "server": server}, case=f"connections={count}")
    fit = Figures(load_run(tmp_path)).get("growth", FIT, "sse", "user_kib_per_connection").fit
    assert fit.intercept.middle == pytest.approx(-100)
    assert fit.residual == pytest.approx(100) and fit.residual_share == pytest.approx(50 / 1050)
    assert fit.tells_residual and "fewer than 5" in fit.note
