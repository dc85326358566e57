"""Judge one experiment of a search part by part, and stop where it is hopeless."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from core.stats.arrays import Ints
from core.stats.executors.side_by_side import side_by_side
from core.stats.metric import Metric
from core.stats.predictions import Predictions, Truth
from core.stats.together.dependence import INDEPENDENT, Together
from core.training.fit import learning
from core.training.predictions import predict
from core.training.search.blend import weights
from core.training.search.schemes import Scheme
from core.training.tasks import Task
from core.training.treatments.fit_treated import fit_treated
from core.training.treatments.treatment import Treatment


@dataclass(frozen=True, slots=True)
class PruneRules:
    """When an experiment is given up.

    Attributes:
        alpha: chance that an experiment as good as the best so far is given up, over all its parts together
            (Bonferroni): what is given up wrongly costs one of many experiments, so the usual .05.
        fewest: rows before which nothing is given up (`core.training.comparison.segments`: under 30 rows no
            segment is judged).
        beside: share of a stack of the best and it alone from which on the first experiment of a recipe is
            judged to its end though it is worse: a fifth, since with less its voice in a stack of six
            (`core.training.search.blend`) would be near the twentieth at which one is not heard.
        share: of the minutes of a search that its other parts may take then: all ten recipes of records
            together take half of them at most.
    """

    alpha: float = 0.05
    fewest: int = 30
    beside: float = 0.2
    share: float = 0.05


RULES = PruneRules()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the parts of a scheme gave.

    Attributes:
        predictions: for the judged rows in the order of `Scheme.judged_rows`, as far as `parts` go.
        parts: how many were done; fewer than the scheme has where it was hopeless.
    """

    predictions: Predictions
    parts: int
    hopeless: bool


def judge(
    recipe: Pipeline,
    X: pd.DataFrame,
    y: "pd.Series[Any]",
    task: Task,
    scheme: Scheme,
    treatment: Treatment,
    facts: pd.DataFrame,
    *,
    metric: Metric,
    best: Predictions | None,
    together: Together = INDEPENDENT,
    patience: float = 0.0,
    progress: Callable[[float, str], None],
    rules: PruneRules = RULES,
) -> Judged:
    """Fit each part of the scheme on its treated rows and predict the rows that it judges.

    Args:
        recipe: unfitted; stays so.
        X: features, n rows, oldest first.
        y: labels.
        task: how labels are read and the estimator is asked.
        scheme: which rows are judged by models of which others.
        treatment: of the rows that are learnt from; those that are judged stay as they are.
        facts: of the n rows, as `Treatment.apply` reads them.
        metric: by which it is decided whether to go on.
        best: predictions of the best experiment so far for all judged rows; None: never give up.
        together: which of the judged rows belong together.
        patience: seconds that the other parts of one may take that is worse alone but helps beside the best.
        progress: is told the done fraction and what is done.
        rules: when it is given up.

    Raises:
        RetrainError: the recipe cannot learn from these rows.
    """
    targets, truth = task.targets(y), task.truth(y)
    made: list[Predictions] = []
    began = time.monotonic()
    with closing(_parts(recipe, X, targets, task, scheme, treatment, facts, progress)) as parts:
        for number, part in enumerate(parts, 1):
            made.append(part)
            so_far = _together(made)
            if best is None or number == len(scheme.parts):
                continue
            rows = scheme.judged_rows(number)
            same = best.at(np.arange(len(rows)))
            here = together.at(np.arange(len(rows)))
            hopeless = is_hopeless(metric, truth[rows], same, so_far, len(scheme.parts) - 1, here, rules)
            rest = (time.monotonic() - began) * (len(scheme.parts) / number - 1)
            if hopeless and not (rest < patience and helps_beside(metric, truth[rows], same, so_far, rules)):
                return Judged(so_far, number, hopeless=True)
    return Judged(_together(made), len(made), hopeless=False)


def _parts(
    recipe: Pipeline,
    X: pd.DataFrame,
    targets: npt.NDArray[Any],
    task: Task,
    scheme: Scheme,
    treatment: Treatment,
    facts: pd.DataFrame,
    progress: Callable[[float, str], None],
) -> Generator[Predictions]:
    """Predictions part by part; while one is looked at, the next are fitted."""

    def predictions(learn: Ints, test: Ints) -> Predictions:
        return predict(fit_treated(recipe, X, targets, treatment.apply(facts, learn)), X.iloc[test], task)

    def begin() -> Iterator[Callable[[], Predictions]]:
        for number, rows in enumerate(scheme.parts):
            progress(number / len(scheme.parts), f"part {number + 1} of {len(scheme.parts)}")
            yield partial(predictions, *rows)

    with learning():
        yield from side_by_side(begin())


def is_hopeless(
    metric: Metric,
    truth: Truth,
    best: Predictions,
    candidate: Predictions,
    looks: int,
    together: Together = INDEPENDENT,
    rules: PruneRules = RULES,
) -> bool:
    """Whether the candidate is worse than the best so far by more than chance on these rows.

    Args:
        metric: that decides.
        truth: of the rows.
        best: predictions of the best so far.
        candidate: predictions that are judged.
        looks: how often that is asked of one candidate.
        together: which of the rows belong together.
        rules: the chance.

    >>> from core.stats.metrics import METRICS
    >>> right, wrong = (Predictions.from_outputs(np.eye(2)[[answer] * 50]) for answer in (0, 1))
    >>> truth = np.zeros(50, dtype=int)
    >>> is_hopeless(METRICS["accuracy"], truth, right, wrong, 3)
    True
    >>> is_hopeless(METRICS["accuracy"], truth, right, right, 3)
    False
    """
    if len(truth) < rules.fewest or ("two labels" in metric.needs and len(np.unique(truth)) < 2):  # noqa: PLR2004
        return False
    level = rules.alpha / max(1, looks)
    return metric.compare_together(truth, best, candidate, level, together)[0].high < 0


def helps_beside(
    metric: Metric, truth: Truth, best: Predictions, candidate: Predictions, rules: PruneRules = RULES
) -> bool:
    """Whether a stack of the best so far and the candidate would hear the candidate on these rows."""
    return bool(weights([best, candidate], truth, metric)[1] >= rules.beside)


def _together(made: list[Predictions]) -> Predictions:
    return Predictions(
        np.concatenate([part.probabilities for part in made]),
        np.concatenate([part.predicted for part in made]),
    )
