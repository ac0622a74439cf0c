"""The estimates: what they are, and when there is no interval."""

import math

import numpy as np
import pytest
from pushbench.stats import estimates as stats, percentiles, student


def test_few_blocks_have_no_interval():
    estimate = stats.mean([4.0, 1.0])
    assert (estimate.n, estimate.middle, estimate.has_interval) == (2, pytest.approx(2.0), False)
    assert stats.mean([]) is None and stats.arithmetic_mean([]) is None


# From printed tables of Student's t, two-sided 95 %.
@pytest.mark.parametrize(("freedom", "quantile"), [
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365), (8, 2.306), (9, 2.262),
    (10, 2.228), (15, 2.131), (20, 2.086), (30, 2.042), (60, 2.000), (120, 1.980), (1e6, 1.960)])
def test_the_quantile_of_t_is_that_of_the_textbooks(freedom, quantile):
    assert student.quantile(freedom) == pytest.approx(quantile, abs=5.1e-4)


def test_the_quantile_of_t_takes_the_fractions_that_welch_needs():
    """With 2 degrees of freedom there is a closed form; in between it falls steadily."""
    assert student.quantile(2) == pytest.approx(0.95 * math.sqrt(2 / (1 - 0.95**2)), rel=1e-9)
    assert student.quantile(2) > student.quantile(2.5) > student.quantile(3)


def test_an_interval_is_students_t_over_logarithms():
    estimate = stats.mean([math.exp(1), math.exp(2), math.exp(3)])
    assert estimate.middle == pytest.approx(math.exp(2))
    assert math.log(estimate.high) == pytest.approx(2 + 4.302653 / math.sqrt(3))
    assert math.log(estimate.low) == pytest.approx(2 - 4.302653 / math.sqrt(3))


def test_values_that_are_not_above_zero_have_an_arithmetic_mean():
    for values in ([-1.0, 0.0, 4.0], [0.0, 1.0, 2.0]):
        assert stats.mean(values) == stats.arithmetic_mean(values)
    assert stats.arithmetic_mean([-1.0, 0.0, 4.0]).middle == pytest.approx(1.0)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 41_000.7, 0.0, -2.5])
def test_only_equal_values_have_an_interval_of_no_width(value):
    estimate = stats.mean([value] * 4)
    assert (estimate.low, estimate.middle, estimate.high) == (value, value, value)
    nearly = stats.mean([value, value, value + 1e-3])
    assert nearly.low < nearly.middle < nearly.high


def test_what_is_no_number_is_no_value():
    estimate = stats.mean([1.0, math.nan, 1.2, math.inf, 1.1, -math.inf])
    assert estimate.n == 3 and math.isfinite(estimate.high)
    assert stats.mean([math.nan]) is None
    far = stats.mean([1e-300, 1.0, 1e300])  # its upper end is beyond all numbers
    assert far.middle == pytest.approx(1.0) and not far.has_interval


def test_interval_narrows_with_blocks():
    rng = np.random.default_rng(3)
    widths = [np.mean([(e := stats.mean(list(rng.normal(10, 1, n)))).high - e.low for _ in range(50)])
              for n in (5, 40)]
    assert widths[1] < widths[0] / 2


def test_pairing_cancels_what_blocks_have_in_common():
    """The blocks differ tenfold, the ratio within each does not."""
    a = {1: 20.0, 2: 200.0, 3: 2000.0}
    b = {1: 10.0, 2: 100.0, 3: 1000.0, 4: 7.0}
    ratio = stats.paired_ratio(a, b)
    assert (ratio.n, ratio.middle, ratio.low, ratio.high) == (3, 2.0, 2.0, 2.0)
    assert stats.paired_difference({1: 3.0}, {1: 1.0, 2: 9.0}).middle == 2.0


def test_there_is_no_ratio_to_nothing_nor_of_the_blocks_that_are_left():
    assert stats.paired_ratio({1: 1.0, 2: 1.0}, {1: 0.0, 2: 1.0}) is None
    assert stats.paired_ratio({1: 1.0}, {2: 1.0}) is None


def test_a_line_ignores_its_offset_and_knows_what_lies_off_it():
    line = stats.line([(n, 4096 + 1100 * n) for n in (250, 500, 1000, 2500, 5000)])
    assert (line.slope, line.intercept) == (pytest.approx(1100), pytest.approx(4096))
    assert max(abs(off) for _, off in line.residuals) == pytest.approx(0, abs=1e-6)
    bent = stats.line([(0, 0.0), (1, 3.0), (2, 0.0)])
    assert [off for _, off in bent.residuals] == [pytest.approx(-1), pytest.approx(2), pytest.approx(-1)]
    assert stats.line([(5, 1.0), (5, 2.0)]) is None


def test_independent_runs_are_compared_by_welch():
    """Against a worked example: logs 0, 1, 2 and 5, 5.1, 5.2, 5.3; t at 2.07 degrees of freedom."""
    old, new = [math.exp(x) for x in (0, 1, 2)], [math.exp(x) for x in (5, 5.1, 5.2, 5.3)]
    ratio = stats.independent_ratio(new, old)
    assert math.log(ratio.middle) == pytest.approx(4.15)
    squares = 1 / 3 + (0.05 / 3) / 4
    freedom = squares**2 / ((1 / 3) ** 2 / 2 + ((0.05 / 3) / 4) ** 2 / 3)
    assert math.log(ratio.high) - 4.15 == pytest.approx(student.quantile(freedom) * math.sqrt(squares))


def test_independent_runs_that_differ_are_told_apart():
    rng = np.random.default_rng(5)
    old = list(rng.normal(10, 0.2, 8))
    assert stats.independent_ratio(list(rng.normal(13, 0.2, 8)), old).low > 1.2
    same = stats.independent_ratio(list(rng.normal(10, 0.2, 8)), old)
    assert same.low <= 1 <= same.high
    assert not stats.independent_ratio([1.0], old).has_interval
    assert not stats.independent_ratio([0.0, 1.0, 2.0], old).has_interval
    assert stats.independent_ratio([1.0], [0.0]) is None
    assert stats.independent_ratio([2.0] * 3, [1.0] * 3) == stats.Estimate(3, 2.0, 2.0, 2.0)


def test_more_blocks_are_asked_for_near_an_edge_only():
    near = stats.blocks_to_tell([0.88, 0.90, 0.93, 0.95, 0.91], [0.90, 1.10])
    far = stats.blocks_to_tell([0.70, 0.72, 0.68, 0.71, 0.69], [0.90, 1.10])
    assert far == 6 and near > far
    assert stats.blocks_to_tell([0.9, 0.9, 0.9], [0.9]) is None
    assert stats.blocks_to_tell([-0.2, 0.1, 0.3], [-1.0, 1.0], differences=True) == 4


def test_pooled_percentile_has_what_no_block_has_alone():
    """400 samples a block leave 4 beyond p99; five blocks leave 20."""
    rng = np.random.default_rng(11)
    blocks = [{float(value): 1 for value in rng.permutation(400) + rng.random() + 1} for _ in range(5)]
    assert percentiles.percentile(blocks[:1], 0.99) is None
    estimate = percentiles.percentile(blocks, 0.99)
    assert estimate.n == 5 and estimate.low <= estimate.middle <= estimate.high
    assert estimate.middle == pytest.approx(397, abs=2)
    assert not percentiles.percentile(blocks[:1], 0.5).has_interval
    assert percentiles.percentile([], 0.5) is None


def test_what_would_tell_is_known_from_an_interval_alone():
    """Of a pooled percentile, which has no values by block: the same as from blocks that scatter as much."""
    values = [0.70, 0.75, 0.66, 0.80, 0.64]
    assert stats.blocks_by_interval(stats.mean(values), [0.8]) == stats.blocks_to_tell(values, [0.8])
    assert stats.blocks_by_interval(stats.Estimate(3, 25.0, 2.6, 238.0), [100.0]) == 5
    assert stats.blocks_by_interval(stats.Estimate(2, 25.0), [100.0]) is None
