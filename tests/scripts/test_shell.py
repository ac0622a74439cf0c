"""Manual pages and completions: what is read of a help, and that each option of each program is in each of them."""

import argparse
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pushbench.cli.main import _parser, main
from pushbench.errors import PushbenchError
from pushbench.shell import completions, conduct, manual
from pushbench.shell.own import of_parser
from pushbench.shell.usage import Option, parse

HELP = """Delivers things. Well.
Usage: thing [OPTIONS]

Options:
  -h,--help                   Print this help message and exit
  --listen ADDRESS=127.0.0.1:8080
                              Where subscribers connect; port 0 picks a free one
  --history UINT:UINT in [1 - 16777216]=1024
                              Notifications kept per topic
  --target URL=127.0.0.1:8080 HOST:PORT of one, with {i} in it: as 'a' or [b]
  --framing shared|beast=shared
                              shared: once; beast: Beast's own
  --tokens FILE               one token a line


For calibrating a meter:
  --no-resume{false}          who comes back does not say
                              how far it had come

Exit: 0 measured, 2 wrong usage.
More: docs/loadgen.md.
"""


def test_a_help_is_read_as_its_options():
    found = parse("thing", HELP)
    assert (found.about, found.synopsis) == ("Delivers things. Well.", "[OPTIONS]")
    assert [group.title for group in found.groups] == ["Options", "For calibrating a meter"]
    assert found.notes == ("Exit: 0 measured, 2 wrong usage.", "More: docs/loadgen.md.")
    assert found.options == (
        Option(("-h", "--help"), "", "Print this help message and exit"),
        Option(("--listen",), "ADDRESS=127.0.0.1:8080", "Where subscribers connect; port 0 picks a free one"),
        Option(("--history",), "UINT:UINT in [1 - 16777216]=1024", "Notifications kept per topic"),
        Option(("--target",), "URL=127.0.0.1:8080", "HOST:PORT of one, with {i} in it: as 'a' or [b]"),
        Option(("--framing",), "shared|beast=shared", "shared: once; beast: Beast's own", ("shared", "beast")),
        Option(("--tokens",), "FILE", "one token a line"),
        Option(("--no-resume",), "", "who comes back does not say how far it had come"))
    assert [option.takes_file for option in found.options][-2:] == [True, False]


@pytest.mark.parametrize(("text", "why"), (
    ("thing: not found\n", "has no line 'Usage: '"),
    ("Usage: thing\n\nOptions:\n  stray\n", "a line that is no option"),
    ("Usage: thing\n\nOptions:\n  --lonely\n", "an option without a name or a text: '--lonely'")))
def test_a_help_that_is_none_is_an_error(text, why):
    with pytest.raises(PushbenchError, match=why):
        parse("thing", text)


def test_a_page_says_all_and_nothing_that_roff_would_take_for_itself():
    page = manual.page(parse("thing", HELP.replace("one token a line", ".so /etc/passwd \\n")), "1.2.3")
    assert page.startswith('.TH THING 1 "" "pushbench 1.2.3" "pushbench"\n.SH NAME\nthing \\- delivers things\n')
    assert "\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nPrint this" in page and "\n\\&.so /etc/passwd \\en\n" in page
    assert ".SH FOR CALIBRATING A METER\n.TP\n\\fB\\-\\-no\\-resume\\fR\nwho comes back" in page
    assert ".PP\nExit: 0 measured, 2 wrong usage.\n" in page


def test_what_a_shell_would_take_for_itself_is_quoted():
    odd = parse("thing", HELP.replace("one token a line", "it's a $(rm) `x` [b]: \\ %"))
    assert "'*--tokens[it'\\''s a $(rm) `x` \\[b\\]\\: \\\\ %]:FILE:_files'" in completions.zsh(odd)
    assert "-l tokens -r -d 'it\\'s a $(rm) `x` [b]: \\\\ %'" in completions.fish(odd)
    assert "$(rm)" not in completions.bash(odd)


def test_the_own_parser_is_read_with_its_commands():
    parser = argparse.ArgumentParser(description="Asks.")
    parser.add_argument("--version", action="version", version="1")
    subparsers = parser.add_subparsers(required=True)
    bench = subparsers.add_parser("bench", help="run it", epilog="exit code: 0")
    bench.add_argument("run_id", nargs="?", metavar="RUN", help="which one")
    bench.add_argument("--minutes", type=int, default=3, help="(default: %(default)s)")
    bench.add_argument("--program", choices=("a", "b"))
    found = of_parser(parser)
    (command,) = found.commands
    assert (found.name, command.name, command.about, command.synopsis) == (
        "pushbench", "bench", "run it", "[OPTIONS] [RUN]")
    assert command.operands == (Option((), "RUN", "which one"),) and command.notes == ("exit code: 0",)
    assert command.options[1:] == (Option(("--minutes",), "MINUTES", "(default: 3)"),
                                   Option(("--program",), "a|b", "", ("a", "b")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all programs, where they are built; else of this package alone."""
    folder = tmp_path_factory.mktemp("shell")
    build = os.environ.get("PUSHBENCH_BUILD")
    if build and (Path(build).resolve() / "bin" / "push_server").exists():
        assert main(["shell", "--build", build, "--to", str(folder)]) == 0
    else:
        for path, text in conduct.files([of_parser(_parser())], "1.0"):
            conduct.write(folder / path, text)
    return folder


def options_of(program: str) -> list[str]:
    """By another way than the one on trial: all words of the help that begin with two dashes and stand at its left."""
    if program == "pushbench":
        subparsers = next(each for each in _parser()._actions if isinstance(each, argparse._SubParsersAction))
        return sorted({name for parser in subparsers.choices.values() for name in parser._option_string_actions})
    text = subprocess.run([Path(os.environ["PUSHBENCH_BUILD"]) / "bin" / program, "--help"], capture_output=True,
                          text=True, check=True).stdout
    return re.findall(r"^  (?:-\w,)?(--[\w-]+)", text, re.MULTILINE)


def test_each_option_of_each_program_is_in_each_file(made):
    pages = sorted((made / conduct.MAN).iterdir())
    for path in pages:
        program = path.stem
        texts = {"man": re.sub(r"\\f.", "", path.read_text().replace("\\-", "-")),
                 "bash": (made / "bash" / program).read_text(),
                 "zsh": (made / "zsh" / f"_{program}").read_text(),
                 "fish": (made / "fish" / f"{program}.fish").read_text()}
        names = options_of(program)
        assert len(names) >= 2
        for name in names:
            for kind, text in texts.items():
                spelled = f"-l {name[2:]}" if kind == "fish" and name.startswith("--") else (
                    f"-s {name[1:]}" if kind == "fish" else name)
                assert re.search(rf"(?<![\w-]){re.escape(spelled)}(?![\w-])", text), f"{program} {kind}: {name}"


def test_no_path_of_this_machine_is_in_them(made):
    here = str(Path(__file__).resolve().parents[2])
    assert [path for path in made.rglob("*") if path.is_file() and here in path.read_text()] == []


@pytest.mark.parametrize(("shell", "options"), (("bash", "-n"), ("zsh", "-n"), ("fish", "-n")))
def test_a_shell_takes_them(made, shell, options):
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}: apt-get install {shell}")
    for path in (made / shell).iterdir():
        done = subprocess.run([shell, options, path], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), path


def test_bash_completes_commands_options_and_words(made):
    script = f"""source {made}/bash/pushbench
    complete_at() {{ COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _pushbench; printf '%s ' "${{COMPREPLY[@]}}"; echo; }}
    complete_at pushbench ben
    complete_at pushbench bench --on
    complete_at pushbench soak --program we
    complete_at pushbench report --results /t"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:4] == ["bench ", "--only ", "websocket_server ", " "]


def test_man_reads_each_page_without_a_complaint(made):
    if shutil.which("groff") is None:
        pytest.skip("needs groff: apt-get install groff")
    for path in (made / conduct.MAN).iterdir():
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", path], capture_output=True, text=True,
                              check=True)
        assert done.stderr == "", path


def test_each_command_looks_for_runs_where_the_environment_says(monkeypatch, tmp_path):
    """An installed command has a tree of its own, in which nobody may write and none of one's runs lie."""
    monkeypatch.setenv("PUSHBENCH_RESULTS", str(tmp_path))
    subparsers = next(each for each in _parser()._actions if isinstance(each, argparse._SubParsersAction))
    asked = {name: of.get_default("results") for name, of in subparsers.choices.items() if of.get_default("results")}
    assert asked == dict.fromkeys(asked, tmp_path)
    assert {"bench", "compare", "csv", "gate", "out", "report"} <= {*asked}
