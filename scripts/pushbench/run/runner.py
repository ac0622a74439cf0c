"""Runs a plan, group after group, and keeps every attempt; then spends what time is left where it tells the most."""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from pushbench.errors import one_line
from pushbench.machine.quiet import Quiet
from pushbench.run.launch import Tools
from pushbench.run.precision import Need, most_wanting
from pushbench.run.progress import Clock, Progress
from pushbench.run.trial import run_trial
from pushbench.setup.plan import Planned, one_block
from pushbench.store.folder import ATTEMPTS, Done, RunFolder

QUIET_SHARE = 0.05  # of a run's time may go into waiting for a quiet moment
QUIET_UNBOUNDED_S = 60.0  # where a run has no bound on its time
FEWEST_BLOCKS = 3
MOST_EXTRA_BLOCKS = 200  # of one comparison: whoever needs more will not get it in one run
Needs = Callable[[], Sequence[Need]]


@dataclass
class Tally:
    """How the trials of a run ended, each counted by its last attempt."""

    ok: int = 0
    invalid: int = 0
    failed: int = 0
    wall_s: float = 0.0


class Runner:
    def __init__(self, folder: RunFolder, plan: list[Planned], tools: Tools, budget_s: float | None,
                 console: Console, needs: Needs | None = None) -> None:
        self._folder = folder
        self._plan = list(plan)
        self._tools = tools
        self._budget_s = budget_s
        self._needs = needs
        self._done: dict[str, Done] = folder.finished()
        self._clock = Clock()
        self._began = time.monotonic()
        self._progress = Progress(console, len(plan))
        cores = (*tools.cores.server, *tools.cores.loadgen)
        self._quiet = Quiet(cores, QUIET_UNBOUNDED_S if budget_s is None else QUIET_SHARE * max(0.0, budget_s))

    def run(self) -> Tally:
        with self._progress:
            numbered = enumerate(list(self._plan))
            for _, group in itertools.groupby(numbered, key=lambda item: _compared(item[1])):
                members = list(group)
                if self._is_worth_it([trial for _, trial in members]):
                    self._run_group(members)
            if self._needs is not None and self._budget_s is not None:
                self._narrow(self._needs)
        return self._tally()

    def _is_worth_it(self, trials: Sequence[Planned]) -> bool:
        """Enough blocks for an interval are always run; further ones only while there is time. On a slow machine a
        run is short of blocks, not of scenarios, and ends when it said it would."""
        return trials[0].block <= FEWEST_BLOCKS or self._affords(trials)

    def _run_group(self, group: list[tuple[int, Planned]]) -> None:
        """What is compared with each other, back to back. If one of them is void, all are run again at once.

        Else the repeated one would stand minutes apart from those that it is compared with; so would the rest of a
        group in which an earlier sitting was stopped. What failed in this sitting is not repeated: what broke it
        would break it again.
        """
        trials = [trial for _, trial in group]
        attempt = max((self._done[trial.key].attempts for trial in trials if trial.key in self._done), default=1)
        earlier = [self._status(trial) for trial in trials]  # in a sitting before this one
        if "failed" in earlier or (any(earlier) and not all(earlier)):
            attempt += 1
        for index, trial in group:
            if trial.key not in self._done or self._done[trial.key].attempts < attempt:
                self._attempt(index, trial, attempt)
        after = group[-1][0] + 1
        while self._may_repeat(trials, attempt, after):
            attempt += 1
            for index, trial in group:
                self._attempt(index, trial, attempt)

    def _status(self, trial: Planned) -> str | None:
        return self._done[trial.key].status if trial.key in self._done else None

    def _attempt(self, index: int, trial: Planned, attempt: int) -> None:
        title = trial.title + (f", attempt {attempt}" if attempt > 1 else "")
        self._progress.begin(index + 1, title, self._left_s(index))
        before = self._quiet.wait()
        record = run_trial(trial, self._tools, attempt, index + 1, self._progress.step)
        record["before"] = before
        self._folder.write_trial(trial.key, record)
        self._done[trial.key] = Done(attempt, record["status"])
        self._clock.finished(trial, record["wall_s"] + before["waited_s"])
        self._progress.end(index + 1, title, record["status"], record["wall_s"], _remark(record))

    def _may_repeat(self, trials: Sequence[Planned], attempt: int, after: int) -> bool:
        """Repetitions spend only what the profile's time allows: a noisy machine must not triple a run."""
        statuses = [self._status(trial) for trial in trials]
        if "invalid" not in statuses or "failed" in statuses or attempt >= ATTEMPTS:
            return False
        return self._affords(trials, self._left_s(after))

    def _affords(self, trials: Sequence[Planned], still_to_come_s: float = 0.0) -> bool:
        if self._budget_s is None:
            return True
        spent_s = time.monotonic() - self._began
        cost_s = sum(self._clock.expected_s(trial) for trial in trials)
        return spent_s + cost_s + still_to_come_s <= self._budget_s

    def _left_s(self, index: int) -> float:
        return sum(self._clock.expected_s(trial) for trial in self._plan[index:] if trial.key not in self._done)

    def _narrow(self, needs: Needs) -> None:
        """One more block at a time, each for the comparison that lacks precision the most: see `precision`."""
        too_dear: list[Need] = []
        known = needs()  # read from all trials so far, which takes a while: once for each block that is run
        while (need := most_wanting(known, too_dear)) is not None:
            trials = self._another_block(need)
            if not trials or not self._affords(trials):
                too_dear.append(need)
                continue
            start = len(self._plan)
            self._plan += trials
            self._progress.more(len(trials))
            self._run_group(list(enumerate(trials, start)))
            known = needs()

    def _another_block(self, need: Need) -> list[Planned]:
        """A block that no trial of these has had yet, in an order of its own."""
        known = next((trial.scenario for trial in self._plan if trial.scenario.name == need.scenario), None)
        if known is None:
            return []
        last = max(trial.block for trial in self._plan
                   if trial.scenario.name == need.scenario and trial.variant in need.variants)
        for block in range(last + 1, last + 1 + MOST_EXTRA_BLOCKS):
            trials = [trial for trial in one_block(known, block, self._tools.seed) if trial.variant in need.variants]
            if trials and not any(trial.key in self._done for trial in trials):
                return trials
        return []

    def _tally(self) -> Tally:
        statuses = [self._done[trial.key].status for trial in self._plan if trial.key in self._done]
        return Tally(statuses.count("ok"), statuses.count("invalid"), statuses.count("failed"),
                     time.monotonic() - self._began)


def _compared(trial: Planned) -> tuple[object, ...]:
    """The same for all trials that are compared within one block."""
    return trial.block, trial.scenario.name, trial.case, trial.group


def _remark(record: dict[str, Any]) -> str:
    return one_line(record["error"] or "; ".join(record["invalid_because"]), 200)
