"""Runs a plan, trial after trial, and keeps every attempt."""

import itertools
import time
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from pushbench.errors import one_line
from pushbench.run.launch import Tools
from pushbench.run.progress import Clock, Progress
from pushbench.run.trial import run_trial
from pushbench.setup.plan import Trial
from pushbench.store.folder import ATTEMPTS, Done, RunFolder


@dataclass
class Tally:
    """How the trials of a run ended, each counted by its last attempt."""

    ok: int = 0
    invalid: int = 0
    failed: int = 0
    wall_s: float = 0.0


class Runner:
    def __init__(self, folder: RunFolder, plan: list[Trial], tools: Tools, budget_s: float | None,
                 console: Console) -> None:
        self._folder = folder
        self._plan = plan
        self._tools = tools
        self._budget_s = budget_s
        self._done: dict[str, Done] = folder.finished()
        self._clock = Clock()
        self._began = time.monotonic()
        self._progress = Progress(console, len(plan))

    def run(self) -> Tally:
        with self._progress:
            numbered = list(enumerate(self._plan))
            for _, block in itertools.groupby(numbered, key=lambda item: item[1].block):
                self._run_block(list(block))
        return self._tally()

    def _run_block(self, block: list[tuple[int, Trial]]) -> None:
        """Each trial once, then the invalid ones again: what disturbed them may be gone by then.

        A failed trial is not repeated: what broke it would break it again.
        """
        for index, trial in block:
            if not self._settled(trial):
                self._attempt(index, trial)
        after = block[-1][0] + 1
        for _ in range(ATTEMPTS - 1):
            for index, trial in block:
                if self._may_repeat(trial, after):
                    self._attempt(index, trial)

    def _settled(self, trial: Trial) -> bool:
        return trial.key in self._done and self._done[trial.key].settled

    def _attempt(self, index: int, trial: Trial) -> None:
        attempt = self._done[trial.key].attempts + 1 if trial.key in self._done else 1
        title = trial.title + (f", attempt {attempt}" if attempt > 1 else "")
        self._progress.begin(index + 1, title, self._left_s(index))
        record = run_trial(trial, self._tools, attempt, index + 1, self._progress.step)
        self._folder.write_trial(trial.key, record)
        self._done[trial.key] = Done(attempt, record["status"])
        self._clock.finished(trial, record["wall_s"])
        self._progress.end(index + 1, title, record["status"], record["wall_s"], _remark(record))

    def _may_repeat(self, trial: Trial, after: int) -> bool:
        """Repetitions spend only what the profile's time allows: a noisy machine must not triple a run."""
        if self._settled(trial) or self._done[trial.key].status != "invalid":
            return False
        if self._budget_s is None:
            return True
        spent_s = time.monotonic() - self._began
        return spent_s + self._clock.expected_s(trial) + self._left_s(after) <= self._budget_s

    def _left_s(self, index: int) -> float:
        return sum(self._clock.expected_s(trial) for trial in self._plan[index:] if not self._settled(trial))

    def _tally(self) -> Tally:
        statuses = [self._done[trial.key].status for trial in self._plan if trial.key in self._done]
        return Tally(statuses.count("ok"), statuses.count("invalid"), statuses.count("failed"),
                     time.monotonic() - self._began)


def _remark(record: dict[str, Any]) -> str:
    return one_line(record["error"] or "; ".join(record["invalid_because"]), 200)
