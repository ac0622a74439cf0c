"""Equivalence, correction for many comparisons, and the two-way model: each by value."""

import math

import numpy as np
import pytest
from pushbench.stats import equivalence, estimates as stats, student, twoway
from pushbench.stats.estimates import Estimate


@pytest.mark.parametrize(("freedom", "confidence", "quantile"), [
    (1, 0.90, 6.314), (4, 0.90, 2.132), (10, 0.90, 1.812), (4, 0.99, 4.604), (10, 0.99, 3.169), (1e6, 0.90, 1.645)])
def test_quantiles_of_other_confidence_are_those_of_the_textbooks(freedom, confidence, quantile):
    assert student.quantile(freedom, confidence) == pytest.approx(quantile, abs=5.1e-4)


@pytest.mark.parametrize("freedom", [2, 5.5, 30])
def test_p_is_the_quantile_read_the_other_way(freedom):
    assert student.p_value(student.quantile(freedom), freedom) == pytest.approx(0.05, rel=1e-6)
    assert student.p_value(0, freedom) == pytest.approx(1.0)


@pytest.mark.parametrize(("low", "high", "equal"), [
    (0.92, 1.09, True), (0.90, 1.05, False), (0.95, 1.11, False), (0.16, 80, False), (1.2, 1.2, False)])
def test_equal_is_an_interval_inside_the_band(low, high, equal):
    assert equivalence.is_equivalent(Estimate(5, math.sqrt(low * high), low, high)) is equal


def test_without_an_interval_nothing_is_equal():
    assert not equivalence.is_equivalent(Estimate(2, 1.0)) and not equivalence.is_equivalent(None)


def test_the_band_is_the_same_from_either_side():
    """a / b inside it means b / a inside it."""
    low, high = equivalence.band_of(0.10)
    assert (low, high) == (pytest.approx(1 / 1.1), 1.1) and 1 / high == pytest.approx(low)


def test_the_rule_is_two_one_sided_tests_at_2_5_percent():
    """Blocks whose interval just fills the band: each one-sided test has p = 2.5 %."""
    logs = np.array([-1.0, 0.0, 1.0])
    width = math.log(1.1) / stats.reach(3)  # standard deviation that makes the interval the band itself
    ratio = stats.mean(list(np.exp(logs * width)))
    assert (ratio.low, ratio.high) == (pytest.approx(1 / 1.1), pytest.approx(1.1))
    assert equivalence.p_of_ratio(ratio, 1.1) / 2 == pytest.approx(0.025, rel=1e-6)
    assert equivalence.p_of_ratio(ratio) == pytest.approx(1.0)
    assert equivalence.half_width(ratio) == pytest.approx(math.log(ratio.high / ratio.low) / 2)
    assert equivalence.half_width(Estimate(2, 1.0)) is equivalence.half_width(Estimate(5, 1.0, -0.1, 2.1)) is None


def test_holm_by_hand():
    corrected = equivalence.holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert corrected == {"d": pytest.approx(0.02), "a": pytest.approx(0.03), "c": pytest.approx(0.06),
                         "b": pytest.approx(0.06)}
    assert equivalence.holm({"a": 0.7, "b": 0.8}) == {"a": 1.0, "b": 1.0} and equivalence.holm({}) == {}


def cells(costs, blocks, scatter=0.0, seed=1):
    rng = np.random.default_rng(seed)
    return {(block, name): cost * (1 + block) * math.exp(scatter * rng.normal())
            for block in range(blocks) for name, cost in costs.items()}


def test_with_all_cells_the_models_ratio_is_the_paired_one():
    values = cells({"sse": 7.0, "websocket": 10.0}, 6, 0.05)
    model = twoway.fit(values)
    paired = stats.paired_ratio(*({block: value for (block, each), value in values.items() if each == name}
                                  for name in ("sse", "websocket")))
    ratio = model.ratio("sse", "websocket")
    assert (ratio.middle, ratio.low, ratio.high) == tuple(map(pytest.approx, (paired.middle, paired.low, paired.high)))
    assert ratio.freedom == 5


def test_a_missing_cell_does_not_shift_a_ratio():
    """Block 4 is five times as dear as block 0; a mean over what is left would say 0.5 where 0.7 is true."""
    values = cells({"sse": 7.0, "websocket": 10.0, "floor": 6.0}, 5)
    del values[4, "sse"], values[0, "websocket"]
    model = twoway.fit(values)
    assert model.ratio("sse", "websocket").middle == pytest.approx(0.7)
    assert model.mean("sse").middle == pytest.approx(7.0 * math.factorial(5) ** 0.2)


def test_a_covariate_takes_up_what_it_explains():
    late = {(block, name): block * 10.0 + (30.0 if name == "sse" else 0.0) + 5 * ((block * 7) % 3)
            for block in range(8) for name in ("sse", "websocket")}
    values = {cell: (7.0 if cell[1] == "sse" else 10.0) * math.exp(0.01 * late[cell]) for cell in late}
    late[3, "sse"], values[3, "sse"] = 200.0, 7.0 * math.exp(2.0)
    model = twoway.fit(values, late)
    assert model.ratio("sse", "websocket").middle == pytest.approx(0.7)
    assert model.slope.middle == pytest.approx(0.01)


def test_a_models_mean_holds_the_scatter_of_blocks():
    """As wide as the plain mean over the same blocks, or nearly."""
    values = cells({"sse": 7.0, "websocket": 10.0}, 6, 0.02)
    plain = stats.mean([value for (_, name), value in values.items() if name == "sse"])
    mean = twoway.fit(values).mean("sse")
    assert mean.middle == pytest.approx(plain.middle)
    assert math.log(mean.high / mean.low) == pytest.approx(math.log(plain.high / plain.low), rel=0.1)


def test_what_no_block_joins_has_no_model():
    assert twoway.fit({(1, "sse"): 1.0, (2, "websocket"): 2.0}) is None
    assert twoway.fit({(1, "sse"): 1.0, (2, "sse"): 2.0}) is None
    few = twoway.fit({(1, "sse"): 1.0, (1, "websocket"): 2.0})
    assert few.ratio("sse", "websocket") == Estimate(1, pytest.approx(0.5))
