"""A metric that the table does not have: what a person who adds one writes, and nothing else."""

import numpy as np

from core.stats.intervals import share_variance
from core.stats.metric import Margin, Metric
from core.stats.pairings import by_cells


def share_of_others(counts):
    """Share of the first class that is found."""
    return counts.right[..., 0] / np.maximum(counts.actual[..., 0], 1)


SPECIFICITY = Metric(
    name="specificity",
    title="Specificity",
    plain="share of the others that it leaves alone",
    unit="share",
    better="higher",
    bounds=(0, 1),
    value=share_of_others,
    variance=lambda counts: share_variance(counts.right[0], counts.actual[0]),
    margin=Margin(0.005),
    pairing=by_cells(share_of_others),
    needs=frozenset({"two labels"}),
)
