"""`find_label_errors`: which labels are probably wrong, from arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from caretaker.hints import notebook_errors

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from core.charts.theme import Mode
    from core.services.in_memory.find_errors import LabelErrorSearch

Chart = Literal["gain", "labels"]
Task = Literal["classification", "regression"]
COLUMNS = ["row", "label", "suggestion", "probability", "reason"]


@dataclass(frozen=True, repr=False)
class LabelErrors:
    """Suspected label errors.

    Attributes:
        search: everything that was found.
    """

    search: "LabelErrorSearch"

    @property
    def sentence(self) -> str:
        """How many labels are probably wrong, with the 95 % interval; or why that cannot be said."""
        if self.search.refused is not None:
            return self.search.refused
        errors, flagged = self.search.errors, int(self.search.table["flagged"].sum())
        return (
            f"About {errors.value:,.0f} of {len(self.search.table):,} labels are wrong "
            f"({errors.low:,.0f} to {errors.high:,.0f}); {flagged:,} are worth a look."
        )

    def frame(self, *, every: bool = False) -> "pd.DataFrame":
        """The labels worth a look, best first: row (from 0), label, suggestion, probability, reason.

        The order is how likely a label is wrong.

        Args:
            every: all labels in this order, not only those worth a look.
        """
        table = self.search.table
        rows = table if every else table[table["flagged"].astype(bool)]
        return rows[COLUMNS].reset_index(drop=True)

    def plot(self, chart: Chart = "gain", mode: "Mode" = "light") -> "alt.Chart":
        """Wrong labels found by labels looked at, or labels by suggestions: which classes are swapped.

        Args:
            chart: `gain`, or `labels`.
            mode: light or dark.
        """
        from core.charts import suspects

        drawn: alt.Chart
        if chart == "gain":
            drawn = suspects.gain(self._curve(), mode)
        elif self.search.points:
            drawn = suspects.scatter(self.search.points, mode)
        else:
            drawn = suspects.swaps(self.search.pairs, mode)
        return drawn

    def _curve(self) -> dict[str, list[float]]:
        from core.errors import DataError

        if self.search.refused is not None:
            raise DataError(self.search.refused, "Ask several experts about the same rows instead.")
        return {name: [float(value) for value in values] for name, values in self.search.curve.items()}

    def __repr__(self) -> str:
        return self.sentence


@notebook_errors
def find_label_errors(
    labels: Any,
    pred_probs: Any = None,
    features: Any = None,
    *,
    classes: Sequence[Any] | None = None,
    task: Task | None = None,
) -> LabelErrors:
    """Find labels that are probably wrong, best first, each with a suggestion and a reason.

    From probabilities alone, as a model of yours gives them for rows that it has not seen; from features,
    on which models of several families are trained by cross-validation; or from both, where your model
    votes with them.

    Args:
        labels: (n,) classes of any type, or numbers; n at least 50.
        pred_probs: (n, K) out-of-fold probabilities, or (n,) of the last of two classes.
        features: n rows: a pandas, polars or Arrow table, a mapping of columns, a 2-D array.
        classes: the K classes in the order of the columns of `pred_probs`; the sorted labels when None, as
            in scikit-learn.
        task: `classification`, or `regression` for labels that are numbers, which need features; fractions
            of many different values are taken for numbers.

    Returns:
        The suspects; their repr is the estimate of how many labels are wrong.

    Raises:
        DataError: the arrays do not fit each other; says row and what to do.

    Examples:
        >>> import numpy as np, caretaker
        >>> rng, n = np.random.default_rng(0), 600
        >>> x = rng.normal(size=(n, 2))
        >>> labels = np.where(x.sum(axis=1) > 0, "yes", "no")
        >>> labels[7] = "no" if labels[7] == "yes" else "yes"
        >>> p = 1 / (1 + np.exp(-4 * x.sum(axis=1)))
        >>> suspects = caretaker.find_label_errors(labels, pred_probs=np.column_stack([1 - p, p]))
        >>> suspects.frame().astype(str).loc[0, ["row", "label", "suggestion"]].tolist()
        ['7', 'yes', 'no']
    """
    from core.services.in_memory.find_errors import find_errors

    return LabelErrors(find_errors(labels, pred_probs, features, classes=classes, task=task))
