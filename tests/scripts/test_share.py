"""A run that others may read: small, as its schema says, and with nothing of whoever ran it."""

import getpass
import json
import re
import shutil
import socket
from pathlib import Path

import jsonschema
import pytest

from pushbench.cli.main import main
from pushbench.errors import UsageError
from pushbench.share import conduct, document, told
from pushbench.store.schema import fault
from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
LARGE = "reference-large"  # few very large trials: it judges nothing
CHANGED = "reference-million"  # of another number of clients than the scenario has
DUETS_ALONE = "reference-shared"
REFERENCES = sorted({path.parent.name for path in (ROOT / "results").glob("reference*/summary.json")}
                    - {LARGE, CHANGED, DUETS_ALONE})
POISON = "anna@build-host.example.org"
PLACES = "/home/anna/secret"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "results" / "reference"
    folder.mkdir(parents=True)
    for name in ("context.json", "summary.json"):
        shutil.copyfile(ROOT / "results" / "reference" / name, folder / name)
    return folder


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def told_by(run: Path, *options: str) -> int:
    return main(["share", "--results", str(run.parent), "--to", str(run.parent / "community"), run.name, *options])


@pytest.mark.parametrize("name", REFERENCES)
def test_each_reference_makes_a_summary_that_is_small_and_as_the_schema_says(name):
    made = document.of_run(ROOT / "results" / name)
    text = document.text_of(made)
    assert json.loads(text) == made and len(text.encode()) <= document.MOST_BYTES
    assert fault("share", made) == "" and made["claims"]
    assert re.fullmatch(r"[a-z0-9-]+-(default|full)-\d{4}-\d\d-\d\d-[0-9a-f]{6}\.json", document.name_of(made))


def test_a_run_of_duets_alone_has_them_to_share():
    made = document.of_run(ROOT / "results" / DUETS_ALONE)
    assert fault("share", made) == "" and len(made["duets"]) == 3 and made["claims"] == []


def test_a_run_of_a_changed_workload_is_not_shared():
    with pytest.raises(UsageError, match="its workload was changed"):
        document.of_run(ROOT / "results" / CHANGED)


def test_a_run_that_judged_nothing_has_nothing_to_share():
    with pytest.raises(UsageError, match="played no duet and judged no claim"):
        document.of_run(ROOT / "results" / LARGE)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(
        json.loads((ROOT / "results" / "schema" / "share.schema.json").read_text()))


def test_it_is_shown_and_written_only_where_that_is_wished(run, capsys):
    assert told_by(run) == 0
    shown = capsys.readouterr().out
    assert shown.startswith('{\n "kind": "pushbench summary",\n "schema_version": 1,\n "run": {"profile": "default"')
    assert "not written; with --yes it is: " in shown and not (run.parent / "community").exists()
    assert told_by(run, "--yes") == 0
    (written,) = (run.parent / "community").iterdir()
    again = capsys.readouterr().out
    assert written.read_text() in again and f"share: {written}" in again


@pytest.mark.parametrize(("answer", "files"), ((True, 1), (False, 0)))
def test_whoever_is_there_is_asked_after_it_was_shown(run, tmp_path, answer, files):
    said = (tmp_path / "said").open("w")
    asked = []

    def ask(question: str) -> bool:
        said.flush()
        asked.append((question, '"kind": "pushbench summary"' in (tmp_path / "said").read_text()))
        return answer

    assert conduct.share(run, tmp_path / "to", False, ask, Console(file=said, width=100)) == 0
    ((question, was_shown),) = asked
    assert question.startswith(f"Write it to {tmp_path / 'to'}/") and was_shown
    assert len(list((tmp_path / "to").glob("*.json"))) == files


def poisoned(value: object) -> object:
    """The same with what nobody may see in each text of a record, before and behind."""
    if isinstance(value, str):
        return f"{POISON} {value} {PLACES}"
    if isinstance(value, dict):
        return {key: poisoned(each) for key, each in value.items()}
    return [poisoned(each) for each in value] if isinstance(value, list) else value


def test_nothing_personal_comes_through_from_wherever_it_stands(run):
    """Whatever of a context holds a name or a path; of a summary, all but the names of scenarios and figures."""
    context = json.loads((run / "context.json").read_text())
    kept = {"changed": {}, "build_type": "Release", "sanitize": None}
    (run / "context.json").write_text(json.dumps({
        key: poisoned(value) for key, value in context.items()} | kept))
    summary = json.loads((run / "summary.json").read_text())
    kept = {key: summary[key] for key in ("claims", "duets", "cells", "trials", "schema_version")}
    for claim in kept["claims"]:
        claim |= {key: poisoned(claim[key]) for key in ("claim", "sentence", "conditions", "command", "note")}
    summary["calibration"]["checks"] = [check | {"seen": POISON, "file": PLACES}
                                        for check in summary["calibration"]["checks"]]
    (run / "summary.json").write_text(json.dumps({
        key: poisoned(value) for key, value in summary.items()} | kept | {"calibration": summary["calibration"]}))
    text = document.text_of(document.of_run(run))
    names = {socket.gethostname(), getpass.getuser()} - {"root", "sse"}
    processor = json.dumps(document.of_run(run)["machine"]["processor"])
    for name in ("build-host", "example", "secret", "/home", *names):
        assert name not in text.replace(processor, "")
    assert '"kernel": null' in text and '"commit": null' in text and '"day": null' in text


@pytest.mark.parametrize(("of", "text", "is_told"), (
    ("kernel", "Linux 6.1.0-42-annas-laptop x86_64", "Linux 6.1.0 x86_64"),
    ("kernel", "Linux 5.15 anna x86_64", "Linux 5.15 x86_64"),
    ("kernel", "anna", None), ("kernel", None, None), ("kernel", 7, None),
    ("os", "Debian GNU/Linux 12 (bookworm)", "Debian GNU/Linux 12"),
    ("os", "Ubuntu 24.04.1 LTS", "Ubuntu 24.04"), ("os", "annas own", None),
    ("virtualization", "kvm", "kvm"), ("virtualization", "kvm on host-7", None),
    ("cpu_model", "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz"),
    ("cpu_model", "  AMD <b>Ryzen</b> ", "AMD b Ryzen b"), ("cpu_model", "\n", None)))
def test_of_each_text_only_what_is_known_is_told(of, text, is_told):
    name = {"cpu_model": "processor"}.get(of, of)
    assert told.machine({"machine": {of: text}})[name] == is_told


@pytest.mark.parametrize(("text", "is_told"), (
    ("c++ (Debian 12.2.0-14+deb12u1) 12.2.0", "c++ 12.2.0"), ("g++ (built by anna 1.2) 13.1", "g++ 13.1"),
    ("Debian clang version 14.0.6", "clang 14.0.6"), ("/home/anna/bin/cc-wrap 3.1", None), (None, None)))
def test_a_compiler_is_told_by_name_and_version(text, is_told):
    assert told.machine({"compiler": text})["compiler"] == is_told


def test_a_profile_of_ones_own_has_no_name():
    assert told.profile({"profile": "acme-login"}) == "own" and told.profile({"profile": "full"}) == "full"
    assert told.profile({}) == "own" and told.day({"started_utc": "2026-11-27T11:38:41+00:00"}) == "2026-11-27"


@pytest.mark.parametrize(("changes", "why"), (
    ({"changed": {"connections": 200, "rate": 5}}, "its workload was changed (connections, rate)"),
    ({"build_type": "Debug"}, "was no Release build (Debug)"), ({"sanitize": "address"}, "no Release build (address)")))
def test_a_run_that_helps_nobody_is_refused(run, changes, why, capsys):
    edit(run / "context.json", **changes)
    assert told_by(run) == 2
    assert why in capsys.readouterr().err


def test_a_run_without_a_report_says_how_to_make_one(run, capsys):
    for text in ("[]", "{", '{"claims": 3}'):
        (run / "summary.json").write_text(text)
        assert told_by(run) == 2
        assert "rebuild it: make report RUN=reference" in capsys.readouterr().err
    (run / "summary.json").unlink()
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        document.of_run(run)


def test_a_run_that_judged_too_much_is_one_line(run, capsys):
    summary = json.loads((run / "summary.json").read_text())
    edit(run / "summary.json", claims=summary["claims"] * 9)
    assert told_by(run, "--yes") == 1
    assert re.search(r"the summary has \d+,\d+ bytes, and may have 20,000", capsys.readouterr().err)


def test_a_folder_that_cannot_be_made_is_one_line(run, capsys):
    (run.parent / "community").write_text("in the way")
    assert told_by(run, "--yes") == 1
    assert capsys.readouterr().err.count("\n") == 1


# ---- a run without intervals

def test_a_run_of_single_points_is_not_for_others(run, capsys):
    edit(run / "context.json", blocks=1, profile="smoke")
    for options in ((), ("--yes",)):
        assert told_by(run, *options) == 2
        said = capsys.readouterr()
        assert said.out == "" and not (run.parent / "community").exists()
        assert "its profile smoke plans 1 block, and an interval takes 3" in said.err
        assert said.err.endswith("run make bench and share that\n")


def test_a_run_that_ended_before_its_third_block_is_not_either(run, capsys):
    summary = json.loads((run / "summary.json").read_text())
    for duet in summary["duets"]:
        duet["ratio"] |= {"n": 2, "low": None, "high": None}
    for claim in summary["claims"]:
        for each in claim["primary"]:
            each |= {"low": None, "high": None}
    (run / "summary.json").write_text(json.dumps(summary))
    assert told_by(run, "--yes") == 2
    assert "none of its figures has an interval, and an interval takes 3" in capsys.readouterr().err
