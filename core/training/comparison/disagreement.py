"""Where two models differ, and which of the two is right there."""

import numpy as np
import numpy.typing as npt

from core.stats.predictions import Predictions, Truth
from core.stats.row_losses import absolute_errors as misses

NEUTRAL = 0.1
"""Errors that differ by less than this share of the champion's mean error are equally good."""


def gaps(champion: Predictions, challenger: Predictions) -> npt.NDArray[np.float64]:
    """How far apart the two are on each row: 0 or 1 for classes, the distance for numbers."""
    if of_numbers(champion):
        return np.asarray(np.abs(champion.predicted - challenger.predicted))
    return np.asarray(champion.predicted != challenger.predicted, dtype=np.float64)


def differ(truth: Truth, champion: Predictions, challenger: Predictions) -> npt.NDArray[np.bool_]:
    """Rows on which the two differ: other classes; numbers farther apart than the champion's mean error."""
    usual = misses(truth, champion).mean() if of_numbers(champion) else 0.0
    return gaps(champion, challenger) > usual


def flips(truth: Truth, champion: Predictions, challenger: Predictions) -> dict[str, int]:
    """How many rows the challenger fixed and broke, and on how many it differs without being better or worse.

    Numbers are fixed when the challenger is closer to the truth by more than a tenth of the champion's mean
    error, broken when it is farther by more, and neutral otherwise.
    """
    if of_numbers(champion):
        before, after = misses(truth, champion), misses(truth, challenger)
        least = NEUTRAL * before.mean()
        fixed, broken = before - after > least, after - before > least
        return {
            "fixed": int(fixed.sum()),
            "broken": int(broken.sum()),
            "neutral": int((~fixed & ~broken).sum()),
        }
    right, now_right = champion.predicted == truth, challenger.predicted == truth
    other = champion.predicted != challenger.predicted
    return {
        "fixed": int((~right & now_right).sum()),
        "broken": int((right & ~now_right).sum()),
        "neutral": int((other & ~right & ~now_right).sum()),
    }


def of_numbers(answers: Predictions) -> bool:
    """Whether these are numbers rather than classes."""
    return bool(answers.probabilities.shape[1] == 0)
