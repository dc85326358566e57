"""Which columns carry a model: how much worse it predicts when one of them is shuffled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.stats.metric import Metric
from core.stats.predictions import Truth
from core.training.predictions import predict
from core.training.tasks import Task


@dataclass(frozen=True, slots=True)
class AblationRules:
    """How columns are ranked.

    Attributes:
        shuffles: of each column; the mean of three is steady enough to rank by: what a column is worth is
            measured by training without it.
    """

    shuffles: int = 3


RULES = AblationRules()


def carrying_columns(
    model: Any,
    X: pd.DataFrame,
    truth: Truth,
    task: Task,
    metric: Metric,
    columns: Sequence[str],
    seed: int,
    rules: AblationRules = RULES,
) -> list[tuple[str, float]]:
    """Columns and what shuffling each of them loses, in the metric's unit, most first (Breiman 2001).

    Args:
        model: fitted, on other rows.
        X: features, n rows.
        truth: (n,) of these rows.
        task: how the model is asked.
        metric: of the loss.
        columns: that are shuffled, one at a time.
        seed: of the shuffling.
        rules: how often.
    """
    rng, whole = np.random.default_rng(seed), metric.of_rows(truth, predict(model, X, task))
    losses = []
    for name in columns:
        values = [
            metric.of_rows(truth, predict(model, X.assign(**{name: _shuffle(X[name], rng)}), task))
            for _ in range(rules.shuffles)
        ]
        losses.append((name, -metric.gain(whole, float(np.mean(values)))))
    return sorted(losses, key=lambda one: -one[1])


def _shuffle(column: "pd.Series[Any]", rng: np.random.Generator) -> Any:
    return column.iloc[rng.permutation(len(column))].array
