"""What a vote costs: a trial on few rows foretells the processor time of a fit on all of them."""

import warnings
from collections.abc import Sequence
from time import thread_time
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from core.label_errors.out_of_fold import Contender, sample_rows
from core.label_errors.rules import RULES, CostRules
from core.stats.arrays import Ints, take

STEPS = ("HistGradientBoosting", "max_iter"), ("", "n_estimators")
"""Beginning of the name of a family that learns step by step -> its parameter with their number."""


def fit_seconds(
    contender: Contender, targets: npt.NDArray[Any], rows: int, rules: CostRules = RULES.cost
) -> float:
    """Processor seconds of one fit on so many rows, as if its time grew with them; NaN where a trial fails.

    Most families grow slower, so that this is an upper end. Families that learn step by step are tried with
    few steps and with some more, as if every further step took as long as those: of many classes a trial with
    all steps takes longer than the votes of the other models.

    Args:
        contender: whose fit it is.
        targets: (n,) labels to learn from.
        rows: that a fit learns from.
        rules: how many rows and steps the trial sees.
    """
    few = sample_rows(np.arange(len(targets)), targets, rules.trial_rows, 0)
    name, steps = _steps(contender.estimator)
    first, more = rules.trial_steps
    try:
        if steps <= more:
            spent = _seconds(contender, {}, few, targets)
        else:
            short = _seconds(contender, {name: first}, few, targets)
            step = (_seconds(contender, {name: more}, few, targets) - short) / (more - first)
            spent = short + max(step, 0.0) * (steps - first)
    except ValueError:  # a family that needs more rows of each class
        return float("nan")
    return spent * max(min(rows, contender.at_most or rows) / len(few), 1.0)


def _steps(estimator: Any) -> tuple[str, int]:
    """Name and value of the parameter that counts the steps of the last learner; 0 where it has none."""
    parameters = estimator.get_params()
    for name, value in parameters.items():
        inside, _, short = name.rpartition("__")
        learner = parameters[inside] if inside else estimator
        for family, counts in STEPS:
            if short == counts and type(learner).__name__.startswith(family) and isinstance(value, int):
                return name, value
    return "", 0


def _seconds(
    contender: Contender, parameters: dict[str, int], rows: Ints, targets: npt.NDArray[Any]
) -> float:
    """Processor seconds of a fit on some rows with other parameters, in this thread."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few rows of many classes look like numbers
        model = clone(contender.estimator).set_params(**parameters)
        start = thread_time()
        model.fit(take(contender.features, rows), targets[rows])
        return thread_time() - start


def too_dear(
    contenders: Sequence[Contender], targets: npt.NDArray[Any], rows: int, rules: CostRules = RULES.cost
) -> dict[str, float]:
    """Name -> foretold seconds of a fit, of the companions that take many times the first contender.

    Args:
        contenders: the champion first, which always votes.
        targets: (n,) labels to learn from.
        rows: that a fit learns from.
        rules: what is too dear.
    """
    with threadpool_limits(1):
        seconds = {one.name: fit_seconds(one, targets, rows, rules) for one in contenders[1:]}
        long = {name: spent for name, spent in seconds.items() if spent > rules.free_seconds}
        if not long:
            return {}
        most = rules.times_champion * fit_seconds(contenders[0], targets, rows, rules)
    return {name: round(spent, 1) for name, spent in long.items() if spent > most}
