"""`compare`: is model b better than model a on the same labelled rows?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caretaker.hints import notebook_errors

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from core.charts.theme import Mode
    from core.services.in_memory.compare_predictions import ArrayComparison


@dataclass(frozen=True, repr=False)
class Comparison:
    """A paired comparison of two models.

    Attributes:
        result: everything that was computed.
    """

    result: "ArrayComparison"

    @property
    def verdict(self) -> str:
        """`better`, `not_worse`, `worse` or `cannot_tell`: of b, against a."""
        return self.result.decision.verdict

    @property
    def sentence(self) -> str:
        """The verdict with its numbers; a is the champion in it, b the challenger."""
        return self.result.sentence

    @property
    def difference(self) -> float:
        """How much better b is, in the unit of the metric; below 0 it is worse."""
        return self.result.difference.difference

    @property
    def interval(self) -> tuple[float, float]:
        """Of the difference, 95 % unless another alpha was asked for."""
        return self.result.difference.low, self.result.difference.high

    @property
    def p(self) -> float:
        """Two-sided p-value of "no difference"."""
        return self.result.difference.p

    def frame(self) -> "pd.DataFrame":
        """One row: metric, both values, difference, interval, p, rows, margin, verdict, labels needed."""
        import pandas as pd

        values, decision = self.result.difference, self.result.decision
        row = {
            "metric": self.result.metric.name,
            "a": values.champion,
            "b": values.challenger,
            "difference": values.difference,
            "low": values.low,
            "high": values.high,
            "p": values.p,
            "n": values.n,
            "margin": self.result.margin,
            "verdict": decision.verdict,
            "labels_needed": decision.labels_needed,
        }
        return pd.DataFrame([row])

    def plot(self, mode: "Mode" = "light") -> "alt.LayerChart":
        """The difference with its interval, beside no difference and the margin."""
        import pandas as pd

        from core.charts.experiments import compare

        values, title = self.result.difference, self.result.metric.title
        row = ("all", "b against a", values.difference, values.low, values.high, values.n, self.verdict)
        return compare.draw(
            pd.DataFrame([row], columns=compare.COLUMNS),
            metric_label=title,
            margin=self.result.margin,
            title=f"{compare.WORDS[self.verdict].capitalize()}: b against a",
            subtitle=f"Difference on the same {values.n:,} rows with a "
            f"{100 * (1 - 2 * self.result.alpha):g} % interval; dashed: a loss that would not matter",
            mode=mode,
        )

    def __repr__(self) -> str:
        return self.sentence


@notebook_errors
def compare(
    y: Any,
    a: Any,
    b: Any,
    metric: str,
    *,
    classes: Sequence[Any] | None = None,
    margin: float | None = None,
    alpha: float = 0.025,
    threshold: float | None = None,
    groups: Any = None,
    times: Any = None,
) -> Comparison:
    """Compare two models in pairs on the same labelled rows, by a rule of known error rates.

    b is better when the lower bound of its gain is above 0, not worse when it is above minus the margin,
    worse when the upper bound is below 0; else it cannot be told, and the result says how many more labels
    would settle it. Rows that one of the models was trained on say nothing.

    Args:
        y: (n,) labels; numbers for the metrics of regression.
        a: what the model in use says: (n,) predicted labels, (n,) probabilities of the last of two classes,
            (n, K) probabilities, or (n,) numbers.
        b: what the other model says, likewise.
        metric: `accuracy`, `balanced_accuracy`, `f1`, `precision`, `recall`, `roc_auc`, `log_loss`, `brier`;
            with a parameter `precision@0.2`, `recall@0.2`, `precision@top5%`, `recall@top5%`; of numbers
            `mae`, `rmse`, `mape`, `bias`, `r2`, `pinball@0.9`.
        classes: the K classes in the order of the probabilities; the sorted labels when None.
        margin: a loss that does not matter, in the unit of the metric; that of the metric when None.
        alpha: one-sided level of each bound; 0.025 makes a 95 % interval.
        threshold: probability from which on the last of two classes is decided; the larger one when None.
        groups: (n,) what each row belongs to, e.g. its customer: rows of one are no independent proof.
        times: (n,) when each row was: whether the differences hang together in time is tested.

    Returns:
        The comparison; its repr is the verdict with its numbers.

    Raises:
        RetrainError: there is no such metric, or it needs probabilities.
        SchemaError: the arrays do not fit each other; says row and what to do.

    Examples:
        >>> import numpy as np, caretaker
        >>> rng = np.random.default_rng(0)
        >>> y = rng.integers(0, 2, 500)
        >>> a = np.where(rng.random(500) < 0.8, y, 1 - y)
        >>> b = np.where(rng.random(500) < 0.9, y, 1 - y)
        >>> result = caretaker.compare(y, a, b, "accuracy")
        >>> result.verdict, round(result.difference, 3)
        ('better', 0.118)
        >>> result  # doctest: +ELLIPSIS
        The challenger is better: Accuracy 0.808 → 0.926 on 500 rows, a gain of +0.118 (...
    """
    from core.services.in_memory.compare_predictions import compare_predictions

    return Comparison(
        compare_predictions(
            y,
            a,
            b,
            metric,
            classes=classes,
            margin=margin,
            alpha=alpha,
            threshold=threshold,
            groups=groups,
            times=times,
        )
    )
