"""The answer in README.md: a table out of results/reference/, so that no figure there is typed by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pushbench import prose
from pushbench.errors import PushbenchError

BEGIN, END = "<!-- answer:begin -->\n", "<!-- answer:end -->\n"

# Heading, then scenario, case and metric of each figure in the column. `*` is the largest case of the scenario.
COLUMNS = (
    ("sparse: latency p50 / p99, ms", (("sparse", "*", "latency_p50_ms"), ("sparse", "*", "latency_p99_ms"))),
    ("sparse: CPU / delivery, µs", (("sparse", "*", "server_cpu_us_per_delivery"),)),
    ("broadcast: latency p50 / p99, ms", (("broadcast", "*", "latency_p50_ms"), ("broadcast", "*", "latency_p99_ms"))),
    ("broadcast: CPU / delivery, µs", (("broadcast", "*", "server_cpu_us_per_delivery"),)),
    ("broadcast: bytes / delivery", (("broadcast", "*", "bytes_per_delivery"),)),
    ("idle: CPU / connection·s, µs", (("idle", "*", "server_cpu_us_per_idle_connection_s"),)),
    ("idle: memory, user / kernel, KiB",
     (("idle", "fit", "user_kib_per_connection"), ("idle", "fit", "kernel_kib_per_connection"))),
)
ROWS = (("SSE", "sse"), ("WebSocket", "websocket"), ("Long poll", "long-poll"), ("Short poll, 1 s", "short-poll"),
        ("Floor: bare `send()`", "floor"))


def answer(run_dir: Path) -> str:
    """The chart and the table, in Markdown."""
    summary = json.loads((run_dir / "summary.json").read_text(encoding="utf-8"))
    headline = summary["headline"].replace("\u00a0", " ")
    lines = [f"**{headline}**", "", f"![Which one, for my case?](results/{run_dir.name}/charts/which-one.svg)", "",
             "| transport | " + " | ".join(title for title, _ in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, variant in ROWS:
        cells = [" / ".join(_figure(summary["cells"], variant, *place) for place in places) for _, places in COLUMNS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _figure(cells: list[dict[str, Any]], variant: str, scenario: str, case: str, metric: str) -> str:
    def size(cell: dict[str, Any]) -> int:
        digits = cell["case"].partition("=")[2]
        return int(digits) if digits.isdigit() else 0

    found = [cell for cell in cells if (cell["scenario"], cell["metric"]) == (scenario, metric)
             and cell["variant"].partition("@1s")[0] == variant and (case == "*" or cell["case"] == case)]
    if not found:
        return "–"
    cell = max(found, key=size)
    return prose.number(cell["middle"] if "middle" in cell else cell["median"])  # the latter in summaries of version 1


def write(readme: Path, run_dir: Path) -> None:
    """Puts the answer between the two marks in README.md."""
    text = readme.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise PushbenchError(f"{readme}: the marks {BEGIN.strip()} and {END.strip()} are missing")
    readme.write_text(before + begin + answer(run_dir) + end + after, encoding="utf-8")
