"""A run of large scenarios alone has no model of its own: the reference run of the same machine lends one."""

import json

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.foretold import foretold
from pushbench.analysis.lender import model_figures
from pushbench.report.findings import analyse
from pushbench.report.web import page
from pushbench.store.folder import REFERENCE
from pushbench.store.records import load_run
from synthetic import ALL_SCENARIOS, NEWER, Generator, make_run

MACHINE = {"cpu_model": "Made Up 9000", "cores": 2, "kernel": "Linux 6"}


def on(folder, machine):
    path = folder / "context.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"machine": machine}))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A reference run, and one of twenty thousand clients and nothing else."""
    folder = tmp_path_factory.mktemp("results")
    make_run(folder / REFERENCE, blocks=3, scenarios=(*ALL_SCENARIOS, *NEWER))
    make_run(folder / "large", blocks=3, scenarios=("sparse",))
    maker = Generator(folder / "large", seed=2)
    for block in (1, 2, 3):
        result = maker.result("sse", 20_000, 1)
        result["server"] |= {"cpu_s": 2.0, "pss_bytes_per_connection": 1024.0}
        maker.write("twenty-thousand", "sse", block, result)
    for name in (REFERENCE, "large"):
        on(folder / name, MACHINE)
    return folder


def test_the_reference_run_of_the_same_machine_lends_its_model(results):
    large = Figures(load_run(results / "large"))
    assert model_figures(large).run.folder.name == REFERENCE
    found, = foretold(large)
    assert found.measured_cores == pytest.approx(0.2) and found.memory_off is not None
    analysis = analyse(results / "large")
    assert analysis.lender == load_run(results / REFERENCE).run_id and not analysis.model.stands
    text = page.build(results / "large").read_text()
    assert "does the model hold?" in text and "made on the same machine" in text


def test_a_model_of_its_own_is_never_left(results):
    own = Figures(load_run(results / REFERENCE))
    assert model_figures(own) is own


@pytest.mark.parametrize("machine", [MACHINE | {"cores": 4}, MACHINE | {"kernel": None}, {}, None])
def test_another_machine_lends_nothing(results, machine):
    on(results / "large", machine)
    try:
        large = Figures(load_run(results / "large"))
        assert model_figures(large) is large and foretold(large) == []
    finally:
        on(results / "large", MACHINE)
