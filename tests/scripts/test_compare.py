"""compare: exit codes, what counts as a change, and which runs cannot be compared."""

import argparse
import json

import pytest
from pushbench.analysis.comparison import BETTER, CHANGED, EQUAL, SMALL, UNKNOWN, WORSE, Change, compare, judged
from pushbench.analysis.figures import Figures
from pushbench.cli.main import main
from pushbench.errors import PushbenchError, UsageError
from pushbench.report import compare as report
from pushbench.stats.estimates import Estimate
from pushbench.store.records import load_run
from synthetic import Generator, make_run, write_context, write_duet

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
    assert report.main(runs["old"], runs["same"], OPTIONS) == 0
    assert "no regression beyond 10 %" in capsys.readouterr().out


def test_a_regression_is_three_and_named(runs, capsys):
    assert report.main(runs["old"], runs["slow"], OPTIONS) == 3
    out = capsys.readouterr().out
    assert "regression: server CPU per delivery (µs) · broadcast · SSE +" in out
    assert out.count("regression:") == 1


def test_an_improvement_is_no_regression(runs, capsys):
    assert report.main(runs["slow"], runs["old"], OPTIONS) == 0
    assert "better" in capsys.readouterr().out


def test_the_threshold_decides(runs):
    assert report.main(runs["old"], runs["slow"], argparse.Namespace(threshold=60.0)) == 0


def test_too_few_blocks_tell_nothing_and_are_four(runs, capsys):
    assert report.main(runs["old"], runs["short"], OPTIONS) == 4
    out = capsys.readouterr().out
    assert "nothing can be told" in out and "no regression" not in out


def test_bad_usage_is_two(runs, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(PushbenchError) as error:
            report.main(runs["old"], folder, OPTIONS)
        assert error.value.exit_code == 2


@pytest.mark.parametrize("seed", range(4, 9))
def test_two_runs_of_the_same_program_flag_nothing(runs, tmp_path, seed):
    """Some 20 figures: without a correction for their number one in twenty would be called a change."""
    again = Figures(load_run(make_run(tmp_path / "run", seed=seed, scenarios=("broadcast",))))
    changes = compare(Figures(load_run(runs["old"])), again, 0.0)
    assert len(changes) > 15 and {change.verdict for change in changes} == {EQUAL}


def change(low, high, p, **more):
    even = Estimate(5, 10.0, 9.0, 11.0)
    return Change("h", "r", even, even, Estimate(5, (low * high) ** 0.5, low, high), p, **more)


def test_a_verdict_is_for_all_comparisons_together():
    """0.004 is below 0.05 alone; as the least of twenty it is 0.08, which is chance."""
    alone = judged([change(1.3, 1.5, 0.004)], 10)
    crowd = judged([change(1.3, 1.5, 0.004), *[change(0.9, 1.1, 0.5)] * 19], 10)
    assert (alone[0].verdict, crowd[0].verdict) == (WORSE, EQUAL)


@pytest.mark.parametrize(("one", "verdict"), [
    (change(1.3, 1.5, 0.001), WORSE), (change(0.6, 0.7, 0.001), BETTER), (change(1.03, 1.05, 0.001), SMALL),
    (change(1.3, 1.5, 0.3), EQUAL), (change(1.3, 1.5, None), UNKNOWN),
    (change(1.3, 1.5, 0.001, lower_is_better=False), BETTER), (change(1.3, 1.5, 0.001, is_judged=False), CHANGED)])
def test_words_by_value(one, verdict):
    assert judged([one], 10)[0].verdict == verdict


def costs(folder, factors, blocks=5, connections=1000, **settings):
    """CPU per delivery of SSE and the floor, ten µs each times its factor."""
    maker = Generator(folder, seed=len(folder.name))
    write_context(folder, blocks)
    for block in range(1, blocks + 1):
        for variant, factor in factors.items():
            result = {"schema_version": 2, "connections": connections, "rate_per_s": 20, "payload_bytes": 128,
                      "topics": 1, "duration_s": 10, "poll_interval_ms": None} | settings
            result["server"] = {"cpu_us_per_delivery": 10 * factor * maker.noise(0.01)}
            maker.write("broadcast", variant, block, result)
    return folder


def test_what_slowed_the_floor_too_is_the_machines_doing(tmp_path, capsys):
    old = costs(tmp_path / "old", {"sse": 1.0, "floor": 1.0})
    busy = costs(tmp_path / "busy", {"sse": 1.5, "floor": 1.5})
    assert report.main(old, busy, OPTIONS) == 0
    assert "changed" in capsys.readouterr().out  # the floor itself, which is nobody's regression
    worse = costs(tmp_path / "worse", {"sse": 2.0, "floor": 1.5})
    assert report.main(old, worse, OPTIONS) == 3
    alone = costs(tmp_path / "alone", {"sse": 1.5})
    assert report.main(old, alone, OPTIONS) == 3


def test_the_ratio_to_the_floor_stands_beside(tmp_path, capsys):
    old, worse = costs(tmp_path / "old", {"sse": 1.0, "floor": 1.0}), costs(tmp_path / "w", {"sse": 3.0, "floor": 1.5})
    report.main(old, worse, OPTIONS)
    out = capsys.readouterr().out
    assert "server CPU per delivery (µs), as a ratio to the floor" in out
    (change,) = [each for each in compare(*(Figures(load_run(folder)) for folder in (old, worse)), 10.0) if each.beside]
    assert change.beside.ratio.middle == pytest.approx(2.0, rel=0.03)
    assert report.main(old, costs(tmp_path / "alone", {"sse": 1.0}), OPTIONS) == 0
    assert "ratio to the floor" not in capsys.readouterr().out


def on_machine(folder, **machine):
    context = json.loads((folder / "context.json").read_text())
    context["machine"] |= machine
    (folder / "context.json").write_text(json.dumps(context))
    return folder


@pytest.mark.parametrize(("machine", "said"), [
    ({"cpu_model": "Another CPU"}, "cpu model differs: Made-up CPU → Another CPU"),
    ({"cores": 64}, "cores differs: 2 → 64")])
def test_unlike_machines_are_refused_in_one_line(tmp_path, capsys, machine, said):
    old, new = costs(tmp_path / "old", {"sse": 1.0}), on_machine(costs(tmp_path / "new", {"sse": 1.0}), **machine)
    with pytest.raises(UsageError) as refused:
        report.main(old, new, OPTIONS)
    assert f"ran on unlike machines, and their figures cannot be compared ({said})" in str(refused.value)
    assert report.main(old, new, argparse.Namespace(threshold=10.0, force=True)) == 0
    assert f"! {said}" in capsys.readouterr().out


def test_what_is_not_known_of_a_machine_is_no_difference(tmp_path):
    old, new = costs(tmp_path / "old", {"sse": 1.0}), on_machine(costs(tmp_path / "new", {"sse": 1.0}), cpu_model=None)
    assert report.main(old, new, OPTIONS) == 0


def test_another_kernel_is_told_and_may_be_what_is_compared(tmp_path, capsys):
    old, new = costs(tmp_path / "old", {"sse": 1.0}), on_machine(costs(tmp_path / "new", {"sse": 1.0}), kernel="7.0")
    assert report.main(old, new, OPTIONS) == 0 and "! kernel differs: " in capsys.readouterr().out


def test_a_run_without_some_scenario_is_compared_as_far_as_it_goes(runs, tmp_path, capsys):
    only = make_run(tmp_path / "only", scenarios=("broadcast",))
    assert report.main(runs["old"], only, OPTIONS) == 0
    assert "! only in the old run: idle" in capsys.readouterr().out


def test_markdown_for_a_pull_request(runs, capsys):
    assert main(["compare", str(runs["old"]), str(runs["slow"]), "--markdown"]) == 3
    out = capsys.readouterr().out
    assert out.startswith("### 1 regression beyond 10 % in ") and "| **WORSE** |" in out
    head, folded = out.split("<details>")
    assert "server CPU per delivery (µs) · broadcast · SSE" in head and "WebSocket" not in head
    assert "**server CPU per delivery (µs)**" in folded and out.endswith("</details>\n")
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {7}


@pytest.mark.parametrize(("setting", "said"), [
    ({"connections": 200}, "broadcast: 1,000 against 200 connections"),
    ({"rate_per_s": 50}, "broadcast: 20 against 50 notifications/s"),
    ({"payload_bytes": 1024}, "broadcast: 128 against 1,024 bytes of payload"),
    ({"topics": 10}, "broadcast: 1 against 10 topics"), ({"duration_s": 1.2}, "broadcast: 10 against 1.20 s measured")])
def test_unlike_workloads_are_refused_in_one_line(tmp_path, capsys, setting, said):
    old, new = costs(tmp_path / "old", {"sse": 1.0}), costs(tmp_path / "new", {"sse": 1.0}, **setting)
    with pytest.raises(UsageError) as refused:
        report.main(old, new, OPTIONS)
    assert said in str(refused.value) and "--force" in str(refused.value) and "\n" not in str(refused.value)
    assert report.main(old, new, argparse.Namespace(threshold=10.0, force=True)) == 0
    assert f"! {said}" in capsys.readouterr().out
    assert main(["compare", str(old), str(new)]) == 2
    assert main(["compare", str(old), str(new), "--force"]) == 0


def played(folder, factor, a="sse", b="floor", blocks=5, **more):
    """Duets in which a costs 10 µs times the factor and b costs 10."""
    maker = Generator(folder, seed=len(folder.name))
    write_context(folder, blocks)
    for block in range(1, blocks + 1):
        costs_us = [10 * factor * maker.noise(0.01) for _ in "AA"], [10 * maker.noise(0.01) for _ in "BB"]
        quads = [{"order": "ABBA", "a_us": costs_us[0], "b_us": costs_us[1]}]
        path = write_duet(maker, "broadcast", a, b, block, quads)
        told = json.loads(path.read_text())
        path.write_text(json.dumps(told | {"duet": told["duet"] | more}))
    return folder


def test_duets_are_compared_and_only_the_floor_says_who_got_worse(tmp_path, capsys):
    old, same = played(tmp_path / "old", 1.2), played(tmp_path / "again", 1.2)
    assert report.main(old, same, OPTIONS) == 0
    assert report.main(old, played(tmp_path / "worse", 1.8), OPTIONS) == 3
    assert "regression: duets, server CPU per delivery (ratio) · broadcast · SSE / Floor" in capsys.readouterr().out
    pair = {"a": "sse", "b": "websocket"}
    assert report.main(played(tmp_path / "one", 1.0, **pair), played(tmp_path / "another", 1.5, **pair), OPTIONS) == 0
    assert "changed" in capsys.readouterr().out
    with pytest.raises(UsageError, match="duet-broadcast: 1,000 against 200 connections"):
        report.main(old, played(tmp_path / "few", 1.2, connections=200), OPTIONS)


def test_slopes_over_other_counts_are_unlike(runs, tmp_path):
    fewer = make_run(tmp_path / "run", scenarios=("idle",))
    for path in (fewer / "trials").glob("*connections=5000*"):
        path.unlink()
    with pytest.raises(UsageError, match="idle: 500, 1000, 2000, 3500 and 5000 against 500, 1000, 2000 and 3500"):
        report.main(runs["old"], fewer, OPTIONS)


def test_what_a_search_finds_is_no_setting(tmp_path):
    folders = [make_run(tmp_path / name, seed=seed, variants=("sse",), scenarios=("others",))
               for seed, name in enumerate(("old", "new"), start=1)]
    rates = {json.loads(path.read_text())["result"]["rate_per_s"]
             for folder in folders for path in (folder / "trials").glob("capacity__sse__*")}
    assert len(rates) > 1 and report.main(*folders, OPTIONS) == 0


def test_a_small_change_is_seen_in_its_figures(tmp_path, capsys):
    """Bytes are counted, and scatter by nothing: two that are told apart must not read alike."""
    for name, size in (("old", 245.6), ("new", 246.2)):
        maker = Generator(tmp_path / name)
        write_context(tmp_path / name, 5)
        for block in range(1, 6):
            maker.write("broadcast", "sse", block, {"wire": {"bytes_per_delivery": size + block * 1e-6}})
    assert main(["compare", str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "245.6" in line]
    assert "246.2" in line and "+0.2% [+0.2,+0.2]" in line


def test_lines_fit_a_terminal(runs, capsys):
    report.main(runs["old"], runs["slow"], OPTIONS)
    out = capsys.readouterr().out
    assert "…" not in out and max(len(line) for line in out.splitlines() if "regression" not in line) <= 80


def test_a_narrow_terminal_loses_no_figure(runs, capsys, monkeypatch):
    def figures_in(text):
        return sum(line.count("%") for line in text.splitlines() if "regression" not in line)

    report.main(runs["old"], runs["slow"], OPTIONS)
    wide = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "40")
    report.main(runs["old"], runs["slow"], OPTIONS)
    narrow = capsys.readouterr().out
    assert figures_in(narrow) == figures_in(wide) and "…" not in narrow and " → " in narrow


@pytest.mark.parametrize("text", ["-1", "much", "nan", "inf"])
def test_a_threshold_is_a_percentage(text):
    parser = argparse.ArgumentParser()
    report.add_arguments(parser)
    assert parser.parse_args(["--threshold", "5%"]).threshold == 5
    with pytest.raises(SystemExit) as error:
        parser.parse_args(["--threshold", text])
    assert error.value.code == 2


def test_the_help_says_the_exit_codes(capsys):
    with pytest.raises(SystemExit):
        main(["compare", "--help"])
    assert "3 something is worse, 4 nothing could be judged" in " ".join(capsys.readouterr().out.split())
