"""Who reads by keyboard or by a screen reader reads the same: the pages by the rules of WCAG 2.2, tried by axe-core.

A machine finds what can be found by rule: names, roles, contrast, order of headings. It cannot say that a page is good.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from browsing import ROOT
from driver import HERE, Browser, Tab
from pushbench.share import page as community

AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
# Levels A and AA of WCAG 2.0 to 2.2, and what the authors of the rules hold to be good besides.
AUDIT = """async (axe_script) => {
  if (!window.axe) new Function(axe_script)();
  for (const each of document.querySelectorAll("details")) each.open = true;
  for (let frame = 0; frame < 4; ++frame) await new Promise(requestAnimationFrame); // boxes see that they are too wide
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return { tried: found.passes.length, broken: found.violations.map((rule) => ({
    rule: rule.id, help: rule.help, count: rule.nodes.length,
    where: rule.nodes.slice(0, 5).map((node) => `${node.target}: ${node.html.slice(0, 120)}`) })) };
}"""


def audit(page: Tab) -> list[dict[str, Any]]:
    told = page.run(AUDIT, AXE.read_text(encoding="utf-8"))
    assert told["tried"] >= 10, "hardly a rule applied: was it the page?"
    return list(told["broken"])


@pytest.fixture(scope="module")
def browser(needed_chromium: Browser) -> Browser:
    if not AXE.is_file():
        pytest.skip("needs axe-core: npm ci --prefix tests/browser")
    return needed_chromium


@pytest.fixture(scope="module")
def addresses(report: Path, demo: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each as today's templates make it."""
    machines = tmp_path_factory.mktemp("community")
    for path in (ROOT / "results" / "community").glob("*.json"):
        (machines / path.name).write_bytes(path.read_bytes())
    assert community.community(machines, Console(quiet=True)) == 0
    return {"report": report.as_uri(), "community": (machines / community.FILE).as_uri(), "demo": demo}


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (1200, True), (390, False)])
@pytest.mark.parametrize("name", ["report", "community", "demo"])
def test_no_rule_of_accessibility_is_broken(browser: Browser, addresses: dict[str, str], name: str, width: int,
                                            dark: bool) -> None:
    page = browser.open(addresses[name], width=width, height=800)
    page.do("dark", dark=dark)
    assert audit(page) == []
    page.do("close")
