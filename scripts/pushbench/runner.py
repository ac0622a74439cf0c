"""Runs a plan, trial after trial, and keeps every attempt."""

import time
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from pushbench.drive import Tools
from pushbench.errors import one_line
from pushbench.plan import Trial
from pushbench.progress import Clock, Progress
from pushbench.store import ATTEMPTS, Done, RunFolder
from pushbench.trial import run_trial


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

    @property
    def finished_trials(self) -> int:
        return sum(trial.key in self._done for trial in self._plan)

    def run(self) -> Tally:
        with self._progress:
            for index, trial in enumerate(self._plan):
                self._run_one(index, trial)
        return self._tally()

    def _run_one(self, index: int, trial: Trial) -> None:
        """One trial with its repetitions. A failed one is not repeated: what broke it would break it again."""
        known = self._done.get(trial.key)
        if known is not None and known.settled:
            return
        attempt = known.attempts if known else 0
        while True:
            attempt += 1
            record = self._attempt(index, trial, attempt)
            if record["status"] != "invalid" or attempt >= ATTEMPTS or not self._may_repeat(index, trial):
                return

    def _attempt(self, index: int, trial: Trial, attempt: int) -> dict[str, Any]:
        title = trial.title + (f", attempt {attempt}" if attempt > 1 else "")
        self._progress.begin(index + 1, title, self._left_s(index))
        record = run_trial(trial, self._tools, attempt, index + 1, self._progress.step)
        self._folder.write_trial(trial.key, record)
        self._done[trial.key] = Done(attempt, record["status"])
        self._clock.finished(trial, record["wall_s"])
        self._progress.end(index + 1, title, record["status"], record["wall_s"], _remark(record))
        return record

    def _may_repeat(self, index: int, trial: Trial) -> bool:
        """Repetitions spend only what the profile's time allows: a noisy machine must not triple a run."""
        if self._budget_s is None:
            return True
        spent_s = time.monotonic() - self._began
        return spent_s + self._clock.expected_s(trial) + self._left_s(index + 1) <= self._budget_s

    def _left_s(self, index: int) -> float:
        waiting = [trial for trial in self._plan[index:]
                   if trial.key not in self._done or not self._done[trial.key].settled]
        return sum(self._clock.expected_s(trial) for trial in waiting)

    def _tally(self) -> Tally:
        statuses = [self._done[trial.key].status for trial in self._plan if trial.key in self._done]
        return Tally(statuses.count("ok"), statuses.count("invalid"), statuses.count("failed"),
                     time.monotonic() - self._began)


def _remark(record: dict[str, Any]) -> str:
    return one_line(record["error"] or "; ".join(record["invalid_because"]), 200)
