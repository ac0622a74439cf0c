"""The figures of a run as OpenMetrics text, for a Prometheus or whatever reads it: in base units, units in names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pushbench.analysis.duets import duets
from pushbench.analysis.figures import Figures
from pushbench.setup import transports
from pushbench.stats.estimates import Estimate
from pushbench.store.dictionary import without_units
from pushbench.store.folder import write_text
from pushbench.store.metric import Metric
from pushbench.store.metrics import METRICS
from pushbench.store.records import Run

FILE = "metrics.txt"
PREFIX = "pushbench_run"  # the load generator's own, of one trial, are pushbench_…
_BASE = {"ms": ("seconds", 1e-3), "µs": ("seconds", 1e-6), "s": ("seconds", 1.0), "KiB": ("bytes", 1024.0),
         "MiB": ("bytes", 1024.0**2), "B": ("bytes", 1.0)}
_ABOUT_RUN = ("run_id", "profile", "commit", "compiler", "build_type", "boost")
_ABOUT_MACHINE = ("cpu_model", "kernel")

Labels = Mapping[str, str]


def write(figures: Figures, path: Path) -> Path:
    write_text(path, to_text(figures))
    return path


def to_text(figures: Figures) -> str:
    """Each family in one piece. `of` is which number of a figure it is: the mean over blocks, or an end of its
    interval."""
    lines = [*_about(figures.run)]
    for metric in METRICS.values():
        found = [each for each in figures.all() if each.key.metric == metric.key]
        if found:
            unit, factor = _BASE.get(metric.unit, ("", 1.0))
            lines += _head(name_of(metric), unit, metric.title)
            for figure in found:
                labels = {"scenario": figure.key.scenario, "case": figure.key.case, "variant": figure.key.variant}
                lines += _samples(name_of(metric), labels, figure.estimate.times(factor))
    lines += _ratios(figures)
    return "\n".join([*lines, "# EOF", ""])


def name_of(metric: Metric) -> str:
    """'server_cpu_us_per_delivery' → 'pushbench_run_server_cpu_per_delivery_seconds'."""
    unit, _ = _BASE.get(metric.unit, ("", 1.0))
    plain = without_units(metric.key)
    return "_".join(part for part in (PREFIX, plain, "" if unit and plain.endswith(f"_{unit}") else unit) if part)


def _about(run: Run) -> list[str]:
    machine = run.context.get("machine")
    known = {name: run.context.get(name) for name in _ABOUT_RUN} | {
        name: machine.get(name) for name in _ABOUT_MACHINE if isinstance(machine, dict)} | {"run_id": run.run_id}
    labels = {name: str(value) for name, value in known.items() if value is not None}
    lines = [f"# TYPE {PREFIX} info", f"# HELP {PREFIX} what was run, and on what",
             _sample(f"{PREFIX}_info", labels, 1.0)]
    lines += _head(f"{PREFIX}_trials", "", "trials by status")
    return lines + [_sample(f"{PREFIX}_trials", {"status": status}, float(run.count(status)))
                    for status in ("ok", "invalid", "failed")]


def _ratios(figures: Figures) -> list[str]:
    played = [each for each in duets(figures) if transports.transport_of(each.b).is_shown]
    name = f"{PREFIX}_duet_ratio"
    lines = _head(name, "ratio", "server CPU per delivery of a against b, both at once") if played else []
    for each in played:
        lines += _samples(name, {"scenario": each.scenario, "a": each.a, "b": each.b}, each.ratio)
    return lines


def _head(name: str, unit: str, about: str) -> list[str]:
    units = [f"# UNIT {name} {unit}"] if unit else []
    return [f"# TYPE {name} gauge", *units, f"# HELP {name} {_escaped(about)}"]


def _samples(name: str, labels: Labels, estimate: Estimate) -> Iterable[str]:
    """What is not known has no sample."""
    for of, value in (("mean", estimate.middle), ("low", estimate.low), ("high", estimate.high)):
        if value is not None:
            yield _sample(name, {**labels, "of": of}, value)


def _sample(name: str, labels: Labels, value: float) -> str:
    said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{said}}} {value:.12g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
