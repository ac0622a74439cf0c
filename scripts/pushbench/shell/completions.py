"""Completions for bash, zsh and fish: each option by its name, its words where they are known, files where it takes
one."""

from __future__ import annotations

from collections.abc import Iterable

from pushbench.shell.usage import Option, Usage

_MADE = "made from --help by pushbench shell"


def bash(usage: Usage) -> str:
    name = usage.name.replace("-", "_")
    lines = [f"# bash completion for {usage.name}, {_MADE}", f"_{name}() {{",
             '    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=""']
    if usage.commands:
        lines += ["    local each", '    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
                  '        [[ $each == -* ]] || { command=$each; break; }', "    done"]
    lines.append("    case $command,$before in")
    for of in (usage, *usage.commands):
        lines += _bash_values(of, "" if of is usage else of.name)
    lines += ["    esac", "    case $command in"]
    for command in usage.commands:
        lines.append(f"        {command.name}) {_bash_words(_names(command))} ;;")
    rest = [*_names(usage), *(each.name for each in usage.commands)]
    lines += [f"        *) {_bash_words(rest)} ;;", "    esac", "}", f"complete -o default -F _{name} {usage.name}"]
    return "\n".join(lines) + "\n"


def _bash_values(usage: Usage, command: str) -> Iterable[str]:
    for option in usage.options:
        if option.argument:
            patterns = "|".join(f"{command},{name}" for name in option.names)
            if option.choices:
                yield f"        {patterns}) {_bash_words(option.choices)}; return ;;"
            else:  # by -o default: files
                yield f"        {patterns}) COMPREPLY=(); return ;;"


def _bash_words(words: Iterable[str]) -> str:
    return f"mapfile -t COMPREPLY < <(compgen -W '{' '.join(words)}' -- \"$word\")"


def zsh(usage: Usage) -> str:
    lines = [f"#compdef {usage.name}", f"# zsh completion for {usage.name}, {_MADE}", ""]
    if not usage.commands:
        return "\n".join([*lines, *_zsh_arguments(usage)]) + "\n"
    lines += ["local -a commands", "commands=("]
    lines += [f"  {_zsh_quoted(f'{each.name}:{each.about}')}" for each in usage.commands]
    lines += [")", "if (( CURRENT == 2 )); then", "  _describe command commands",
              f"  compadd -- {' '.join(_names(usage))}", "  return", "fi", "local command=$words[2]", "shift words",
              "(( CURRENT-- ))", "case $command in"]
    for command in usage.commands:
        lines += [f"  {command.name})", *(f"    {line}" for line in _zsh_arguments(command)), "    ;;"]
    return "\n".join([*lines, "esac"]) + "\n"


def _zsh_arguments(usage: Usage) -> list[str]:
    specs = []
    for option in usage.options:
        for name in option.names:
            spec = f"*{name}[{_zsh_text(option.text)}]"
            if option.argument:
                what = f"({' '.join(option.choices)})" if option.choices else "_files" if option.takes_file else " "
                spec += f":{_zsh_text(option.argument)}:{what}"
            specs.append(_zsh_quoted(spec))
    return ["_arguments \\", *(f"  {spec} \\" for spec in specs), "  '*:file:_files'"]


def _zsh_text(text: str) -> str:
    """Within a description: no bracket or colon that would end it."""
    return "".join(f"\\{each}" if each in "[]:\\" else each for each in text)


def _zsh_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def fish(usage: Usage) -> str:
    lines = [f"# fish completion for {usage.name}, {_MADE}"]
    if usage.commands:
        lines += [f"complete -c {usage.name} -n __fish_use_subcommand -f -a {each.name} -d {_fish_quoted(each.about)}"
                  for each in usage.commands]
    for of in (usage, *usage.commands):
        if of is not usage:
            condition = f" -n '__fish_seen_subcommand_from {of.name}'"
        else:
            condition = " -n __fish_use_subcommand" if usage.commands else ""
        lines += [f"complete -c {usage.name}{condition} {_fish_option(option)}" for option in of.options]
    return "\n".join(lines) + "\n"


def _fish_option(option: Option) -> str:
    parts = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    if option.argument:
        parts.append("-r")  # it takes something: a file, if nothing else is known
        if option.choices:
            parts.append(f"-f -a {_fish_quoted(' '.join(option.choices))}")
        elif not option.takes_file:
            parts.append("-f")
    return " ".join([*parts, f"-d {_fish_quoted(option.text)}"])


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _names(usage: Usage) -> list[str]:
    return [name for option in usage.options for name in option.names]
