"""Metrics of classes from counts, each with its sampling variance."""

from collections.abc import Callable

import numpy as np

from core.health.profiles.metric_counts import Tally, observed
from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.stats.arrays import Bools, Floats
from core.stats.intervals import delong, delta, ranking, share_variance


def _mean(parts: Floats, there: Bools) -> Floats:
    """Mean over the classes that occur; of two classes only the positive one counts."""
    if parts.shape[-1] == 2:  # noqa: PLR2004 -- binary
        return np.asarray(parts[..., 1])
    weight = np.where(there, 1.0, 0.0)
    mean: Floats = (np.where(there, parts, 0.0) * weight).sum(-1) / np.maximum(weight.sum(-1), 1)
    return mean


def _ratio(a: Floats, b: Floats) -> Floats:
    ratio: Floats = np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)
    return ratio


def accuracy(t: Tally) -> Floats:
    """Share of rows that are right."""
    return _ratio(t.right.sum(-1), t.actual.sum(-1))


def recall(t: Tally) -> Floats:
    """Share of a class that is found."""
    return _mean(_ratio(t.right, t.actual), t.actual + t.predicted > 0)


def precision(t: Tally) -> Floats:
    """Share of a prediction that is right."""
    return _mean(_ratio(t.right, t.predicted), t.actual + t.predicted > 0)


def f1(t: Tally) -> Floats:
    """Balance of the two."""
    return _mean(_ratio(2 * t.right, t.actual + t.predicted), t.actual + t.predicted > 0)


def balanced(t: Tally) -> Floats:
    """Recall, every class counting the same."""
    there = t.actual > 0
    balanced: Floats = (_ratio(t.right, t.actual) * there).sum(-1) / np.maximum(there.sum(-1), 1)
    return balanced


def ranked(t: Tally) -> Floats:
    """Area under the ROC curve, one class against the rest."""
    areas = ranking(t.positives, t.negatives)
    known = np.isfinite(areas)
    total: Floats = np.where(known, areas, 0).sum(-1)
    return np.where(known.any(-1), total / np.maximum(known.sum(-1), 1), np.nan)


def ranked_variance(profile: Profile) -> float:
    """One-vs-rest areas of one chunk move together: their mean is no surer than they are on average."""
    pairs = [(row[POSITIVE], row[NEGATIVE]) for row in profile.scores]
    errors = [delong(p, n) ** 0.5 for p, n in pairs if p.sum() and n.sum()]
    return float(np.mean(errors) ** 2)


def accuracy_variance(profile: Profile) -> float:
    """Sampling variance of `accuracy`."""
    return share_variance(float(np.trace(profile.confusion)), profile.labelled)


def _by_class(profile: Profile) -> tuple[Floats, Floats, Floats, Floats]:
    t = observed(profile)
    if t.right.size == 2:  # noqa: PLR2004 -- binary: only the positive class counts
        weight = np.array([0.0, 1.0])
    else:
        there = t.actual + t.predicted > 0
        weight = there / np.maximum(there.sum(), 1)
    return t.right, t.actual, t.predicted, weight


def recall_variance(profile: Profile) -> float:
    """Sampling variance of `recall`."""
    right, actual, _, weight = _by_class(profile)
    parts = [w**2 * share_variance(r, a) for r, a, w in zip(right, actual, weight, strict=True) if a]
    return float(sum(parts))


def precision_variance(profile: Profile) -> float:
    """Sampling variance of `precision`."""
    right, _, predicted, weight = _by_class(profile)
    parts = [w**2 * share_variance(r, p) for r, p, w in zip(right, predicted, weight, strict=True) if p]
    return float(sum(parts))


def balanced_variance(profile: Profile) -> float:
    """Sampling variance of `balanced`."""
    right, actual, _, _ = _by_class(profile)
    there = actual > 0
    parts = [share_variance(r, a) for r, a in zip(right[there], actual[there], strict=True)]
    return float(sum(parts)) / max(int(there.sum()), 1) ** 2


def f1_variance(profile: Profile) -> float:
    """Sampling variance of `f1` (delta method)."""
    right, actual, predicted, weight = _by_class(profile)
    total = np.maximum(actual + predicted, 1)
    slope = weight * 2 * right / total**2
    gradient = np.diag(weight * 2 / total) - slope[:, None] - slope[None, :]
    return max(delta(profile.confusion, gradient), 0.25 / profile.labelled**2)


def mean_variance(at: int) -> Callable[[Profile], float]:
    """Sampling variance of the mean whose sums stand at `at` and after it."""

    def variance(profile: Profile) -> float:
        n = profile.scored
        mean = profile.sums[at] / n
        return float(max(profile.sums[at + 1] / n - mean**2, 1e-12) / n)

    return variance
