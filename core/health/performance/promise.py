"""Calibration in the large: how many of a class the scores promise, and how many came."""

from dataclasses import dataclass

from core.health.profiles.layout import Layout
from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.health.profiles.score_bins import middles
from core.health.rules import RULES, HealthRules
from core.stats.intervals import Z95


@dataclass(frozen=True, slots=True)
class Promise:
    """Shares of a class among labelled rows with a score.

    Attributes:
        promised, actual: mean of its scores, and share of its labels.
        low, high: 95 % interval of what actual, given the scores.
        promised_before, actual_before: the same in the reference period.
    """

    name: str
    promised: float
    actual: float
    low: float
    high: float
    promised_before: float
    actual_before: float


def broken_promise(
    layout: Layout, before: Profile, now: Profile, rules: HealthRules = RULES
) -> Promise | None:
    """The class of which scores promise otherwise than before, by more than chance and a little; None: none.

    Scores that were off by as much in the reference period are how this model is.

    Args:
        layout: the cells of both profiles.
        before: the reference period.
        now: the newest measured chunks together.
        rules: how many labels, what is a little, and the level of all classes together (Bonferroni 1936).
    """
    from scipy.special import ndtri

    worst, most = None, 0.0
    for at, scored in enumerate(layout.scored):
        (n0, promised0, actual0, v0), (n, promised, actual, v) = (_gap(part, at) for part in (before, now))
        if min(n0, n) < rules.measure.labelled:
            continue
        moved = (actual - promised) - (actual0 - promised0)
        error = (v / n + v0 / n0) ** 0.5
        sure = float(ndtri(1 - rules.guards.promise / 2 / len(layout.scored)))
        if abs(moved) >= rules.guards.points and abs(moved) > sure * error and abs(moved) > most:
            half, most = Z95 * (v / n) ** 0.5, abs(moved)
            low, high = max(0.0, actual - half), min(1.0, actual + half)
            worst = Promise(layout.classes[scored], promised, actual, low, high, promised0, actual0)
    return worst


def _gap(profile: Profile, at: int) -> tuple[int, float, float, float]:
    """Labelled rows with a score, mean score, share of the class, variance of label less score of a row."""
    positives, negatives = profile.scores[at, POSITIVE], profile.scores[at, NEGATIVE]
    n, score = int(positives.sum() + negatives.sum()), middles(profile.scores.shape[-1])
    if not n:
        return 0, 0.0, 0.0, 0.0
    promised = float(((positives + negatives) * score).sum() / n)
    actual = float(positives.sum() / n)
    square = float((positives * (1 - score) ** 2 + negatives * score**2).sum() / n)
    return n, promised, actual, square - (actual - promised) ** 2
