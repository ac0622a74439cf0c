"""Where a threshold may look: which scenarios there are, with which transports and cases. Of a plan, or of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pushbench.errors import UsageError
from pushbench.gate.names import nearest
from pushbench.gate.threshold import Threshold
from pushbench.setup import transports

MOST_NAMED = 8
Place = tuple[str, str, str]  # scenario, case, variant


@dataclass(frozen=True)
class Places:
    """`scenarios` and `known` are names that mean something, whether they are here or not."""

    variants: Mapping[str, Mapping[str, Collection[str]]]  # by scenario and variant: its cases
    known: Collection[str] = ()

    @staticmethod
    def of(places: Iterable[Place], known: Collection[str] = ()) -> Places:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for scenario, case, variant in places:
            if case not in found[scenario][variant]:
                found[scenario][variant].append(case)
        return Places(found, known)

    def lacking(self, threshold: Threshold) -> str:
        """What a threshold names that is not here; empty where all of it is."""
        if threshold.scenario and threshold.scenario not in self.variants:
            return f"there is no scenario {threshold.scenario}; there are {_some(self.variants)}"
        where = f" in {threshold.scenario}" if threshold.scenario else ""
        here = [threshold.scenario] if threshold.scenario else list(self.variants)
        for name in filter(None, (threshold.subject, threshold.base)):
            if not any(is_of(name, variant) for scenario in here for variant in self.variants[scenario]):
                return f"there is no {name}{where}"
        cases = {case for scenario in here for each in self.variants[scenario].values() for case in each}
        if threshold.case is not None and threshold.case not in (*cases, "fit"):
            return f"there is no case {threshold.case}{where}; there are {_some(sorted(filter(None, cases)))}"
        return ""

    def refuse_unknown(self, threshold: Threshold) -> None:
        """Names that mean nothing here nor anywhere: a slip of the pen, told before it costs a run."""
        rows = {transports.base_of(side) for each in self.variants.values() for variant in each
                for side in transports.pair_of(variant) or (variant,)}
        for name in filter(None, (threshold.subject, threshold.base)):
            _refuse(threshold, "transport", transports.base_of(name), {*transports.TRANSPORTS, *rows})
        if threshold.scenario:
            _refuse(threshold, "scenario", threshold.scenario, {*self.variants, *self.known})


def _some(names: Iterable[str]) -> str:
    """A line has an end."""
    found = list(names)
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more if found else "none"


def _refuse(threshold: Threshold, what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise UsageError(f"{threshold.where}: '{threshold.text}' names no {what}: '{name}'; near are"
                         f" {', '.join(nearest(name, sorted(known)))}")


def is_of(name: str, variant: str) -> bool:
    """Whether a variant is meant by a name: 'short-poll' means each of its intervals, 'short-poll@5s' that one."""
    return any(name in (each, transports.base_of(each)) for each in transports.pair_of(variant) or (variant,))
