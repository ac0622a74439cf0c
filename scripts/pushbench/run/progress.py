"""What a person sees while a run goes on: a live line on a terminal, one plain line a trial elsewhere."""

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pushbench.setup.plan import Planned, estimate_s
from pushbench.units import human_duration

_STYLES = {"ok": "green", "invalid": "yellow", "failed": "red"}


class Clock:
    """How long trials take: like the same trial of an earlier block, or as estimated, corrected by all others."""

    # Estimates count as this many seconds of experience, so the first short trial does not overturn them.
    _TRUST_S = 20.0

    def __init__(self) -> None:
        self._estimated_s = self._TRUST_S
        self._actual_s = self._TRUST_S
        self._latest_s: dict[str, float] = {}

    def finished(self, trial: Planned, actual_s: float) -> None:
        self._estimated_s += estimate_s(trial)
        self._actual_s += actual_s
        self._latest_s[trial.series] = actual_s

    def expected_s(self, trial: Planned) -> float:
        if trial.series in self._latest_s:
            return self._latest_s[trial.series]
        return estimate_s(trial) * self._actual_s / self._estimated_s


class Progress:
    """Both displays. The live line is drawn only between trials: drawing during one would take its cores' time."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0
        self._title = ""
        self._left_s = 0.0
        self._counts = {"ok": 0, "invalid": 0, "failed": 0}
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None

    def __enter__(self) -> "Progress":
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def more(self, trials: int) -> None:
        """The plan has grown: time was left, and goes into further blocks."""
        self._total += trials

    def begin(self, number: int, title: str, left_s: float) -> None:
        self._done = number - 1
        self._title = title
        self._left_s = left_s
        self._draw("")

    def step(self, text: str) -> None:
        """A search says what it has tried. Only on a terminal; a log keeps one line a trial."""
        self._draw(text)

    def end(self, number: int, title: str, status: str, wall_s: float, remark: str) -> None:
        self._counts[status] += 1
        self._done = number
        line = f"[{number}/{self._total}] {title}: {status}, {wall_s:.1f} s" + (f" ({remark})" if remark else "")
        if self._live is None:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)
        elif status != "ok":
            # What went well is in the table at the end; what did not stays on the screen above the live line.
            # One row each, cut at the width: the report has the whole reason.
            self._live.console.print(Text(line, style=_STYLES[status]), highlight=False, no_wrap=True,
                                     overflow="ellipsis", crop=False)

    def _draw(self, remark: str) -> None:
        if self._live:
            self._live.update(self._line(remark), refresh=True)

    def _line(self, remark: str) -> Table:
        grid = Table.grid(padding=(0, 1))
        for _ in range(5):
            grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True, overflow="ellipsis", max_width=max(8, self._console.width - 96))
        counts = Text(" ").join(Text(f"{count} {name}", style=_STYLES[name])
                                for name, count in self._counts.items() if count)
        grid.add_row(ProgressBar(total=self._total, completed=self._done, width=24),
                     Text.assemble((str(self._done + 1), "bold"), f"/{self._total}"), Text(self._title),
                     Text(f"{human_duration(self._left_s)} left", style="dim"), counts, Text(remark, style="dim"))
        return grid
