"""The bins of probabilities: fine at both ends, where confident models put their scores."""

from functools import lru_cache

import numpy as np

from core.stats.arrays import Floats, Ints
from core.stats.measures.score_scale import SPAN, warp

CLASSES_BINS = ((2, 1024), (12, 256))
MANY_CLASSES_BINS = 64
BANDS = 32
"""Of scores in a stratum: the calibration moves by a hundredth or two within one of them."""


def bins_for(classes: int) -> int:
    """How many bins a score gets; fewer for many classes, whose histograms add up in size.

    >>> bins_for(2), bins_for(10), bins_for(77)
    (1024, 256, 64)
    """
    return next((bins for limit, bins in CLASSES_BINS if classes <= limit), MANY_CLASSES_BINS)


@lru_cache(maxsize=8)
def middles(bins: int) -> Floats:
    """(bins,) the probability in the middle of every bin, to be read only.

    >>> middles(4).round(3).tolist()
    [0.002, 0.288, 0.712, 0.998]
    """
    grid = 1 / (1 + np.exp(-np.linspace(-SPAN, SPAN, 20001)))
    centres: Floats = np.interp((np.arange(bins) + 0.5) / bins, warp(grid), grid)
    centres.flags.writeable = False
    return centres


def bands(bins: int) -> Ints:
    """(bins,) the band of scores that every bin lies in.

    >>> bands(64)[[0, 1, 2, 63]].tolist(), bands(8).tolist()
    ([0, 0, 1, 31], [0, 4, 8, 12, 16, 20, 24, 28])
    """
    places: Ints = np.arange(bins) * BANDS // bins
    return places
