"""Figures as text: as many digits as the interval allows, and no cost below nothing."""

import pytest
from pushbench import prose
from pushbench.report.words import comparing, wording
from pushbench.stats.estimates import Estimate

M = f"{prose.NBSP}M"


@pytest.mark.parametrize(("value", "text"), [
    (0.912, "0.912"), (10.34, "10.3"), (1240.4, "1,240"), (20_000, "20,000"), (0, "0"), (None, "–"), (-2.5, "−2.50"),
    (5_039_771, f"5.04{M}"), (12_300_000, f"12.3{M}"),
    (0.0001, "0.0001"), (0.00009, "< 0.0001"), (1e-128, "< 0.0001"), (-1e-9, "≈ 0"),
    (1e128, f"> 1,000,000,000{M}"), (-1e128, f"< −1,000,000,000{M}"), (1e15, f"1,000,000,000{M}")])
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
    (24.97, 2.615, 238.4, "25 [2.6–240]"),  # an end that is something is not printed as nothing
    (6.5e-128, 5.2e-128, 8.1e-128, "< 0.0001"),  # nobody counts zeros
    (0.00008, 0.00001, 0.003, "< 0.0001 [< 0.0001–0.0030]"),
    (0.0008, 0.00001, 0.003, "0.0008 [< 0.0001–0.0030]"),
    (0.00094, 0.00077, 0.00113, "0.00094 [0.00077–0.00113]"),
    (1e128, 1e127, 1e129, f"> 1,000,000,000{M}"),
])
def test_digits_follow_the_interval(middle, low, high, text):
    assert wording.estimate(Estimate(5, middle, low, high)) == text


@pytest.mark.parametrize(("middle", "low", "high", "text"), [
    (0.0812, -0.04, 0.2, "< 0.2"), (0.0812, -0.04, 0.2034, "< 0.21"), (-0.3, -0.5, 1.02, "< 1.1"),
    (0.00002, -0.00001, 0.00005, "< 0.0001"), (-0.3, -0.5, -0.1, "≈ 0"), (-0.3, None, None, "≈ 0")])
def test_a_cost_is_never_negative(middle, low, high, text):
    value = Estimate(3, middle, low, high)
    assert wording.middle(value) == wording.estimate(value) == text and wording.interval(value) == ""


def test_a_difference_may_be_negative():
    value = Estimate(3, -0.3, -0.5, -0.1)
    assert wording.estimate(value, "µs", signed=True) == "−0.3 µs [−0.50 to −0.10]"
    assert wording.estimate(Estimate(3, 1e-9, -2e-9, 3e-9), "µs", signed=True) == "≈ 0 µs"
    assert wording.estimate(Estimate(3, -1e-9, -0.01, 0.01), "µs", signed=True) == "≈ 0 µs [−0.010 to 0.010]"


def test_a_point_without_an_interval_keeps_three_digits():
    assert wording.estimate(Estimate(1, 10.34), "µs") == "10.3 µs" and wording.estimate(None) == "–"


def test_the_terminals_half_width():
    assert wording.half_width(Estimate(5, 10.3, 10.1, 10.5)) == "10.3±2%"
    assert wording.half_width(Estimate(3, 0.08, -0.1, 0.2)) == "< 0.2"
    assert wording.half_width(Estimate(3, 24.97, 2.615, 238.4)) == "25 [2.6–240]"  # ± 471 % would reach below nothing
    # What a line has room for, of a figure that would be a row of zeros: what it is less than.
    assert wording.half_width(Estimate(3, 3.85e-6, 3.8e-6, 3.9e-6)) == "< 0.0001"
    assert wording.half_width(Estimate(3, 0.00005, 0.00001, 0.00042)) == "< 0.00042"


@pytest.mark.parametrize(("count", "text"), [(1, "1 user"), (0, "0 users"), (20_000, "20,000 users")])
def test_one_is_no_plural_and_thousands_are_apart(count, text):
    assert prose.plural(count, "user") == text


@pytest.mark.parametrize(("one", "other", "texts"), [
    (542, 547, ("542", "547")), (432.1, 431.95, ("432.1", "431.9")), (432.02, 432.01, ("432.02", "432.01")),
    (10_008, 10_009, ("10,008", "10,009")), (0.0001, 0.00012, ("0.0001000", "0.0001200")), (5, 5, ("5", "5")),
    (None, 3, ("–", "3")), (5_040_000, 5_041_000, (f"5.040{M}", f"5.041{M}")), (-2.501, -2.502, ("−2.501", "−2.502"))])
def test_two_numbers_that_differ_are_seen_to(one, other, texts):
    assert prose.apart(one, other) == texts


@pytest.mark.parametrize(("share", "text"), [
    (-0.22, "-22.0"), (0.0094, "+0.9"), (-0.0001, "-0.01"), (0.000002, "+0.0002"), (0.0, "+0.0")])
def test_a_percentage_that_is_something_is_not_printed_as_nothing(share, text):
    assert prose.percent(share, 1) == text


@pytest.mark.parametrize(("ratio", "text"), [
    (Estimate(5, 1.52, 1.50, 1.54), "+52% [+50,+54]"), (Estimate(5, 1.002, 1.001, 1.003), "+0.2% [+0.1,+0.3]"),
    (Estimate(5, 0.999, 0.95, 1.05), "+0% [-5,+5]"), (Estimate(5, 0.9996, 0.9995, 0.9997), "-0.04% [-0.05,-0.03]"),
    (Estimate(1, 0.999), "+0%")])
def test_a_change_that_is_told_apart_shows_in_its_percents(ratio, text):
    assert comparing.percent(ratio) == text
