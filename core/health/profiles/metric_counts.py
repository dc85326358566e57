"""The counts of a profile, observed or expected, that metrics are computed from."""

import numpy as np

from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.health.profiles.score_bins import middles
from core.stats.arrays import Floats
from core.stats.counts import MetricCounts, ObservedCounts
from core.stats.error_moments import COLUMNS


def observed_counts(profile: Profile) -> ObservedCounts:
    """The counts of the labelled rows.

    >>> from core.health.profiles.layout import Layout
    >>> profile = Profile.empty(Layout(("no", "yes"), 8))
    >>> profile.confusion[:] = [[40, 10], [5, 45]]
    >>> observed_counts(profile).right.tolist()
    [40.0, 45.0]
    """
    confusion = profile.confusion.astype(float)
    losses = profile.sums / max(profile.scored, 1)
    return ObservedCounts(
        right=np.diagonal(confusion).copy(),
        actual=confusion.sum(1),
        predicted=confusion.sum(0),
        positives=profile.scores[:, POSITIVE].astype(float),
        negatives=profile.scores[:, NEGATIVE].astype(float),
        log_loss=np.asarray(losses[0]),
        brier=np.asarray(losses[2]),
        errors=profile.errors.sum(0),
        confusion=confusion,
        labelled=profile.labelled,
        scored=profile.scored,
        log_loss_square=float(losses[1]),
        brier_square=float(losses[3]),
    )


def log_costs(profile: Profile) -> tuple[Floats, Floats]:
    """(C, B) the log-loss of a row of the class, and of a row of another, by the bin of its score.

    It is that of the middle of the bin; in the outer bins, which have no end, the mean over the rows in them.
    """
    rows = profile.scores.sum(1)
    middle = np.broadcast_to(middles(rows.shape[-1]), rows.shape)
    own, other = -np.log(middle), -np.log1p(-middle)
    for costs, at, sums in ((own, 0, profile.outer[:, 0]), (other, -1, profile.outer[:, 1])):
        costs[:, at] = np.where(rows[:, at] > 0, sums / np.maximum(rows[:, at], 1), costs[:, at])
    return own, other


def expected_counts(
    right: Floats, wrong: Floats, positives: Floats, negatives: Floats, costs: tuple[Floats, Floats]
) -> MetricCounts:
    """The counts of rows whose labels are only expected.

    Args:
        right: (..., K, B) rows expected to be right, by predicted class and its score.
        wrong: (..., K, B) rows expected to be wrong, likewise.
        positives: (..., C, B) rows expected to be of a class, by the score of the class.
        negatives: (..., C, B) rows expected to be of another class, likewise.
        costs: of these rows (`log_costs`).
    """
    hits, misses = right.sum(-1), wrong.sum(-1)
    one = positives.shape[-2] == 1
    actual = hits + misses[..., ::-1] if one else positives.sum(-1)
    score = middles(positives.shape[-1])
    cost = costs[0] * positives + (costs[1] * negatives if one else 0)
    square = positives * (1 - score) ** 2 + negatives * score**2
    n = np.maximum((hits + misses).sum(-1), 1e-9)
    return MetricCounts(
        right=hits,
        actual=actual,
        predicted=hits + misses,
        positives=positives,
        negatives=negatives,
        log_loss=cost.sum((-1, -2)) / n,
        brier=square.sum((-1, -2)) / n,
        errors=np.zeros(COLUMNS),
        confusion=_of_two(hits, misses) if one else np.full((*hits.shape, hits.shape[-1]), np.nan),
    )


def _of_two(hits: Floats, misses: Floats) -> Floats:
    """(..., 2) rows expected to be right and wrong by predicted class -> (..., 2, 2) label by prediction."""
    same = np.eye(2)
    matrix: Floats = same * hits[..., None, :] + (1 - same) * misses[..., None, :]
    return matrix
