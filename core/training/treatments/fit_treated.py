"""An estimator fitted on the rows of a treatment, and a stack each of whose members has one of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import VotingRegressor

from core.errors import RetrainError
from core.stats.arrays import Ints
from core.training.search.blend import thaw, vote
from core.training.search.decision_threshold import beneath_threshold, keep_threshold
from core.training.treatments.treatment import Treated, Treatment
from core.training.treatments.weights import weights_of_rows


@dataclass(frozen=True, slots=True)
class Treatments:
    """What becomes of n rows before an estimator, or each member of a stack, learns from them.

    Attributes:
        by_member: of the estimator, or one for each member in its order.
        facts: of the n rows, as `Treatment.apply` reads them.
        oldest_first: (n,) their positions in the order of time.
    """

    by_member: tuple[Treatment, ...]
    facts: pd.DataFrame
    oldest_first: Ints

    @classmethod
    def none(cls, n: int) -> Self:
        """All of n rows as they stand, for one estimator."""
        return cls((Treatment(),), pd.DataFrame(index=range(n)), np.arange(n))

    def apply(self, learn: Ints) -> list[Treated]:
        """What each learns from of the rows at these positions.

        Raises:
            RetrainError: too few rows are left.
        """
        among = np.isin(self.oldest_first, learn)
        return [one.apply(self.facts, self.oldest_first[among]) for one in self.by_member]

    @property
    def judged(self) -> Ints:
        """Positions of the rows by which it is judged out of fold: all, or those of its longest window.

        What is older than every window of the newest rows is never learnt from, on purpose: how a model does
        there says nothing of the rows to come, and a threshold that serves it may not serve them.
        """
        windows = [one.amount if one.kind == "newest" else 1.0 for one in self.by_member]
        return np.sort(Treatment("newest", max(windows)).apply(self.facts, self.oldest_first).rows)


def fit_treated(estimator: Any, X: pd.DataFrame, targets: npt.NDArray[Any], treated: Treated) -> Any:
    """A fitted copy of an estimator, by the rows and the weights of a treatment; inside `learning`.

    Raises:
        ValueError: the estimator takes no weights, or cannot learn from the rows.
    """
    rows = treated.rows
    weighed = weights_of_rows(estimator, treated.weights)
    return clone(estimator).fit(X.iloc[rows], targets[rows], **weighed)


def fit_each(estimator: Any, X: pd.DataFrame, targets: npt.NDArray[Any], treated: Sequence[Treated]) -> Any:
    """The same of an estimator, or of a stack, each of whose members learns from rows of its own.

    A threshold of its own stays around it. The weights of a stack stay; its members may be frozen.

    Args:
        estimator: unfitted or fitted; a stack where `treated` has several.
        X: (n, ...) what all members read.
        targets: (n,) as an estimator learns them.
        treated: one, or one for each member in its order.

    Raises:
        RetrainError: the members have not learnt the same classes.
        ValueError: an estimator takes no weights, or cannot learn from the rows.
    """
    if len(treated) == 1 and treated[0].weights is None:
        return fit_treated(estimator, X, targets, treated[0])
    beneath = beneath_threshold(estimator)
    if len(treated) == 1:
        return keep_threshold(estimator, fit_treated(beneath, X, targets, treated[0]))
    stack = thaw(beneath)
    fitted = [
        fit_treated(member, X, targets, own)
        for (_, member), own in zip(stack.estimators, treated, strict=True)
    ]
    made = vote(fitted, stack.weights, numbers=isinstance(stack, VotingRegressor))
    if made is None:
        raise RetrainError(
            "The members of the stack have not learnt the same classes: the rows of one lack a class.",
            "Label more rows of the rare class, or name a recipe.",
        )
    return keep_threshold(estimator, made)
