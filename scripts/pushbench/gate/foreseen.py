"""What a threshold will not be judged by, as far as a plan tells: too few notifications for a percentile, or blocks
too few for an interval.

A run may add blocks in the time that is left of its profile, to what its claims need most. So a plan that is too short
is certain to be so only where all of that time would not be enough.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pushbench import prose
from pushbench.analysis import too_few
from pushbench.gate.places import Place, is_of
from pushbench.gate.threshold import Threshold
from pushbench.setup.claim_fields import DUET_METRIC
from pushbench.setup.plan import Planned, estimate_s
from pushbench.stats.estimates import MIN_BLOCKS
from pushbench.store.metrics import SHARES

Trials = Sequence[Planned]


@dataclass(frozen=True)
class Foreseen:
    """`left_s`: what the planned trials leave of the time; 0 where no block is added."""

    plan: Trials
    left_s: float = 0.0

    def why_not(self, threshold: Threshold) -> tuple[str, bool]:
        """Why the planned blocks are too short for it, or nothing; and whether it is certain that all are."""
        for side in (threshold.subject, threshold.base) if threshold.base else (threshold.subject,):
            places = self._meant(threshold, side)
            reasons = [_reason(threshold, trials, len(trials)) for trials in places]
            if places and all(reasons):
                return reasons[0], all(_reason(threshold, trials, self._most(trials)) for trials in places)
        return "", False

    def _meant(self, threshold: Threshold, side: str) -> list[Trials]:
        return [trials for (_, case, variant), trials in self._places.items()
                if _is_in(threshold, trials[0]) and threshold.case in (None, "fit", case)
                and (is_of(side, variant) if side else not trials[0].against)]

    @cached_property
    def _places(self) -> Mapping[Place, Trials]:
        found: dict[Place, list[Planned]] = defaultdict(list)
        for trial in self.plan:
            found[trial.scenario.name, trial.case, trial.variant].append(trial)
        return found

    def _most(self, trials: Trials) -> int:
        """With all the time that is left. A block that is added holds two that are compared, or a duet."""
        one = trials[0]
        others = [estimate_s(each) for each in self.plan
                  if each.scenario.name == one.scenario.name and each.variant != one.variant]
        beside = 0.0 if one.against else min(others, default=0.0)
        return len(trials) + int(max(0.0, self.left_s) / (estimate_s(one) + beside))


def _is_in(threshold: Threshold, trial: Planned) -> bool:
    """A duet of two that are compared gives their ratio of CPU, and nothing else that a threshold may name."""
    if trial.against:
        return bool(threshold.base) and threshold.metric.key == DUET_METRIC and (
            threshold.scenario in ("", trial.scenario.name, trial.scenario.of))
    return threshold.scenario in ("", trial.scenario.name)


def _reason(threshold: Threshold, trials: Trials, blocks: int) -> str:
    return next(filter(None, (each(threshold, trials[0], blocks) for each in _REASONS)), "")


def _notifications(threshold: Threshold, trial: Planned, blocks: int) -> str:
    """The percentiles of a ratio are taken in each block, those of one transport over all blocks together."""
    each = notifications_of(trial) if threshold.metric.key in SHARES else None
    if each is None:
        return ""
    at = " ".join(filter(None, (trial.scenario.name, trial.case)))
    if each == 0:
        return f"in {at} no notification is delivered"
    if threshold.base:
        why = too_few.why(threshold.metric.key, each)
        return f"a ratio has its percentiles in each block: in {at} {why}" if why else ""
    why = too_few.why(threshold.metric.key, each * blocks)
    return f"in {at} {why}" if why else ""


def _blocks(threshold: Threshold, trial: Planned, blocks: int) -> str:
    """Where one block is enough for a verdict, it is for what happened and shall never."""
    if blocks >= MIN_BLOCKS or (threshold.is_bad == ">" and threshold.limit == 0):
        return ""
    return f"{prose.plural(blocks, 'block')} of {trial.scenario.name}, an interval needs {MIN_BLOCKS}"


_REASONS: tuple[Callable[[Threshold, Planned, int], str], ...] = (_notifications, _blocks)


def notifications_of(trial: Planned) -> float | None:
    """How many it will publish; None where the plan does not tell: of a search, say, or where clients publish."""
    if trial.scenario.kind == "idle" or trial.connections == 0:
        return 0.0
    tells = trial.scenario.kind == "load" and trial.rate_per_s > 0 and not trial.scenario.values.get("behaviour")
    if not tells or any(each.publishes_itself for each in trial.transports):
        return None
    return float(math.ceil(trial.rate_per_s * trial.duration_s - 1e-9))
