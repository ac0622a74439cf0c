"""Reads bench/scenarios/*.toml: one file a scenario, and profiles.toml, which says what each profile changes."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pushbench.errors import UsageError
from pushbench.setup.changes import options, refuse_unknown, refuse_unnamed
from pushbench.setup.fields import EACH_CLIENT, FIELDS, KINDS, OF_THE_WORKLOAD
from pushbench.setup.tables import read_keys, read_toml, shown
from pushbench.setup.transports import TRANSPORTS, base_of, pair_name
from pushbench.units import parse_duration_s

PROFILES_FILE = "profiles.toml"
_WHAT = "a scenario"
_READERS = {key: field.read for key, field in FIELDS.items()}
_WITHOUT_ADMIN = ("load", "idle", "capacity")
_FIXED = ("question", "kind")  # what a profile may not change: then it would be another scenario


@dataclass(frozen=True)
class Scenario:
    """One scenario with a profile's changes applied. Durations in seconds, sizes in bytes."""

    name: str
    values: Mapping[str, Any]

    def __getattr__(self, key: str) -> Any:
        try:
            return self.__dict__["values"][key]
        except KeyError:
            raise AttributeError(key) from None

    def to_json(self) -> dict[str, Any]:
        """As context.json records it, so that a resumed run can tell whether the question has changed."""
        return {key: _plain(value) for key, value in sorted(self.values.items())}


@dataclass(frozen=True)
class Profile:
    name: str
    about: str
    budget_s: float | None
    scenarios: tuple[Scenario, ...] = dataclasses.field(default=())


def load_profile(folder: Path, name: str, only: tuple[str, ...] = (),
                 changes: Mapping[str, Any] = MappingProxyType({})) -> Profile:
    """The profile with its scenarios resolved. Every mistake is a UsageError that names file, key and value.

    `changes` are of all scenarios in `only`: what the command line has in the place of the files' own values.
    """
    refuse_unnamed(changes, only)
    path = folder / PROFILES_FILE
    profiles = read_toml(path, _WHAT)
    if name not in profiles:
        raise UsageError(f"unknown profile \"{name}\": known are {', '.join(profiles)}")
    table = profiles[name]
    _check_profile_keys(path, name, table)
    overrides = table.get("override", {})
    listed = _scenario_names(path, name, table)
    for scenario in overrides:
        if scenario not in listed:
            raise UsageError(f"unknown scenario \"{scenario}\": profile {name} of {path} has {', '.join(listed)}")
    chosen = [scenario for scenario in listed if not only or scenario in only]
    # Whoever asks for a scenario by its name need not put it into a profile first.
    chosen += [_that_exists(folder, scenario) for scenario in dict.fromkeys(only) if scenario not in listed]
    return Profile(
        name=name,
        about=str(table.get("about", "")),
        budget_s=_profile_budget_s(path, name, table),
        scenarios=tuple(_changed(load_scenario(folder, each, overrides, f"{path} [{name}.override"), changes)
                        for each in chosen),
    )


def _changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    refuse_unknown(changes, scenario.name, scenario.values)
    values = {**scenario.values, **{key: FIELDS[key].read(value) for key, value in changes.items()}}
    _check_together(f"{scenario.name} with {options(changes)}", values["kind"], values)
    return Scenario(scenario.name, values)


def known_scenarios(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("*.toml") if path.name != PROFILES_FILE))


def _that_exists(folder: Path, scenario: str) -> str:
    known = known_scenarios(folder)
    if scenario not in known:
        raise UsageError(f"unknown scenario \"{scenario}\": there is no {folder / scenario}.toml; known are"
                         f" {', '.join(known)}")
    return scenario


def load_scenario(folder: Path, name: str, overrides: dict[str, Any], overrides_from: str) -> Scenario:
    """`overrides` are those of all scenarios: what a profile changes in a workload holds in its duets as well."""
    path, changes, changes_from = folder / f"{name}.toml", overrides.get(name, {}), f"{overrides_from}.{name}]"
    values = read_keys(str(path), read_toml(path, _WHAT), _READERS)
    for key in _FIXED:
        if isinstance(changes, dict) and key in changes:
            raise UsageError(f"{changes_from}: {key}: a profile cannot change it; write a new scenario")
    values |= read_keys(changes_from, changes, _READERS)
    values = _completed(str(path), values)
    if values["kind"] == "duet":
        values |= _of_the_workload(folder, path, values, overrides, overrides_from)
    return Scenario(name, values)


def _of_the_workload(folder: Path, path: Path, values: dict[str, Any], overrides: dict[str, Any],
                     overrides_from: str) -> dict[str, Any]:
    """What a duet has from its workload, and the transports that it needs."""
    name = values["of"]
    if not (folder / f"{name}.toml").is_file() or name == path.stem:
        raise UsageError(f"{path}: of = \"{name}\": is no other scenario in {folder}; known are"
                         f" {', '.join(known_scenarios(folder))}")
    unfit = UsageError(f"{path}: of = \"{name}\": must be a scenario of kind \"load\" with clients and without cases")
    if read_toml(folder / f"{name}.toml", _WHAT).get("kind") == "duet":  # looked at first: two may be of each other
        raise unfit
    workload = load_scenario(folder, name, overrides, overrides_from)
    if workload.kind != "load" or workload.cases or not workload.connections:
        raise unfit
    topics = workload.connections if workload.topics == EACH_CLIENT else workload.topics
    if workload.connections % topics:
        raise UsageError(f"{path}: of = \"{name}\": its {workload.connections} connections cannot be shared out evenly"
                         f" over {topics} topics, and a window of a duet must know what it delivers")
    taken = {key: workload.values[key] for key in OF_THE_WORKLOAD if key in workload.values}
    return taken | {"transports": tuple(dict.fromkeys(each for pair in values["pairs"] for each in pair))}


def _completed(source: str, values: dict[str, Any]) -> dict[str, Any]:
    """Fills in defaults, and refuses what is missing or means nothing for this kind."""
    kind = values.get("kind")
    if kind is None:
        raise UsageError(f"{source}: the key \"kind\" is missing; it must be one of {', '.join(KINDS)}")
    for key, field in FIELDS.items():
        if key in values and kind not in field.kinds:
            raise UsageError(f"{source}: {key} = {shown(values[key])}: a scenario of kind \"{kind}\" has no such key")
        if key not in values and kind in field.required:
            raise UsageError(f"{source}: the key \"{key}\" is missing; a scenario of kind \"{kind}\" needs it")
    _check_together(source, kind, values)
    defaults = {key: field.default for key, field in FIELDS.items()
                if field.default is not None and kind in field.kinds}
    return {**defaults, **values}


def _check_together(source: str, kind: str, values: dict[str, Any]) -> None:
    """What only two keys together can get wrong."""
    varied = next(iter(values.get("cases", {})), None)
    _check_foreign(source, kind, values)
    if kind == "duet":
        return _check_blocks_of(source, values, {pair_name(*pair) for pair in values["pairs"]})
    if "connections" not in values and varied != "connections":
        raise UsageError(f"{source}: the key \"connections\" is missing; give it, or a list of it under [cases]")
    if kind not in ("load", "intake") and values.get("connections") == 0:
        raise UsageError(f"{source}: connections = 0: only a scenario of kind \"load\" can do without clients")
    if kind == "intake" and values.get("connections") != 0:
        raise UsageError(f"{source}: connections = {values.get('connections')}: must be 0 in a scenario of kind"
                         " \"intake\", where nobody listens")
    if kind == "intake" and "rate" not in values and varied != "rate":
        raise UsageError(f"{source}: the key \"rate\" is missing; give it, or a list of it under [cases]")
    if kind == "load" and sum(key in values or varied == key for key in ("rate", "rate_per_client", "gap")) != 1:
        raise UsageError(f"{source}: give one of \"rate\" (of all topics together), \"rate_per_client\" and \"gap\"")
    if ("gap" in values or varied == "gap") and values.get("topics") != EACH_CLIENT:
        raise UsageError(f"{source}: gap: is that of a client's own topic; give topics = \"{EACH_CLIENT}\"")
    if kind == "idle" and varied in ("rate", "payload"):
        raise UsageError(f"{source}: cases = {varied}: an idle scenario publishes nothing")
    if kind == "scale" and (alone := [name for name in values["transports"] if not TRANSPORTS[name].shares_port]):
        raise UsageError(f"{source}: transports = {', '.join(alone)}: cannot be run as several servers on one port;"
                         f" those that can: {', '.join(name for name, row in TRANSPORTS.items() if row.shares_port)}")
    known = next(iter(values.get("cases", {}).values()), ())
    for variant, chosen in values.get("only", {}).items():
        if base_of(variant) not in values["transports"] or not set(chosen) <= set(known):
            raise UsageError(f"{source}: only.{variant} = {list(chosen)}: must name a variant of this scenario"
                             f" and cases out of {list(known)}")
    for variant in values.get("durations", {}):
        if base_of(variant) not in values["transports"]:
            raise UsageError(f"{source}: durations.{variant}: must name a variant of this scenario")
    _check_blocks_of(source, values, set(values["transports"]))
    if kind == "capacity" and values["rate_start"] > values["rate_max"]:
        raise UsageError(f"{source}: rate_start = {values['rate_start']:g}: must not be over rate_max"
                         f" = {values['rate_max']:g}")


def _check_foreign(source: str, kind: str, values: dict[str, Any]) -> None:
    named = values.get("transports") or [name for pair in values.get("pairs", ()) for name in pair]
    foreign = [name for name in named if base_of(name) in TRANSPORTS and TRANSPORTS[base_of(name)].is_foreign]
    if foreign and kind not in _WITHOUT_ADMIN:
        raise UsageError(f"{source}: {', '.join(foreign)}: has no admin port, which a scenario of kind \"{kind}\""
                         f" needs; those that do not: {', '.join(_WITHOUT_ADMIN)}")


def _check_blocks_of(source: str, values: dict[str, Any], known: set[str]) -> None:
    for variant, blocks in values.get("blocks_of", {}).items():
        if base_of(variant) not in known or blocks > values["blocks"]:
            raise UsageError(f"{source}: blocks_of.{variant} = {blocks}: must name a variant of this scenario"
                             f" and be no more than its blocks, {values['blocks']}")


def _check_profile_keys(path: Path, name: str, table: Any) -> None:
    known = ("about", "budget", "scenarios", "override")
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {name}: a profile is a table with {', '.join(known)}")
    for key in table:
        if key not in known:
            raise UsageError(f"{path}: [{name}]: unknown key \"{key}\"; known are {', '.join(known)}")
    if not isinstance(table.get("override", {}), dict):
        raise UsageError(f"{path}: [{name}]: override must be a table of scenarios")


def _scenario_names(path: Path, name: str, table: dict[str, Any]) -> list[str]:
    names = table.get("scenarios")
    if not isinstance(names, list) or not names or not all(isinstance(each, str) for each in names):
        raise UsageError(f"{path}: [{name}]: scenarios = {shown(names)}: must be a list of scenario names")
    if twice := next((each for each in names if names.count(each) > 1), None):
        raise UsageError(f"{path}: [{name}]: scenarios: \"{twice}\" is there twice")
    return names


def _profile_budget_s(path: Path, name: str, table: dict[str, Any]) -> float | None:
    if "budget" not in table:
        return None
    try:
        return parse_duration_s(table["budget"])
    except ValueError as error:
        raise UsageError(f"{path}: [{name}]: budget = {shown(table['budget'])}: {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value
