"""The modules of the page, each alone: by Node's own test runner, and by ESLint where it is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest
from pushbench.report.web import bundle

ROOT = Path(__file__).resolve().parents[2]
TESTS = sorted((ROOT / "tests" / "page").glob("*.test.js"))
ESLINT = ROOT / "examples" / "node_modules" / "eslint" / "bin" / "eslint.js"


def node() -> str:
    found = shutil.which("node") or shutil.which("nodejs")
    if found is None:
        pytest.skip("node is not there to run the page's scripts")
    return found


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_modules_by_nodes_test_runner(path):
    done = subprocess.run([node(), "--test", str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout and "# pass 0" not in done.stdout


def test_eslint_has_nothing_to_say():
    if not ESLINT.is_file():
        pytest.skip("needs npm ci --prefix examples")
    done = subprocess.run([node(), str(ESLINT), "--config", str(ROOT / "tests" / "page" / "eslint.config.js"),
                           str(bundle.BROWSER), str(ROOT / "tests" / "page")], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
