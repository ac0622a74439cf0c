"""The bootstrap against distributions whose median is known."""

import numpy as np
import pytest
from pushbench import pooled, stats


def test_median_of_few_blocks_has_no_interval():
    estimate = stats.median([3.0, 1.0])
    assert (estimate.n, estimate.median, estimate.has_interval) == (2, 2.0, False)
    assert stats.median([]) is None


def test_interval_of_three_blocks_is_their_range():
    estimate = stats.median([3.0, 1.0, 2.0])
    assert (estimate.low, estimate.median, estimate.high) == (1.0, 2.0, 3.0)


@pytest.mark.parametrize(("blocks", "least"), [(5, 0.88), (15, 0.92)])
def test_interval_covers_a_known_median(blocks, least):
    rng = np.random.default_rng(7)
    runs = [stats.median(list(rng.lognormal(np.log(10), 0.2, blocks))) for _ in range(300)]
    covered = sum(run.low <= 10 <= run.high for run in runs) / len(runs)
    assert least <= covered <= 1


def test_interval_narrows_with_blocks():
    rng = np.random.default_rng(3)
    widths = [np.mean([(e := stats.median(list(rng.normal(10, 1, n)))).high - e.low for _ in range(50)])
              for n in (5, 40)]
    assert widths[1] < widths[0] / 2


def test_same_values_give_the_same_interval():
    values = [1.0, 5.0, 2.0, 4.0, 3.0]
    assert stats.median(values) == stats.median(list(values))


def test_pairing_cancels_what_blocks_have_in_common():
    """The blocks differ tenfold, the ratio within each does not."""
    a = {1: 20.0, 2: 200.0, 3: 2000.0}
    b = {1: 10.0, 2: 100.0, 3: 1000.0, 4: 7.0}
    ratio = stats.paired_ratio(a, b)
    assert (ratio.n, ratio.median, ratio.low, ratio.high) == (3, 2.0, 2.0, 2.0)
    assert stats.paired_difference({1: 3.0}, {1: 1.0, 2: 9.0}).median == 2.0


def test_ratio_to_nothing_is_left_out():
    assert stats.paired_ratio({1: 1.0}, {1: 0.0}) is None
    assert stats.paired_ratio({1: 1.0}, {2: 1.0}) is None


def test_slope_of_a_line_ignores_its_offset():
    assert stats.slope([(n, 4096 + 1100 * n) for n in (250, 500, 1000, 2500, 5000)]) == pytest.approx(1100)
    assert stats.slope([(5, 1.0), (5, 2.0)]) is None


def test_coverage_is_honest_about_few_blocks():
    assert stats.coverage(3) == 0.75
    assert stats.coverage(5) == pytest.approx(0.9375)
    assert stats.coverage(50) == 0.95


def test_independent_runs_that_differ_are_told_apart():
    rng = np.random.default_rng(5)
    old = list(rng.normal(10, 0.2, 8))
    assert stats.independent_ratio(list(rng.normal(13, 0.2, 8)), old).low > 1.2
    same = stats.independent_ratio(list(rng.normal(10, 0.2, 8)), old)
    assert same.low <= 1 <= same.high
    assert not stats.independent_ratio([1.0], old).has_interval
    assert stats.independent_ratio([1.0], [0.0]) is None


def test_more_blocks_are_asked_for_near_an_edge_only():
    near = stats.blocks_to_tell([0.88, 0.90, 0.93, 0.95, 0.91], [0.90, 1.10])
    far = stats.blocks_to_tell([0.70, 0.72, 0.68, 0.71, 0.69], [0.90, 1.10])
    assert far == 6 and near > far
    assert stats.blocks_to_tell([0.9, 0.9, 0.9], [0.9]) is None


def test_pooled_percentile_has_what_no_block_has_alone():
    """400 samples a block leave 4 beyond p99; five blocks leave 20."""
    rng = np.random.default_rng(11)
    blocks = [{float(value): 1 for value in rng.permutation(400) + rng.random()} for _ in range(5)]
    assert pooled.percentile(blocks[:1], 0.99) is None
    estimate = pooled.percentile(blocks, 0.99)
    assert estimate.n == 5 and estimate.low <= estimate.median <= estimate.high
    assert estimate.median == pytest.approx(396, abs=2)
    assert not pooled.percentile(blocks[:1], 0.5).has_interval
    assert pooled.percentile([], 0.5) is None
