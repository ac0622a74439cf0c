"""The answer in README.md: the first screen of results/reference/ in Markdown, so that no figure is typed by hand, and
the claims that only longer runs, kept beside it as results/reference-*/, could judge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pushbench.analysis.measures import MISSING, UNCLEAR
from pushbench.errors import PushbenchError
from pushbench.report import marks
from pushbench.report.words import choosing
from pushbench.setup import transports
from pushbench.stats.estimates import Estimate

BEGIN, END = "<!-- answer:begin -->\n", "<!-- answer:end -->\n"


def answer(run_dir: Path, longer: Sequence[Path] = ()) -> str:
    """The choice, the cases as a table, the one chart, and the claims in a line each. `longer` are runs of the profile
    `full`: each tells what those before it left open."""
    first = _first(run_dir)
    use, stop, more = first["lead"].partition(". ")
    told = _told_by([run_dir, *longer])
    lines = [f"**{use}{stop.strip()}** {more}".strip(), "", f"Can these numbers be trusted? {first['trust']}", "",
             *_cases(first["cases"]), "",
             "CPU is of one core, memory of the server in all (user and kernel), the wait without your network's round "
             "trip. Polling is costed at the longest interval that keeps what the case allows. **Bold** is the choice.",
             "",
             f"![What each choice costs](results/{run_dir.name}/charts/which-one.svg)", "",
             *_map(next((each for each in longer if _maps(each)), run_dir)),
             *_verdicts([card for cards in told.values() for card in cards]),
             "<details>", "<summary>Each of them with its figures and its conditions</summary>", "",
             *_library(first), *_claims(told[run_dir]), "",
             "The command that repeats each verdict stands beside it in the report."]
    for each in longer:
        where = f"results/{each.name}/"
        if told[each]:
            lines += ["", f"What takes longer than ten minutes is from `{where}`, a run of the profile `full`"
                      f"{_elsewhere(each, run_dir)}, with a [report]({where}summary.md) of its own:", "",
                      *_claims(told[each])]
    lines += ["", "</details>"]
    return "\n".join(lines).replace("\u00a0", " ") + "\n"


def _elsewhere(run_dir: Path, reference: Path) -> str:
    """Figures of two machines must not be held against each other."""
    here, there = (_processor(each) for each in (run_dir, reference))
    return f" on another machine ({here})" if here and there and here != there else ""


def _processor(run_dir: Path) -> str:
    try:
        machine = json.loads((run_dir / "context.json").read_text(encoding="utf-8"))["machine"]
        return str(machine["cpu_model"] or "")
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _told_by(runs: Sequence[Path]) -> dict[Path, list[dict[str, Any]]]:
    """Which run tells of which claim: the first that decides it by all that it rests on, else the first that tried."""
    cards = {run: {card["id"]: card for card in _first(run)["claims"] if card["verdict"] != MISSING} for run in runs}
    by: dict[str, Path] = {}
    for run in runs:
        for claim, card in cards[run].items():
            if claim not in by or (_is_open(cards[by[claim]][claim]) and not _is_open(card)):
                by[claim] = run
    return {run: [card for claim, card in cards[run].items() if by[claim] == run] for run in runs}


def _is_open(card: dict[str, Any]) -> bool:
    return card["verdict"] == UNCLEAR or bool(card.get("partial"))


def _map(run_dir: Path) -> list[str]:
    """The first of the crossover maps, with its border in a sentence."""
    return [line for found in _maps(run_dir)[:1] for line in (
        found["sentence"], "", f"![Who costs the least](results/{run_dir.name}/charts/{found['chart']}.svg)", "")]


def _maps(run_dir: Path) -> list[dict[str, Any]]:
    """Those that were measured on both sides of a border: others are for the report, where their width is told."""
    return [found for found in _summary(run_dir).get("maps") or []
            if len({transports.transport_of(point["least"]).polls for point in found["measured"]}) > 1]


def _cases(cases: list[dict[str, Any]]) -> list[str]:
    bases = list(dict.fromkeys(each["transport"] for case in cases for each in case["choices"]))
    names = {each["transport"]: each["name"].partition(",")[0] for case in cases for each in case["choices"]}
    lines = ["| case | " + " | ".join(names[base] for base in bases) + " |", "|---" * (len(bases) + 1) + "|"]
    for case in cases:
        by_base = {each["transport"]: each for each in case["choices"]}
        cells = [_cell(by_base[base], base in case["picks"]) for base in bases]
        lines.append(f"| **{case['title']}**: {case['text']} | " + " | ".join(cells) + " |")
    return lines


def _cell(choice: dict[str, Any], taken: bool) -> str:
    if choice["cpu_cores"] is None:
        return f"– ({choice['gap']})"
    cpu = f"**{choice['cpu']}**" if taken else choice["cpu"]
    cores = choice["cpu_cores"]
    interval = choosing.cores_interval(Estimate(0, cores["middle"], cores.get("low"), cores.get("high")))
    cpu += f" [{interval}]" if interval else ""
    # Which percentile a run has goes by how many notifications a workload gave: it need not be that of the next row.
    percentile = f"{choice['wait_percentile']} " if choice.get("wait_percentile") else ""
    return f"{cpu} · {choice['memory']} · {percentile}{choice['wait']}"


def _first(run_dir: Path) -> dict[str, Any]:
    first = _summary(run_dir).get("first")
    if not isinstance(first, dict):
        raise PushbenchError(f"{run_dir}/summary.json: has no first screen; rebuild it: make report RUN={run_dir.name}")
    return first


def _summary(run_dir: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((run_dir / "summary.json").read_text(encoding="utf-8"))
    return summary


def _library(first: dict[str, Any]) -> list[str]:
    found = first["library"]
    return [f"- **{found['title']}.** {found['sentence']}"] if found else []


def _verdicts(cards: list[dict[str, Any]]) -> list[str]:
    """All at a glance: who reads on finds figures and conditions below."""
    return ["| what is said of them | here |", "|---|---|",
            *(f"| {card['claim']} | {card['verdict']} |" for card in cards), ""]


def _claims(cards: list[dict[str, Any]]) -> list[str]:
    lines = []
    for card in cards:
        verdict = card["verdict"][:1].upper() + card["verdict"][1:]
        note = f" {card['note']}" if card["note"] else ""
        lines.append(f"- {card['claim']} **{verdict}**: {card['finding']}{note} ({card['condition']})")
    return lines


def write(readme: Path, run_dir: Path, longer: Sequence[Path] = ()) -> None:
    """Puts the answer between the two marks in README.md."""
    marks.put_between(readme, BEGIN, END, answer(run_dir, longer))
