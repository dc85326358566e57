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
from core.stats.arrays import take


def fit_seconds(
    contender: Contender, targets: npt.NDArray[Any], rows: int, rules: CostRules = RULES.cost
) -> float:
    """Processor seconds of one fit on so many rows, as if its time grew with them; NaN where a trial fails.

    Most families grow slower, so that this is an upper end.

    Args:
        contender: whose fit it is.
        targets: (n,) labels to learn from.
        rows: that a fit learns from.
        rules: how many rows the trial sees.
    """
    few = sample_rows(np.arange(len(targets)), targets, rules.trial_rows, 0)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few rows of many classes look like numbers
        start = thread_time()
        try:
            clone(contender.estimator).fit(take(contender.features, few), targets[few])
        except ValueError:  # a family that needs more rows of each class
            return float("nan")
        spent = thread_time() - start
    return spent * max(min(rows, contender.at_most or rows) / len(few), 1.0)


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
    seconds = {one.name: fit_seconds(one, targets, rows, rules) for one in contenders[1:]}
    long = {name: spent for name, spent in seconds.items() if spent > rules.free_seconds}
    if not long:
        return {}
    most = rules.times_champion * fit_seconds(contenders[0], targets, rows, rules)
    return {name: round(spent, 1) for name, spent in long.items() if spent > most}
