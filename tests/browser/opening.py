"""How long a page takes to open: when something of it is seen, and when all of it is there.

    PYTHONPATH=tests/browser python3 tests/browser/opening.py PAGE [PAGE…] [--times 9] [--width 1200]

Pages take turns, so that what else the machine does meets all of them alike.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from pathlib import Path

from driver import Browser

TIMES = """() => {
  const [opening] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return { load: opening.loadEventEnd, seen: paint ? paint.startTime : null };
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description="How long pages take to open in Debian's Chromium.")
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--width", type=int, default=1200)
    told = parser.parse_args()
    executable = next(found for name in ("chromium", "chromium-browser") if (found := shutil.which(name)))
    browser = Browser(executable)
    found: dict[Path, list[dict[str, float]]] = {page: [] for page in told.pages}
    for _ in range(told.times):
        for page in told.pages:
            tab = browser.open(page.resolve().as_uri(), width=told.width, height=900)
            found[page].append(tab.run(TIMES))
            tab.do("close")
    browser.close()
    for page, times in found.items():
        load, seen = ([each[name] for each in times if each[name]] for name in ("load", "seen"))
        print(f"{page}: {page.stat().st_size / 1e6:.2f} MB; seen after {statistics.median(seen):.0f} ms, "
              f"all there after {statistics.median(load):.0f} ms (at most {max(load):.0f} ms), medians of {told.times}")


if __name__ == "__main__":
    main()
