"""The scripts of the page as one text: modules of web/browser, each in a function of its own, and what they use of npm.

The modules are written as Node has them (`require`, `module.exports`), so that a test can take one alone. A page that
is one file has no loader: here each is given a small `require` that knows those before it, and no other.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
BROWSER, VENDOR = HERE / "browser", HERE / "vendor"
# A module may use those before it, never one behind it.
MODULES = ("announce", "numbers", "folds", "scrolling", "sorting", "transports", "baseline", "figure_card", "figures",
           "nines", "curve_set", "curve_view", "curves", "plan", "plan_steps", "plan_words", "plan_cells",
           "map_drawing", "plan_map", "plan_form", "page")


def script() -> str:
    wrapped = (f'known["./{name}.js"] = (() => {{\n{_code(name)}\nreturn module.exports; }})();' for name in MODULES)
    plotting = (VENDOR / "uPlot.iife.min.js").read_text(encoding="utf-8")
    return "\n".join(['(() => {\n"use strict";', "const known = {}, require = name => known[name];",
                      f'known["./uPlot.js"] = (() => {{\n{plotting}\nreturn uPlot; }})();', *wrapped, "})();"])


def _code(name: str) -> str:
    """Without the lines that only explain: they are for who reads the source, and would be carried by each report."""
    text = (BROWSER / f"{name}.js").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not re.match(r"\s*//|\"use strict\";", line)]
    return "\n".join(["const module = {exports: {}};", *kept])


def style() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (
        VENDOR / "uPlot.min.css", BROWSER / "page.css", BROWSER / "paper.css"))
