"""What metrics are computed from: counts, either observed or expected, one or many replicates at once."""

from dataclasses import dataclass

import numpy as np

from core.health.profiles.error_moments import COLUMNS
from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.health.profiles.score_bins import middles
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts with any leading axes (K classes, C scored classes, B bins).

    Attributes:
        right: (..., K) rows predicted as the class that they are.
        actual: (..., K) rows of the class; predicted: (..., K) rows predicted as the class.
        positives, negatives: (..., C, B) rows of the class and of the others by the score of the class.
        log_loss, brier: (...) mean of each.
        errors: (..., 12) sums of a regression (`core.health.profiles.error_moments`); it has no classes.
    """

    right: Floats
    actual: Floats
    predicted: Floats
    positives: Floats
    negatives: Floats
    log_loss: Floats
    brier: Floats
    errors: Floats


def observed(profile: Profile) -> Tally:
    """The counts of the labelled rows."""
    confusion = profile.confusion.astype(float)
    n = max(profile.scored, 1)
    return Tally(
        right=np.diagonal(confusion).copy(),
        actual=confusion.sum(1),
        predicted=confusion.sum(0),
        positives=profile.scores[:, POSITIVE].astype(float),
        negatives=profile.scores[:, NEGATIVE].astype(float),
        log_loss=np.asarray(profile.sums[0] / n),
        brier=np.asarray(profile.sums[2] / n),
        errors=profile.errors.sum(0),
    )


def of_errors(sums: Floats) -> Tally:
    """The counts of a regression: none but (..., 12) sums of its errors."""
    none = np.zeros((*sums.shape[:-1], 0))
    nothing = np.zeros(sums.shape[:-1])
    return Tally(none, none, none, none[..., None], none[..., None], nothing, nothing, sums)


def expected(right: Floats, wrong: Floats, positives: Floats, negatives: Floats) -> Tally:
    """The counts of rows whose labels are only expected.

    Args:
        right: (..., K, B) rows expected to be right, by predicted class and its score.
        wrong: (..., K, B) rows expected to be wrong, likewise.
        positives: (..., C, B) rows expected to be of a class, by the score of the class.
        negatives: (..., C, B) rows expected to be of another class, likewise.
    """
    hits, misses = right.sum(-1), wrong.sum(-1)
    one = positives.shape[-2] == 1
    actual = hits + misses[..., ::-1] if one else positives.sum(-1)
    score = middles(positives.shape[-1])
    cost = -np.log(score) * positives - (np.log1p(-score) * negatives if one else 0)
    square = positives * (1 - score) ** 2 + negatives * score**2
    n = np.maximum((hits + misses).sum(-1), 1e-9)
    return Tally(
        right=hits,
        actual=actual,
        predicted=hits + misses,
        positives=positives,
        negatives=negatives,
        log_loss=cost.sum((-1, -2)) / n,
        brier=square.sum((-1, -2)) / n,
        errors=np.zeros(COLUMNS),
    )
