"""What this package can be told, from its own parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from pushbench.shell.usage import Option, OptionGroup, Usage

COMMAND = "pushbench"


def of_parser(parser: argparse.ArgumentParser) -> Usage:
    subparsers = next(each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    helps = {each.dest: each.help or "" for each in subparsers._choices_actions}
    commands = tuple(_usage(name, helps.get(name, ""), of) for name, of in subparsers.choices.items())
    return Usage(COMMAND, parser.description or "", "COMMAND [OPTIONS]",
                 (OptionGroup("Options", tuple(_options(parser))),), (), commands)


def _usage(name: str, about: str, parser: argparse.ArgumentParser) -> Usage:
    operands = tuple(Option((), str(each.metavar or each.dest), each.help or "")
                     for each in parser._get_positional_actions())
    synopsis = " ".join(["[OPTIONS]", *(f"[{each.argument}]" if of.nargs == "?" else each.argument for each, of in zip(
        operands, parser._get_positional_actions(), strict=True))])
    return Usage(name, about, synopsis, (OptionGroup("Options", tuple(_options(parser))),),
                 (parser.epilog,) if parser.epilog else (), (), operands)


def _options(parser: argparse.ArgumentParser) -> Iterator[Option]:
    formatter = parser._get_formatter()
    for action in parser._get_optional_actions():
        takes = action.nargs != 0
        argument = str(action.metavar or action.dest.upper()) if takes else ""
        if takes and action.choices is not None and action.metavar is None:
            argument = "|".join(str(each) for each in action.choices)
        # A default that is a path of this machine is no default for a manual.
        text = formatter._expand_help(action) if action.help and action.help != argparse.SUPPRESS else ""
        yield Option(tuple(action.option_strings), argument, text,
                     tuple(str(each) for each in action.choices or ()) if takes else ())
