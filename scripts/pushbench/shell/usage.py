"""What a program can be told: read from its --help, as CLI11 lays it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pushbench.errors import PushbenchError

_COLUMN = 30  # where CLI11 begins to describe an option
_NAMES = re.compile(r"-[-\w]+(?:,-[-\w]+)*")
_DEFAULT_FLAG = re.compile(r"\{\w+\}")  # CLI11 tells of a flag what it sets


@dataclass(frozen=True)
class Option:
    """`argument` is empty of a flag. `choices` are the words that it takes, where they are few and known."""

    names: tuple[str, ...]
    argument: str
    text: str
    choices: tuple[str, ...] = ()

    @property
    def takes_file(self) -> bool:
        """By its name in the help: a place in the file system."""
        return bool(re.match(r"(FILE|FOLDER|DIR|PATH)\b", self.argument))


@dataclass(frozen=True)
class OptionGroup:
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Usage:
    """A program, or one command of one. `notes` stand at the end of its help: exit codes, where more is said."""

    name: str
    about: str
    synopsis: str
    groups: tuple[OptionGroup, ...]
    notes: tuple[str, ...] = ()
    commands: tuple[Usage, ...] = ()
    operands: tuple[Option, ...] = ()  # what is told without a name, in its order

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(option for group in self.groups for option in group.options)


def parse(name: str, text: str) -> Usage:
    """Of a program's --help. What is not as expected is an error: an option that is passed over would be lost."""
    lines = text.splitlines()
    usage = next((place for place, line in enumerate(lines) if line.startswith("Usage: ")), None)
    if usage is None:
        raise PushbenchError(f"{name}: its --help has no line 'Usage: '")
    about = " ".join(line.strip() for line in lines[:usage] if line.strip())
    groups: list[tuple[str, list[str]]] = []
    notes: list[str] = []
    for line in lines[usage + 1:]:
        if line.startswith("  ") and groups:
            groups[-1][1].append(line)
        elif line.endswith(":") and not line.startswith(" "):
            groups.append((line.removesuffix(":"), []))
        elif line.strip():
            notes.append(line.strip())
    return Usage(name, about, lines[usage].removeprefix("Usage: ").removeprefix(name).strip(), tuple(
        OptionGroup(title, tuple(_options(name, body))) for title, body in groups), tuple(notes))


def _options(name: str, lines: list[str]) -> Iterator[Option]:
    heads: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("  -"):
            head, text = _apart(line)
            heads.append((head, [text] if text else []))
        elif heads and line.startswith(" " * _COLUMN):
            heads[-1][1].append(line.strip())
        else:
            raise PushbenchError(f"{name}: its --help has a line that is no option: {line.strip()!r}")
    for head, texts in heads:
        yield _option(name, head, " ".join(texts))


def _apart(line: str) -> tuple[str, str]:
    """An option and what is said of it; one that is too long for its column stands alone."""
    head, text = line[:_COLUMN], line[_COLUMN:]
    stands_alone = not text or not head.endswith(" ") or head.count("[") != head.count("]")
    return (line.strip(), "") if stands_alone else (head.strip(), text.strip())


def _option(name: str, head: str, text: str) -> Option:
    match = _NAMES.match(head)
    if match is None or not text:
        raise PushbenchError(f"{name}: its --help has an option without a name or a text: {head!r}")
    argument = _DEFAULT_FLAG.sub("", head[match.end():]).strip()
    word = argument.partition("=")[0].partition(":")[0]
    choices = tuple(word.split("|")) if re.fullmatch(r"[a-z]+(\|[a-z]+)+", word) else ()
    return Option(tuple(match[0].split(",")), argument, text, choices)
