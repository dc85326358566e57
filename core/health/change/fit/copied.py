"""Labels that are the model's own predictions: none of them differs, where chance would make many differ.

A metric of such labels is perfect and says nothing. They come from a join of the wrong column, or from a
process that acts on the prediction and writes down what was done. Whoever scores the rows that a model was
trained on sees the same.
"""

from typing import NamedTuple

from core.health.change.chance import excludes_chance
from core.health.change.faults import Fault
from core.health.profiles.profile import RIGHT, WRONG, Profile
from core.health.profiles.score_bins import middles
from core.health.rules import RULES, FaultRules
from core.stats.error_moments import LABELLED, SIZE, SQUARE


class NeverWrong(NamedTuple):
    """Labels that all equal their prediction; `promised`: share of errors by the scores, None of amounts."""

    labels: int
    promised: float | None


def copied_labels(before: Profile, chunk: Profile, rules: FaultRules = RULES.faults) -> list[Fault]:
    """The fault of a chunk in which no label differs from its prediction, where errors were usual.

    Cases may have become easier: the chance that none differs is that of the larger of the share that was
    right before and the share that the scores promise now.

    Args:
        before: the whole reference period.
        chunk: the chunk.
        rules: chance below which no row differs by accident.
    """
    n = chunk.labelled
    if n < rules.enough or before.labelled < rules.enough or not _is_never_wrong(chunk):
        return []
    right = _share_right(before)
    if not excludes_chance(max(right, _promised_right(chunk)), n, rules):
        return []
    words = "" if chunk.errors.size else f"{100 * right:.0f} % agreed before"
    return [Fault("copied", "", right, 1.0, n, words)]


def never_wrong(reference: Profile, rules: FaultRules = RULES.faults) -> NeverWrong | None:
    """A reference period without any error, though its scores promise some; None where it is none such.

    Of amounts, which have no scores, the first is enough.
    """
    n = reference.labelled
    if n < rules.enough or not _is_never_wrong(reference):
        return None
    if reference.errors.size:
        return NeverWrong(n, None)
    right = _promised_right(reference)
    return NeverWrong(n, 1 - right) if right and excludes_chance(right, n, rules) else None


def _is_never_wrong(profile: Profile) -> bool:
    if profile.errors.size:
        return not profile.errors[:, SIZE].sum()
    return int(profile.confusion.trace()) == int(profile.confusion.sum())


def _share_right(profile: Profile) -> float:
    """The share of labels that equal their prediction; of amounts the most that it can be.

    At least (E |e|)^2 / E e^2 of the errors are not 0 (Paley and Zygmund 1932).
    """
    if not profile.errors.size:
        return float(profile.confusion.trace() / profile.confusion.sum())
    labelled, size, square = (float(profile.errors[:, at].sum()) for at in (LABELLED, SIZE, SQUARE))
    return 1 - size**2 / (labelled * square) if square else 1.0


def _promised_right(profile: Profile) -> float:
    """The mean score of the class that was predicted over the labelled rows; 0 where there are no scores."""
    rows = profile.confidence[:, (RIGHT, WRONG)].sum((0, 1))
    return float(rows @ middles(len(rows)) / rows.sum()) if rows.sum() else 0.0
