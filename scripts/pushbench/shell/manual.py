"""Manual pages, as man(7) has them."""

from __future__ import annotations

import re

from pushbench.shell.usage import Option, Usage

PROGRAMS = ("pushbench", "loadgen", "push_server", "polling_server", "websocket_server", "sse_server")


def page(usage: Usage, version: str) -> str:
    """One page: what it is, how it is called, what it can be told, how it ends."""
    lines = [f'.TH {usage.name.upper()} 1 "" "pushbench {version}" "pushbench"', ".SH NAME",
             f"{_plain(usage.name)} \\- {_plain(_first_sentence(usage.about))}", ".SH SYNOPSIS",
             f".B {_plain(usage.name)}", _plain(usage.synopsis), ".SH DESCRIPTION", _plain(usage.about)]
    for command in usage.commands:
        lines += _command(usage.name, command)
    for group in usage.groups:
        lines.append(f".SH {_plain(group.title.upper())}")
        lines += [line for option in group.options for line in _option(option)]
    if usage.notes:
        lines.append(".SH NOTES")
        lines += [line for note in usage.notes for line in (".PP", _plain(note))]
    lines += [".SH SEE ALSO", _see_also(usage.name)]
    return "\n".join(lines) + "\n"


def _see_also(name: str) -> str:
    return ", ".join(f"\\fB{_plain(each)}\\fR(1)" for each in PROGRAMS if each != name)


def _command(program: str, command: Usage) -> list[str]:
    lines = [f".SH {_plain(program.upper())} {_plain(command.name.upper())}",
             f".B {_plain(program)} {_plain(command.name)}", _plain(command.synopsis), ".PP", _plain(command.about)]
    lines += [line for operand in command.operands for line in _option(operand)]
    lines += [line for option in command.options for line in _option(option)]
    return lines + [line for note in command.notes for line in (".PP", _plain(note))]


def _option(option: Option) -> list[str]:
    names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in option.names)
    argument = f"\\fI{_plain(option.argument)}\\fR" if option.argument else ""
    return [".TP", f"{names} {argument}".strip(), _plain(option.text) or "\\&"]


def _first_sentence(text: str) -> str:
    """As a list of pages shows it: without its full stop, and it goes on from the name."""
    first = re.split(r"(?<=[.?!])\s", text)[0].removesuffix(".")
    return first[:1].lower() + first[1:]


def _plain(text: str) -> str:
    """Text that roff takes as it is: no escape, no request at the beginning of a line, a minus that can be copied."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in ("'", ".") else escaped
