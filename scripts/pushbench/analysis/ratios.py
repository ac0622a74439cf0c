"""One estimator for a ratio, wherever one is printed, and what a ratio allows to say.

A ratio is paired: both were measured in the same block, and the figure is the geometric mean over blocks with the
interval of their scatter. It is not the quotient of two means that stand beside it: those may come from other blocks.
Where the two ran as a duet, the ratio is the duet's, which is what the claims are judged by as well: so no table calls
a tie what a verdict leaves open.
"""

from __future__ import annotations

from pushbench.analysis.duets import Duet, duet
from pushbench.analysis.figures import Figure, Figures
from pushbench.setup.claim_fields import DUET_METRIC
from pushbench.stats import equivalence, estimates as stats
from pushbench.store.metrics import METRICS

BASE = "base"  # what the others are held against
SAME = "same"  # shown to make no difference in practice
MORE, LESS = "more", "less"  # told apart from the base
OPEN = "open"  # not told apart from the base: the interval is too wide, or there is none


def duet_of(figure: Figure, base: Figure, figures: Figures | None) -> Duet | None:
    """The duet of two figures of one workload, where there was one."""
    key, other = figure.key, base.key
    if figures is None or key.metric != DUET_METRIC or (key.scenario, key.case) != (other.scenario, other.case):
        return None
    is_main = key.case == figures.main_case(key.scenario)
    return duet(figures, key.scenario, key.variant, other.variant) if is_main else None


def between(figure: Figure, base: Figure, figures: Figures | None = None) -> stats.Estimate | None:
    """figure / base. Of pooled percentiles, which have no blocks, the plain ratio without an interval."""
    if (played := duet_of(figure, base, figures)) is not None and played.ratio.has_interval:
        return played.ratio
    if any(value <= 0 for value in figure.by_block.values()):
        return None  # a figure that is nothing in some block is so many times nothing
    paired = stats.paired_ratio(figure.by_block, base.by_block)
    if paired is None and not (figure.by_block and base.by_block) and base.estimate.middle > 0:
        return stats.Estimate(1, figure.estimate.middle / base.estimate.middle)
    return paired


def is_something(value: stats.Estimate) -> bool:
    """Of memory: neither nothing, nor known only to be less than something."""
    return value.middle > 0 and (value.low is None or value.low > 0)


def standing(figure: Figure, base: Figure, ratio: stats.Estimate | None) -> str:
    """What an interval says about a figure beside the base. A wide interval says nothing, least of all a tie."""
    if ties(figure, base, ratio):
        return SAME
    if ratio is None or ratio.low is None or ratio.high is None:
        return OPEN
    return MORE if ratio.low > 1 else LESS if ratio.high < 1 else OPEN


def ties(figure: Figure, base: Figure, ratio: stats.Estimate | None) -> bool:
    """No practical difference: the whole interval lies within the band, or within the smallest step that can matter."""
    if equivalence.is_equivalent(ratio):
        return True
    matters = METRICS[figure.key.metric].resolution
    difference = stats.paired_difference(figure.by_block, base.by_block)
    if not matters or difference is None or difference.low is None or difference.high is None:
        return False
    return -matters <= difference.low and difference.high <= matters
