"""Code that is counted: by value from made-up trees, the record of this tree, and a claim that rests on it."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.measures import DEPENDS, HOLDS, MISSING, SAME, findings
from pushbench.analysis.verdicts import judge, overall
from pushbench.cli.main import main
from pushbench.errors import PushbenchError, UsageError
from pushbench.meter.complexity import browser
from pushbench.meter.complexity.conduct import changed
from pushbench.meter.complexity.count import TOOLS, counted, proved, read_pmccabe, readable
from pushbench.meter.complexity.tools import read_cloc
from pushbench.report.web import page
from pushbench.setup.claims import load_claims
from pushbench.setup.duties import DUTIES, FOLDERS, Counting, load
from pushbench.store.counted import BROWSER, FILE, PROGRAMS, SIDES, CodeSize, Complexity, Duty, copy_into, read, write
from pushbench.store.records import load_run
from synthetic import make_run

ROOT = Path(__file__).resolve().parents[2]
has_tools = pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason="needs cloc and pmccabe")
CODE = """#include <string>
// a comment, and client's own

namespace pushbench::sse {

class Reader final : public Base {
 public:
    int first(int a) const override { return a ? 1'000 : 2; }
};

std::string second(int a) {
    const auto text = R"({"if":")";
    if (a > 600'000 && text) return text;
    switch (a) {
        case 1: return "x";
        case 2: return "y";
        default: return "z";
    }
}

}  // namespace pushbench::sse
"""


def size(folder, side, branches, lines=100):
    return CodeSize(folder, side, 2, lines, 5, branches + 5, branches, 3)


def record(branches, lines=100):
    """`branches` of the folders on both sides."""
    rows = tuple(size(folder, side, count, lines) for folder, count in branches.items() for side in SIDES)
    return Complexity({"cloc": "1"}, rows, {"a.cpp": "left out"}, (Duty("sse", "resume", "who", "how", "a.cpp", 3),))


def tree(folder, code=CODE):
    for name in FOLDERS:
        for place in (f"servers/{name}", f"loadgen/transport/{name}"):
            (folder / place).mkdir(parents=True)
            (folder / place / "code.cpp").write_text(code)
    (folder / "servers" / "sse" / "beside.cpp").write_text(code)
    return folder


@has_tools
def test_a_tree_is_counted(tmp_path):
    found = counted(tree(tmp_path), Counting({"servers/sse/beside.cpp": "beside"}, ()))
    assert {(row.folder, row.side) for row in found.rows} == {(name, side) for name in FOLDERS for side in PROGRAMS}
    # first: one conditional; second: if, &&, two cases.
    assert {row.code_branches for row in found.rows} == {1 + 4} and {row.functions for row in found.rows} == {2}
    assert {(row.code_mccabe, row.most, row.code_lines, row.files) for row in found.rows} == {(7, 5, 16, 1)}


@has_tools
def test_what_is_left_out_must_be_there(tmp_path):
    with pytest.raises(PushbenchError, match="left_out: there is no servers/sse/gone.cpp"):
        counted(tree(tmp_path), Counting({"servers/sse/gone.cpp": "why"}, ()))


@has_tools
def test_code_that_the_tool_cannot_read_is_no_count(tmp_path):
    with pytest.raises(PushbenchError, match="pmccabe failed: "):
        counted(tree(tmp_path, "int f() { if (1) { \n"), Counting({}, ()))


PAGE = """// a comment
export function connect(on) {
  const open = (wait = 5) => { if (on.over && wait) on.state(wait ?? 1); };
  open();
}
"""


@has_tools
@pytest.mark.skipif(browser.version(ROOT) is None, reason="needs npm ci --prefix examples")
def test_what_a_page_runs_is_counted(tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "client.js").write_text(PAGE)
    (row,) = browser.rows(tmp_path, {"sse": "client.js"})
    # open: a default value, if, && and ??.
    assert row == CodeSize("sse", BROWSER, 1, 4, 2, 6, 4, 5)
    (tmp_path / "client.js").write_text("export function {")
    with pytest.raises(PushbenchError, match="Parsing error"):
        browser.rows(tmp_path, {"sse": "client.js"})


def test_without_eslint_the_browsers_side_is_left_as_it_was(tmp_path):
    assert browser.version(tmp_path) is None
    now = record({"sse": 10})
    without = Complexity({"cloc": "2"}, tuple(row for row in now.rows if row.side != BROWSER), {}, now.duties)
    kept = without.with_browser_of(Complexity({"cloc": "1", "eslint": "9"}, now.rows, {}, ()))
    assert set(kept.rows) == set(now.rows) and kept.tools == {"cloc": "2", "eslint": "9"}
    assert not [line for line in changed(now, without) if BROWSER in line]


def test_without_the_tools_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(PushbenchError, match="cloc and pmccabe not found.*: apt install cloc pmccabe"):
        counted(tmp_path, Counting({}, ()))


def test_what_ends_a_text_too_early_is_taken_out():
    assert readable("a(600'000, 'x', R\"(it's \")\") // client's") == "a(600000, 'x', \"\") // clients"
    assert readable("namespace a::b {\nstruct C final {\nint f() const noexcept override;") == (
        "namespace b {\nstruct C {\nint f() const;")


def test_what_the_tools_say_is_read_or_refused():
    assert read_pmccabe("1\t5\t8\t29\t9\tx.cpp(29): a::b\n2\t2\t1\t1\t1\tx.cpp(1): c\n") == [5, 2]
    assert read_cloc('{"SUM": {"code": 12}}') == 12
    said = [{"filePath": "/a.js", "messages": [{"message": "'a' has a complexity of 3. Maximum allowed is 0."}]}]
    assert browser.read_eslint(json.dumps(said)) == {Path("/a.js"): [3]}
    other = '[{"filePath": "/a.js", "messages": [{"message": "no"}]}]'
    for reader, text in ((read_pmccabe, "not a table"), (read_cloc, "{}"), (read_cloc, ""), (browser.read_eslint, "{"),
                         (browser.read_eslint, "[{}]"), (browser.read_eslint, other)):
        with pytest.raises(PushbenchError):
            reader(text)


def test_every_duty_of_every_transport_is_proved_by_a_line_that_is_there():
    found = proved(ROOT, load().duties)
    assert {(each.folder, each.duty) for each in found} == {(folder, duty) for folder in FOLDERS for duty in DUTIES}
    markers = {(each.folder, each.duty): each.marker for each in load().duties}
    for each in found:
        assert markers[each.folder, each.duty] in (ROOT / each.file).read_text().splitlines()[each.line - 1]


@pytest.mark.parametrize(("marker", "times"), [("nowhere", 0), ("twice", 2)])
def test_a_proof_that_is_gone_or_vague_is_an_error(tmp_path, marker, times):
    (tmp_path / "a.cpp").write_text("twice\ntwice\n")
    (told, *_) = load().duties
    wrong = type(told)(told.folder, told.duty, "who", "how", "a.cpp", marker)
    with pytest.raises(PushbenchError, match=f'"{marker}" stands {times} times in a.cpp, and must stand there once'):
        proved(tmp_path, [wrong])


@pytest.mark.parametrize(("text", "said"), [
    ("", "nothing says who does the"), ("[[duty]]\nfolder = 'sse'", 'the key "duty" is missing'),
    ("[[duty]]\nfolder = 'smoke'\nduty = 'auth'\nwho = 'a'\nhow = 'a'\nfile = 'a'\nmarker = 'a'",
     'folder = "smoke": must be one of sse, websocket, polling'),
    ("[left_out]\nx = 1", "x: must be a text"),
    ("[browser]\nsse = 1", "sse: must be a text"), ("[more]", 'unknown key "more"')])
def test_a_mistake_in_the_file_is_one_clear_line(tmp_path, text, said):
    (tmp_path / "complexity.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load(tmp_path / "complexity.toml")
    assert said in str(caught.value) and "\n" not in str(caught.value)


@has_tools
def test_the_record_fits_this_tree():
    """Whoever changes a transport's folder commits what `make complexity` then writes."""
    assert changed(read(ROOT / "results" / FILE), counted(ROOT, load())) == []


def test_the_record_is_as_its_schema_says():
    schema = json.loads((ROOT / "results" / "schema" / "complexity.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    found = json.loads((ROOT / "results" / FILE).read_text())
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(found)) == []
    del found["rows"][0]["most"]
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(found)) != []


def test_a_record_that_no_longer_fits_says_where():
    now = record({"sse": 10, "websocket": 20})
    assert changed(now, now) == []
    assert changed(record({"sse": 10, "websocket": 21}), now) == [
        f"{side}, websocket: the code has changed since it was counted: run make complexity" for side in SIDES]
    assert changed(None, now) == ["results/complexity.json is missing or cannot be read: run make complexity"]
    moved = Complexity(now.tools, now.rows, now.left_out, ())
    assert changed(moved, now) == [
        "what a transport leaves to others, or where it is proved, has changed: run make complexity"]


@has_tools
def test_the_command_writes_and_checks(tmp_path, capsys):
    assert main(["complexity", "--results", str(tmp_path), "--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert main(["complexity", "--results", str(tmp_path)]) == 0
    assert main(["complexity", "--results", str(tmp_path), "--check"]) == 0


def test_the_record_is_read_as_it_was_written(tmp_path):
    found = record({"sse": 10})
    write(found, tmp_path / FILE)
    assert read(tmp_path / FILE) == found
    (tmp_path / "run").mkdir()
    copy_into(tmp_path / "run", tmp_path)
    assert read(tmp_path / "run" / FILE) == found
    for text in ("", "[]", '{"rows": [{"folder": "sse"}]}'):
        (tmp_path / FILE).write_text(text)
        assert read(tmp_path / FILE) is None


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("complexity") / "run", blocks=3,
                    scenarios=("sparse", "broadcast", "stream"))


def judged(folder, found):
    (folder / FILE).unlink(missing_ok=True)
    if found is not None:
        write(found, folder / FILE)
    (claim,) = [claim for claim in load_claims() if claim.id == "R5"]
    return claim, judge(claim, Figures(load_run(folder)))


@pytest.mark.parametrize(("branches", "verdict"), [
    ({"sse": 10, "websocket": 25, "polling": 12}, HOLDS), ({"sse": 10, "websocket": 10, "polling": 12}, SAME)])
def test_a_part_that_rests_on_counted_code_is_judged_by_it(ran, branches, verdict):
    claim, _ = judged(ran, record(branches))
    found = findings(claim.primary, Figures(load_run(ran)))
    assert [(each.workload, each.verdict) for each in found] == [("servers", verdict), ("loadgen", verdict)]
    assert found[0].estimate.middle == branches["websocket"] / 10 and "against 10" in found[0].why


def test_the_claim_has_no_verdict_without_its_cost_and_none_without_its_code(ran):
    claim, judgement = judged(ran, record({"sse": 10, "websocket": 25, "polling": 12}))
    assert judgement.verdict == MISSING  # no duets in this run
    said = "Branches in the code, WebSocket / SSE: 2.50 in servers and 2.50 in loadgen: more,"
    assert judgement.finding.startswith(said)
    assert "the scenarios duet-sparse, duet-broadcast and duet-stream were not run" in judgement.finding
    assert claim.command.startswith("make complexity && make bench ARGS='--only duet-sparse")
    _, without = judged(ran, None)
    assert "the code of this run was not counted in servers and loadgen" in without.finding


@pytest.mark.parametrize(("cost", "verdict"), [(SAME, DEPENDS), (HOLDS, HOLDS), (MISSING, MISSING)])
def test_both_parts_decide(ran, cost, verdict):
    claim, judgement = judged(ran, record({"sse": 10, "websocket": 25, "polling": 12}))
    code = [each.verdict for each in judgement.primary if each.measure is claim.primary]
    assert code == [HOLDS, HOLDS] and len(judgement.primary) == len(code) + 3
    assert overall(claim.primary, code + [cost] * 3) == verdict


def test_the_page_shows_what_was_counted(ran):
    judged(ran, record({"sse": 10, "websocket": 25, "polling": 12}))
    text = page.build(ran).read_text()
    assert "what it leaves to an application" in text and "a.cpp:3" in text and "left out" in text
