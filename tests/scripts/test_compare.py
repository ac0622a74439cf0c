"""compare: exit codes, and what counts as a change."""

import argparse

import pytest
from pushbench.errors import PushbenchError
from pushbench.report import compare
from synthetic import make_run

OPTIONS = argparse.Namespace(threshold=10.0)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    some = ("broadcast", "idle")
    return {"old": make_run(folder / "old", seed=1, scenarios=some),
            "same": make_run(folder / "same", seed=2, scenarios=some),
            "slow": make_run(folder / "slow", seed=3, slower=1.4, scenarios=some),
            "short": make_run(folder / "short", blocks=1, slower=2.0, scenarios=some)}


def test_no_regression_is_zero(runs, capsys):
    assert compare.main(runs["old"], runs["same"], OPTIONS) == 0
    assert "no regression beyond 10 %" in capsys.readouterr().out


def test_a_regression_is_one_and_named(runs, capsys):
    assert compare.main(runs["old"], runs["slow"], OPTIONS) == 1
    out = capsys.readouterr().out
    assert "regression: server CPU per delivery · broadcast · SSE" in out
    assert "regression: server CPU per delivery · broadcast · WebSocket" not in out


def test_an_improvement_is_no_regression(runs, capsys):
    assert compare.main(runs["slow"], runs["old"], OPTIONS) == 0
    assert "better" in capsys.readouterr().out


def test_the_threshold_decides(runs):
    assert compare.main(runs["old"], runs["slow"], argparse.Namespace(threshold=60.0)) == 0


def test_too_few_blocks_tell_nothing(runs, capsys):
    assert compare.main(runs["old"], runs["short"], OPTIONS) == 0
    assert "nothing can be told" in capsys.readouterr().out


def test_bad_usage_is_two(runs, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(PushbenchError) as error:
            compare.main(runs["old"], folder, OPTIONS)
        assert error.value.exit_code == 2


def test_lines_fit_a_terminal(runs, capsys):
    compare.main(runs["old"], runs["slow"], OPTIONS)
    assert "…" not in capsys.readouterr().out


@pytest.mark.parametrize("text", ["-1", "much", "nan", "inf"])
def test_a_threshold_is_a_percentage(text):
    parser = argparse.ArgumentParser()
    compare.add_arguments(parser)
    assert parser.parse_args(["--threshold", "5%"]).threshold == 5
    with pytest.raises(SystemExit) as error:
        parser.parse_args(["--threshold", text])
    assert error.value.code == 2
