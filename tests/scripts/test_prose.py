"""Figures as text: as many digits as the interval allows, and no cost below nothing."""

import pytest
from pushbench import prose
from pushbench.report.words import wording
from pushbench.stats.estimates import Estimate

M = f"{prose.NBSP}M"


@pytest.mark.parametrize(("value", "text"), [
    (0.912, "0.912"), (10.34, "10.3"), (1240.4, "1,240"), (20_000, "20,000"), (0, "0"), (None, "–"), (-2.5, "−2.50"),
    (5_039_771, f"5.04{M}"), (12_300_000, f"12.3{M}")])
def test_a_number_has_three_digits(value, text):
    assert prose.number(value) == text


@pytest.mark.parametrize(("middle", "low", "high", "text"), [
    (5_039_771, 3_100_000, 8_300_000, f"5{M} [3.1–8.3{M}]"),
    (0.999, 0.990, 1.007, "0.999 [0.990–1.007]"),
    (0.9913, 0.974, 1.008, "0.991 [0.974–1.008]"),
    (6.92, 6.3, 7.6, "6.9 [6.30–7.60]"),
    (41_018, 38_000, 44_000, "41,000 [38,000–44,000]"),
    (0.432, 0.418, 0.447, "0.432 [0.418–0.447]"),
    (2.0, 0.5, 8.0, "2 [0.5–8.0]"),
    (0.04, 0.0, 0.5, "0.04 [0.00–0.50]"),  # rounded to the interval alone it would be nothing
    (226.0, 226.0, 226.0, "226"),
    (65.74, 35.64, 121.3, "66 [36–121]"),
    (6.5e-110, 1e-111, 2e-109, "≈ 0"),  # a model's term that it found no use for, not a hundred zeros
    (24.97, 2.615, 238.4, "25 [2.6–240]"),  # an end that is something is not printed as nothing
])
def test_digits_follow_the_interval(middle, low, high, text):
    assert wording.estimate(Estimate(5, middle, low, high)) == text


@pytest.mark.parametrize(("middle", "low", "high", "text"), [
    (0.0812, -0.04, 0.2, "< 0.2"), (0.0812, -0.04, 0.2034, "< 0.21"), (-0.3, -0.5, 1.02, "< 1.1"),
    (-0.3, -0.5, -0.1, "≈ 0"), (-0.3, None, None, "≈ 0")])
def test_a_cost_is_never_negative(middle, low, high, text):
    value = Estimate(3, middle, low, high)
    assert wording.middle(value) == wording.estimate(value) == text and wording.interval(value) == ""


def test_a_difference_may_be_negative():
    value = Estimate(3, -0.3, -0.5, -0.1)
    assert wording.estimate(value, "µs", signed=True) == "−0.3 µs [−0.50 to −0.10]"


def test_a_point_without_an_interval_keeps_three_digits():
    assert wording.estimate(Estimate(1, 10.34), "µs") == "10.3 µs" and wording.estimate(None) == "–"


def test_the_terminals_half_width():
    assert wording.half_width(Estimate(5, 10.3, 10.1, 10.5)) == "10.3±2%"
    assert wording.half_width(Estimate(3, 0.08, -0.1, 0.2)) == "< 0.2"
    assert wording.half_width(Estimate(3, 24.97, 2.615, 238.4)) == "25 [2.6–240]"  # ± 471 % would reach below nothing
