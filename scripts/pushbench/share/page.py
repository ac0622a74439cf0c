"""One file for all machines: what they are, SSE / WebSocket, and each claim's measure. It asks no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.console import Console

from pushbench import prose
from pushbench.errors import PushbenchError
from pushbench.report.words.coded import coded
from pushbench.setup import claims, transports
from pushbench.share import folder as summaries
from pushbench.share import forest
from pushbench.share.forest import ForestPanel
from pushbench.share.folder import Shared
from pushbench.store import here
from pushbench.store.folder import write_text

FILE = "index.html"
TEMPLATES = Path(__file__).resolve().parent / "templates"
PAIR = ("sse", "websocket")


def community(folder: Path, console: Console) -> int:
    """0: written. Files that are left out are named; without any that can be read there is no page."""
    shared, left_out = summaries.read(folder)
    for line in left_out:
        console.print(f"! {line}", markup=False, highlight=False, soft_wrap=True)
    if not shared:
        raise PushbenchError(f"{folder}: holds no summary that can be read; {here.command('share')} writes one")
    path = write(folder, shared, left_out)
    console.print(f"community: {path}, {prose.plural(len(shared), 'run')}", highlight=False, soft_wrap=True)
    return 0


def write(folder: Path, shared: Sequence[Shared], left_out: Sequence[str]) -> Path:
    path = folder / FILE
    write_text(path, render(shared, left_out))
    return path


def again(folder: Path) -> None:
    """The page that lies there, as claims and titles are now."""
    shared, left_out = summaries.read(folder)
    if shared and (folder / FILE).is_file():
        write(folder, shared, left_out)


def render(shared: Sequence[Shared], left_out: Sequence[str]) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": prose.number, "coded": coded}
    environment.globals |= {"plural": prose.plural, "fast": _fast, "ratio_of": _ratio_of, "checks": _checks}
    return environment.get_template("community.html.j2").render(
        shared=shared, left_out=left_out, pair=[transports.name_of(each) for each in PAIR],
        duets=forest.duets(shared, *PAIR), claims=forest.of_claims(shared, claims.load_claims()),
        matters=forest.MATTERS, within=_within, css=_file("community.css"), script=_file("community.js"))


def _file(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").strip())


def _fast(shared: Shared) -> float | None:
    """What a delivery by SSE costs this machine: how fast it is."""
    found = shared.figure("broadcast", PAIR[0], "server_cpu_us_per_delivery")
    return None if found is None else found["middle"]


def _ratio_of(shared: Shared) -> float | None:
    found = [duet for duet in shared.document["duets"]
             if (duet["workload"], duet["a"], duet["b"]) == ("broadcast", *PAIR)]
    return found[0]["middle"] if found else None


def _checks(shared: Shared) -> str:
    """'36 passed', or what did not."""
    meter = shared.document["meter"]
    if meter is None:
        return "not checked"
    return f"failed: {', '.join(meter['failed'])}" if meter["failed"] else f"{meter['checks']} passed"


def _within(panels: Sequence[ForestPanel]) -> int:
    """How many intervals lie within the band where a difference does not matter."""
    return sum(panel.band is not None and row.figure["low"] is not None
               and panel.band[0] <= row.figure["low"] and row.figure["high"] <= panel.band[1]
               for panel in panels for row in panel.rows)
