"""From which score on a model of two classes decides for the positive one, chosen on rows it did not see."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline

from core.stats.arrays import Floats, Ints
from core.stats.measures import cost_matrix
from core.stats.metric import Metric
from core.stats.predictions import Predictions, Truth, decisions
from core.stats.together.dependence import INDEPENDENT, Together


@dataclass(frozen=True, slots=True)
class ThresholdRules:
    """When a threshold is chosen, and among which.

    Attributes:
        metrics: that depend on decisions and weigh both kinds of errors; precision or recall alone would be
            served best by a model that says no, or yes, to everything.
        places: quantiles of the scores that are tried: more than a hundred move the best value by less than
            its own chance (scikit-learn's `TunedThresholdClassifierCV` tries as many).
        alpha: one-sided level at which it must be better than the model's own decisions: the usual bound of
            an interval of 95 %.
    """

    metrics: tuple[str, ...] = ("accuracy", "balanced_accuracy", "f1", cost_matrix.NAME)
    places: int = 100
    alpha: float = 0.025


RULES = ThresholdRules()


@dataclass(frozen=True, slots=True)
class Decided:
    """A threshold that helps.

    Attributes:
        threshold: of all rows together.
        predictions: (n,) decisions, those of each block at the threshold that the other blocks gave.
    """

    threshold: float
    predictions: Predictions


def tune(
    metric: Metric,
    truth: Truth,
    made: Predictions,
    block: Ints,
    together: Together = INDEPENDENT,
    rules: ThresholdRules = RULES,
) -> Decided | None:
    """The threshold that serves a metric best; None where none is better beyond chance than one half.

    Where a person has set one for the model nobody should ask, and a model that decides by anything but the
    larger probability has a rule of its own, which stays.

    Args:
        metric: of record.
        truth: (n,) class numbers.
        made: predictions for n rows of models that had not seen them.
        block: (n,) number of the part, or fold, of each row: its threshold comes from the other ones.
        together: which of the n rows belong together.
        rules: for which metrics, and when it helps.

    >>> from core.stats.metrics import METRICS
    >>> draws = np.random.default_rng(0).random(4_000)
    >>> truth = (np.random.default_rng(1).random(4_000) < draws / 2).astype(int)
    >>> made = Predictions.from_outputs(np.column_stack([1 - draws / 2, draws / 2]))
    >>> round(tune(METRICS["f1"], truth, made, np.arange(4_000) % 5).threshold, 1)
    0.3
    """
    parts = np.unique(block)
    if made.classes != 2 or metric.name not in rules.metrics or len(parts) < 2:  # noqa: PLR2004 -- two classes
        return None
    if (made.predicted != decisions(made.probabilities)).any():
        return None
    decided = np.empty(len(truth), dtype=np.int64)
    for part in parts:
        here = block == part
        if len(np.unique(truth[~here])) < 2:  # noqa: PLR2004 -- of one class alone nothing is chosen
            return None
        cut = choose(metric, truth[~here], made.at(~here).probabilities, rules)
        decided[here] = made.probabilities[here, 1] >= cut
    crossed = Predictions(made.probabilities, decided)
    if metric.compare_together(truth, made, crossed, rules.alpha, together)[0].low <= 0:
        return None
    return Decided(choose(metric, truth, made.probabilities, rules), crossed)


def choose(metric: Metric, truth: Truth, probabilities: Floats, rules: ThresholdRules = RULES) -> float:
    """The threshold with the best value on these rows; of equal ones the middle one.

    Args:
        metric: that decides.
        truth: (n,) class numbers, of both classes.
        probabilities: (n, 2).
        rules: how many are tried.
    """
    scores = probabilities[:, 1]
    places = np.unique(np.quantile(scores, np.linspace(0, 1, rules.places + 2)[1:-1]))
    merits = [
        metric.merit(metric.of_rows(truth, Predictions(probabilities, (scores >= cut).astype(np.int64))))
        for cut in places
    ]
    best = np.flatnonzero(np.isclose(merits, np.nanmax(merits), rtol=0, atol=1e-12))
    return float(places[best[len(best) // 2]])


def decide_from(estimator: Any, threshold: float, positive: str) -> Any:
    """The fitted estimator, whose `predict` decides for the positive class from a threshold on.

    The last step of a pipeline is wrapped, so that its columns are still made once for both questions. A copy
    that is fitted anew keeps the threshold.

    Args:
        estimator: fitted; of classes of which one is `positive`.
        threshold: of the probability of the positive class.
        positive: its name.
    """
    model = _last(estimator)
    decider = FixedThresholdClassifier(
        clone(model), threshold=threshold, pos_label=positive, response_method="predict_proba"
    )
    decider.estimator_ = model
    for name in ("n_features_in_", "feature_names_in_"):
        if hasattr(model, name):
            setattr(decider, name, getattr(model, name))
    if type(estimator) is not Pipeline:
        return decider
    return Pipeline([*estimator.steps[:-1], (estimator.steps[-1][0], decider)])


def beneath_threshold(estimator: Any) -> Any:
    """The estimator that `decide_from` put its threshold around; any other as it is."""
    decider = _last(estimator)
    if not isinstance(decider, FixedThresholdClassifier):
        return estimator
    if decider is estimator:
        return decider.estimator
    return Pipeline([*estimator.steps[:-1], (estimator.steps[-1][0], decider.estimator)])


def keep_threshold(before: Any, fitted: Any) -> Any:
    """A fitted estimator with the threshold that `decide_from` put around another, where it did."""
    threshold = threshold_of(before)
    return fitted if threshold is None else decide_from(fitted, threshold, _last(before).pos_label)


def threshold_of(estimator: Any) -> float | None:
    """The threshold that `decide_from` gave it; None where it decides as its kind does.

    >>> from sklearn.linear_model import LogisticRegression
    >>> model = LogisticRegression().fit([[0.0], [1.0]], ["no", "yes"])
    >>> threshold_of(model), threshold_of(decide_from(model, 0.2, "yes"))
    (None, 0.2)
    """
    model = _last(estimator)
    return float(model.threshold) if isinstance(model, FixedThresholdClassifier) else None


def _last(estimator: Any) -> Any:
    return estimator[-1] if type(estimator) is Pipeline else estimator
