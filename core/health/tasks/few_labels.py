"""What few labels say of all rows of a chunk, with the help of what was expected of every row.

Prediction-powered inference (PPI++; Angelopoulos, Duchi, Zrnic 2023), for the rows of one chunk: the
regression estimator of survey sampling (Cochran 1977, chapter 7). It holds where the relation between inputs
and labels changed, for the labels themselves say how far the expectation is off; they must be a random sample
of the rows.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.health.rules import EstimateRules
from core.stats.arrays import Floats
from core.stats.intervals import Z95, Measured, lognormal, wilson
from core.stats.metric import Metric


@dataclass(frozen=True, slots=True)
class Losses:
    """Rows of a chunk in (G,) groups, of each of which one mean loss is expected.

    Attributes:
        rows: all of them.
        labelled: those with a label.
        first: sum of the losses of these.
        second: sum of their squares.
        expected: mean loss of a row.
    """

    rows: Floats
    labelled: Floats
    first: Floats
    second: Floats
    expected: Floats


def few_enough(labelled: float, rows: float, rules: EstimateRules) -> bool:
    """Whether labels are enough to help, and so few that they need help."""
    return bool(rules.few <= labelled <= rules.part * rows)


def assisted_mean(losses: Losses, *, share: bool = False) -> tuple[float, float, int]:
    """Mean loss of all rows, its variance, and how many labels it rests on.

    Args:
        losses: the groups.
        share: losses are 0 or 1: their variance is never 0 (Agresti, Coull 1998).

    >>> halves = Losses(*(np.array(part) for part in ([500, 500], [30, 20], [3, 10], [3, 10], [0.1, 0.5])))
    >>> mean, variance, n = assisted_mean(halves, share=True)
    >>> round(mean, 3), round(variance**0.5, 3), n
    (0.3, 0.057, 50)
    """
    n, rows = float(losses.labelled.sum()), float(losses.rows.sum())
    mean, centre = losses.first.sum() / n, (losses.labelled * losses.expected).sum() / n
    spread = (losses.labelled * losses.expected**2).sum() / n - centre**2
    joint = (losses.first * losses.expected).sum() / n - mean * centre
    weight = float(np.clip(joint / spread, 0, 1)) if spread > 0 else 0.0
    safe = (losses.first.sum() + 2) / (n + 4)
    own = safe * (1 - safe) if share else losses.second.sum() / n - mean**2
    left = max(own - 2 * weight * joint + weight**2 * spread, 0.0) * n / (n - 2)
    moved = (losses.rows * losses.expected).sum() / rows - centre
    return float(mean + weight * moved), float(left / n * (1 - n / rows)), int(n)


def with_interval(metric: Metric, value: float, variance: float, n: int) -> Measured | None:
    """The value with its 95 % band.

    Of a share it is that of as many labels alone as would be as sure; a mean error is taken to be lognormal.
    """
    if variance <= 0:
        return None
    if not np.isfinite(metric.bounds[1]):
        from scipy.special import stdtrit

        wide = float(stdtrit(n - 2, 0.975)) / Z95
        return replace(lognormal(value, variance * wide**2, n, metric.bounds), variance=variance)
    share = float(np.clip(value, 0, 1))
    safe = (share * n + 2) / (n + 4)
    worth = safe * (1 - safe) / variance  # so many labels alone would be as sure
    return Measured(share, *wilson(share * worth, worth), variance, n)
