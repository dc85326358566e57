"""Stack the finalists: one weighted mean of their predictions, with weights learnt out of fold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import LinearConstraint, minimize
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import FixedThresholdClassifier

from core.stats.arrays import Floats, Ints
from core.stats.predictions import LEAST_PROBABILITY, Predictions, Truth


@dataclass(frozen=True, slots=True)
class BlendRules:
    """Who is heard.

    Attributes:
        least_weight: a member that a stack hardly hears costs its time and its megabytes for nothing: with
            less than a twentieth it moves no probability by more than that.
    """

    least_weight: float = 0.05


RULES = BlendRules()


def voters(share: Floats, rules: BlendRules = RULES) -> list[int]:
    """Positions of the members that a stack of these weights keeps.

    >>> voters(np.array([0.9, 0.05, 0.05 - 1e-9]))
    [0, 1]
    """
    return [int(place) for place in np.flatnonzero(share >= rules.least_weight)]


def weights(members: Sequence[Predictions], truth: Truth) -> Floats:
    """Weights of at least 0 that add up to 1 and lose least on these rows (Breiman 1996).

    The loss is the log-loss of classes and the squared error of numbers.

    Args:
        members: predictions of each member for n rows.
        truth: (n,) of the rows.

    >>> good, bad = (Predictions.from_outputs(np.array([1.0, 2.0, 3.0]) + shift) for shift in (0, 5))
    >>> weights([good, bad], np.array([1.0, 2.0, 3.0])).round(2).tolist()
    [1.0, 0.0]
    """
    outputs = np.stack([_of_truth(member, truth) for member in members])
    classes = members[0].classes

    def loss(share: Floats) -> float:
        mean = share @ outputs
        if classes:
            return float(-np.log(np.clip(mean, LEAST_PROBABILITY, 1)).mean())
        return float(np.square(mean - truth).mean()) / scale

    scale = 1.0 if classes else max(float(np.square(outputs - truth).mean()), LEAST_PROBABILITY)
    even = np.full(len(members), 1 / len(members))
    bounds = [(0.0, 1.0)] * len(members)
    total = LinearConstraint(np.ones((1, len(members))), 1.0, 1.0)
    solution = minimize(loss, even, bounds=bounds, constraints=total, method="SLSQP")
    best = np.clip(solution.x, 0, 1)
    return np.asarray(best / best.sum(), dtype=np.float64)


def predict_crossed(
    members: Sequence[Predictions], truth: Truth, block: Ints, threshold: float | None
) -> Predictions:
    """What the stack predicts for each row with the weights that the rows of the other blocks gave.

    Args:
        members: predictions of each member for n rows.
        truth: (n,) of the rows.
        block: (n,) number of the block that each row belongs to.
        threshold: from which score on the positive class is decided.
    """
    outputs = np.empty_like(members[0].outputs)
    for number in np.unique(block):
        here = block == number
        others = [member.at(~here) for member in members]
        outputs[here] = mean(weights(others, truth[~here]), [member.at(here) for member in members])
    return Predictions.from_outputs(outputs, threshold)


def thaw(model: Any) -> Any:
    """A stack whose members learn anew with it; any other model as it is.

    A registered stack holds its members frozen: fitted on other rows it would only say what it said before.
    A threshold of its own stays around it.
    """
    if isinstance(model, FixedThresholdClassifier):
        return clone(model).set_params(estimator=thaw(model.estimator))
    if not isinstance(model, VotingClassifier | VotingRegressor):
        return model
    members = [
        (name, member.estimator if isinstance(member, FrozenEstimator) else member)
        for name, member in model.estimators
    ]
    return clone(model).set_params(estimators=members)


def mean(share: Floats, members: Sequence[Predictions]) -> Floats:
    """The weighted mean of the members' probabilities, or numbers."""
    total: Floats = np.tensordot(share, np.stack([member.outputs for member in members]), axes=1)
    return total


def _of_truth(member: Predictions, truth: npt.NDArray[np.generic]) -> Floats:
    """The probability of what happened; of numbers the number itself."""
    if not member.classes:
        return member.outputs
    return np.asarray(member.probabilities[np.arange(len(truth)), truth], dtype=np.float64)
