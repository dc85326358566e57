"""Stack experiments: one weighted mean of their predictions, whose members are chosen out of fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import FixedThresholdClassifier

from core.stats.arrays import Floats, Ints
from core.stats.metric import Metric
from core.stats.predictions import LEAST_PROBABILITY, Predictions, Truth


@dataclass(frozen=True, slots=True)
class BlendRules:
    """Who is heard.

    Attributes:
        rounds: in each one member is chosen, and its weight is its share of them: with 20 nobody who is heard
            less than a twentieth costs time and megabytes for nothing. The hundreds of Caruana et al. (2004)
            only make weights finer.
        most: members of one stack: size and time of a prediction are theirs together. The first few of a
            greedy selection bring nearly all of its gain (Caruana et al. 2004, figure 1).
        of_recipe: experiments of each recipe that may be members, its best ones: of many that differ by
            chance the luckiest would be chosen (Caruana et al. 2004, section 2.3).
    """

    rounds: int = 20
    most: int = 6
    of_recipe: int = 3


RULES = BlendRules()


def pool(recipes: Sequence[str], rules: BlendRules = RULES) -> list[int]:
    """Positions of the experiments that may be members, of these that are best first.

    >>> pool(["a", "a", "b", "a", "a"])
    [0, 1, 2, 3]
    """
    return [
        place for place, recipe in enumerate(recipes) if list(recipes[:place]).count(recipe) < rules.of_recipe
    ]


def weights(
    members: Sequence[Predictions], truth: Truth, metric: Metric, rules: BlendRules = RULES
) -> Floats:
    """Weights of at least 0 that add up to 1, by greedy selection with replacement (Caruana et al. 2004).

    In each round that member is chosen with which the mean of all chosen ones loses least; the weights are
    those of the best round. What is lost is the log-loss of classes, by which probabilities stay right
    whatever the metric, and of numbers the metric itself.

    Args:
        members: predictions of each member for n rows; of equal ones the first is chosen.
        truth: (n,) of the rows.
        metric: of record.
        rules: how many rounds and members.

    >>> from core.stats.metrics import METRICS
    >>> low, high, bad = (Predictions.from_outputs(np.array([1.0, 2.0]) + shift) for shift in (-1, 1, 9))
    >>> weights([low, high, bad], np.array([1.0, 2.0]), METRICS["mae"]).tolist()
    [0.5, 0.5, 0.0]
    """
    outputs = np.stack([_of_truth(member, truth) for member in members])
    loss = _loss(truth, metric, numbers=not members[0].classes)
    total, turns = np.zeros_like(outputs[0]), np.zeros(len(members))
    least, best = np.inf, turns
    for number in range(1, rules.rounds + 1):
        full = np.count_nonzero(turns) >= rules.most
        open_to = np.flatnonzero(turns) if full else np.arange(len(members))
        losses = [loss((total + outputs[place]) / number) for place in open_to]
        place = open_to[int(np.argmin(losses))]
        total += outputs[place]
        turns[place] += 1
        if min(losses) < least:
            least, best = min(losses), turns.copy()
    return np.asarray(best / best.sum(), dtype=np.float64)


def predict_crossed(
    members: Sequence[Predictions], truth: Truth, block: Ints, metric: Metric, threshold: float | None
) -> Predictions:
    """What the stack predicts for each row with the weights that the rows of the other blocks gave.

    Args:
        members: predictions of each member for n rows.
        truth: (n,) of the rows.
        block: (n,) number of the block that each row belongs to.
        metric: of record.
        threshold: from which score on the positive class is decided.
    """
    outputs = np.empty_like(members[0].outputs)
    for number in np.unique(block):
        here = block == number
        share = weights([member.at(~here) for member in members], truth[~here], metric)
        outputs[here] = mean(share, [member.at(here) for member in members])
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


def vote(fitted: Sequence[Any], weights: Sequence[float], *, numbers: bool) -> Any:
    """One estimator of fitted ones, which stay as they are; None where they know different classes.

    Args:
        fitted: the members.
        weights: of each.
        numbers: whether they predict numbers; else classes.
    """
    named = [(f"member{n}", FrozenEstimator(one)) for n, one in enumerate(fitted, 1)]
    if numbers:
        return name_inputs(VotingRegressor(named, weights=list(weights)).fit([[0.0]], [0.0]))
    known = list(fitted[0].classes_)
    if any(list(one.classes_) != known for one in fitted):
        return None
    # frozen members learn nothing of these rows, which only tell the stack the names of the classes
    stack = VotingClassifier(named, voting="soft", weights=list(weights))
    return name_inputs(stack.fit([[0.0]] * len(known), np.asarray(known, dtype=object)))


def name_inputs(model: Any) -> Any:
    """The fitted model; a stack names every column that a member reads: scikit-learn names the first's."""
    if isinstance(model, VotingClassifier | VotingRegressor):
        read = (getattr(member, "feature_names_in_", ()) for member in model.estimators_)
        if names := dict.fromkeys(str(name) for columns in read for name in columns):
            model.feature_names_in_ = np.array(list(names), dtype=object)
    return model


def lost(made: Predictions, truth: Truth, metric: Metric) -> float:
    """What members are chosen by: the log-loss of classes; of numbers the metric, less being better."""
    return _loss(truth, metric, numbers=not made.classes)(_of_truth(made, truth))


def mean(share: Floats, members: Sequence[Predictions]) -> Floats:
    """The weighted mean of the members' probabilities, or numbers."""
    total: Floats = np.tensordot(share, np.stack([member.outputs for member in members]), axes=1)
    return total


def _loss(truth: Truth, metric: Metric, *, numbers: bool) -> Callable[[Floats], float]:
    if numbers:
        return lambda mean: -metric.merit(metric.of_rows(truth, Predictions.from_outputs(mean)))
    return lambda mean: float(-np.log(np.clip(mean, LEAST_PROBABILITY, 1)).mean())


def _of_truth(member: Predictions, truth: npt.NDArray[np.generic]) -> Floats:
    """The probability of what happened; of numbers the number itself."""
    if not member.classes:
        return np.asarray(member.outputs, dtype=np.float64)
    return np.asarray(member.probabilities[np.arange(len(truth)), truth], dtype=np.float64)
