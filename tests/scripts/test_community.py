"""Many machines on one page: what is read, what is left out and why, and where a figure stands."""

import copy
import json
import math
import re
from pathlib import Path

import pytest

from pushbench.cli.main import main
from pushbench.share import axis, document, folder, forest, page
from pushbench.setup import claims
from pushbench.store.schema import fault

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "results" / "community"


@pytest.fixture(scope="module")
def reference() -> dict:
    return document.of_run(ROOT / "results" / "reference")


@pytest.fixture
def summaries(tmp_path: Path, reference) -> Path:
    made = tmp_path / "summaries"
    made.mkdir()
    (made / "one.json").write_text(document.text_of(reference))
    return made


def put(summaries: Path, name: str, made: object) -> None:
    (summaries / name).write_text(json.dumps(made))


def changed(made: dict, *path: object, to: object) -> dict:
    """A copy in which the value at `path` is another."""
    found = part = copy.deepcopy(made)
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = to
    return found


def test_those_of_our_own_are_as_the_schema_says_and_on_the_page():
    shared, left_out = folder.read(OURS)
    assert left_out == [] and len(shared) >= 3 and len({each.name for each in shared}) >= 2
    text = (OURS / page.FILE).read_text()
    assert all(each.id in text for each in shared)
    assert text == page.render(shared, left_out), "make community writes it anew"


def test_the_page_follows_what_the_tree_says_now(summaries, reference):
    page.again(summaries)
    assert not (summaries / page.FILE).exists(), "only a page that somebody wanted is written once more"
    (summaries / page.FILE).write_text("old")
    page.again(summaries)
    assert (summaries / page.FILE).read_text().startswith("<!doctype html>")


def test_a_folder_becomes_one_page_without_a_network(summaries, reference, capsys):
    other = changed(changed(reference, "machine", "processor", to="Some Other CPU"),
                    "run", "day", to="2026-11-28")
    put(summaries, "two.json", other)
    assert main(["community", str(summaries)]) == 0
    assert capsys.readouterr().out == f"community: {summaries / page.FILE}, 2 runs\n"
    text = (summaries / page.FILE).read_text()
    assert text.count('<tr id="m-') == 2 and "Some Other CPU" in text
    assert re.findall(r"(?:src|href)=[\"'](?!#)", text) == [] and "http" not in re.sub(r"http-equiv", "", text)
    for claim in reference["claims"]:
        assert f'id="claim-{claim["id"]}"' in text
    assert "no practical difference on 2" in text


@pytest.mark.parametrize(("text", "why"), (
    ("", "is no complete JSON (truncated?)"), ('{"kind": "pushbench summary"', "is no complete JSON (truncated?)"),
    ("[" * 9000, "is no complete JSON (truncated?)"), ("[]", "is no summary of pushbench"),
    ('{"name": "some-package"}', "is no summary of pushbench"),
    ('{"kind": "pushbench summary", "schema_version": 9}', "has schema version 9, known is 1"),
    ('{"kind": "pushbench summary", "schema_version": 1}', "is not as results/schema/share.schema.json says"),
    ('"' + "x" * 30_000 + '"', "has more than 20,000 bytes")))
def test_a_broken_or_foreign_file_is_named_and_left_out(summaries, text, why, capsys):
    (summaries / "foreign.json").write_text(text)
    assert main(["community", str(summaries)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 and said[0].startswith(f"! foreign.json {why}") and said[0].endswith(": left out")
    assert "foreign.json" in (summaries / page.FILE).read_text()


def test_what_is_no_file_or_no_text_is_left_out(summaries):
    (summaries / "folder.json").mkdir()
    (summaries / "bytes.json").write_bytes(b"\xff\xfe\x00")
    (summaries / "gone.json").symlink_to(summaries / "nowhere")
    shared, left_out = folder.read(summaries)
    assert len(shared) == 1 and [line.split()[0] for line in left_out] == ["bytes.json", "folder.json", "gone.json"]


@pytest.mark.parametrize(("path", "to"), (
    (("duets", 0, "middle"), -1), (("duets", 0, "middle"), 1e9), (("duets", 0, "low"), 99),
    (("duets", 0, "high"), None), (("duets", 0, "a"), "<script>"),
    (("claims", 0, "verdict"), "wins"), (("claims", 0, "id"), "../x"),
    (("machine", "processor"), "<img src=x>"), (("machine", "host"), "anna"), (("figures", 0, "middle"), 1e300),
    (("claims", 0, "measures", 0, "middle"), "1"), (("run", "day"), "yesterday")))
def test_figures_that_cannot_be_are_left_out(summaries, reference, path, to):
    put(summaries, "odd.json", changed(reference, *path, to=to))
    shared, left_out = folder.read(summaries)
    assert len(shared) == 1 and re.match(r"odd\.json is not as results/schema/share\.schema\.json says \(.+\)",
                                         left_out[0])


def test_numbers_that_are_none_are_left_out(summaries, reference):
    text = document.text_of(reference)
    for name, number in (("inf.json", "1e999"), ("nan.json", "NaN")):
        (summaries / name).write_text(re.sub(r'"middle": [\d.]+', f'"middle": {number}', text, count=1))
    shared, left_out = folder.read(summaries)
    assert len(shared) == 1 and len(left_out) == 2


def test_the_same_twice_counts_once(summaries, reference):
    put(summaries, "two.json", reference)
    shared, left_out = folder.read(summaries)
    assert len(shared) == 1 and left_out == ["two.json says the same as one.json: left out"]


def test_an_empty_folder_and_none_are_one_line_each(tmp_path, capsys):
    assert main(["community", str(tmp_path)]) == 1
    assert "holds no summary that can be read; make share writes one" in capsys.readouterr().err
    assert main(["community", str(tmp_path / "none")]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_names_from_outside_stay_text(summaries, reference):
    title = "a<b> & \"c\" 'd'"
    of = changed(reference, "claims", 0, "measures", 0, "title", to=title)
    put(summaries, "x'\"<i>.json", changed(of, "claims", 0, "id", to="Z9"))
    shared, left_out = folder.read(summaries)
    text = page.render(shared, left_out)
    assert len(shared) == 2 and "<i>.json" not in text and title not in text and "a&lt;b&gt; &amp;" in text
    assert "A claim that this pushbench does not have." in text


def test_unknown_transports_and_figures_are_shown_by_their_names(summaries, reference):
    of = changed(reference, "claims", 0, "measures", 0, "subject", to="carrier-pigeon@3")
    of = changed(of, "claims", 0, "measures", 0, "metric", to="feathers")
    put(summaries, "two.json", of)
    shared, left_out = folder.read(summaries)
    assert left_out == [] and "carrier-pigeon" in page.render(shared, left_out)


def test_a_measure_is_one_panel_with_a_row_a_machine(reference):
    shared = [folder.Shared(f"{name}.json", reference) for name in "abc"]
    panels = forest.duets(shared, "sse", "websocket")
    assert panels and all(len(panel.rows) == 3 and panel.line == 1 for panel in panels)
    for panel in panels:
        for row in panel.rows:
            assert row.from_to[0] <= row.at <= row.from_to[1]
    found = {claim.id: claim for claim in forest.of_claims(shared, claims.load_claims())}
    assert found["R1"].verdicts == "no practical difference on 3" and found["R1"].text.startswith("SSE uses fewer")
    assert all(panel.band == pytest.approx((1 / 1.1, 1.1)) for panel in found["R1"].panels)
    assert list(found) == sorted(found, key=lambda name: (not name.startswith("R"), len(name), name))


def test_a_figure_without_an_interval_is_a_dot_alone(reference):
    bare = changed(changed(reference, "duets", 0, "low", to=None), "duets", 0, "high", to=None)
    assert fault("share", bare) == ""
    duet = bare["duets"][0]
    (panel, *_) = forest.duets([folder.Shared("a.json", bare)], duet["a"], duet["b"])
    assert panel.rows[0].from_to is None and panel.rows[0].interval == "" and panel.rows[0].leaves == (False, False)


def test_an_axis_holds_all_figures_and_cuts_what_is_many_times_as_wide():
    found = axis.axis([0.98, 1.02], [0.9, 1.1, 1e-5, 1e5], [1 / 1.1, 1.1, 1.0], True)
    assert found.holds(0.9) and found.holds(1.1) and not found.holds(1e5) and not found.holds(1e-5)
    assert found.place(1.0) == pytest.approx(50, abs=2) and found.place(1e5) == 100 and found.place(1e-5) == 0
    flat = axis.axis([5.0], [], [], False)
    assert flat.low < 5 < flat.high and 0 < flat.place(5.0) < 100
    assert axis.axis([0.0], [], [], False).holds(0.0)


@pytest.mark.parametrize(("low", "high", "log"), ((0.9, 1.1, True), (0.001, 900.0, True), (0.4, 5.2, True),
                                                  (-3.0, 8.0, False), (0.0, 1e12, False), (3.001, 3.002, False)))
def test_marks_are_a_few_round_numbers_within(low, high, log):
    marks = axis.Axis(low, high, log).marks()
    assert 1 <= len(marks) <= 5 and all(low <= mark <= high for mark in marks) and marks == sorted(marks)
    assert all(math.isfinite(mark) for mark in marks)
