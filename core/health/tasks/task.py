"""The protocol of a task: what its profiles hold, measure, estimate and say; and the choice of it.

`classification` and `regression` are its two strategies; all else of Health knows this protocol only.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import pandas as pd

from core.health.profiles.layout import Layout
from core.health.profiles.log_rows import LogRows
from core.health.profiles.profile import Profile
from core.health.rules import EstimateRules
from core.health.tasks.estimator import Estimator
from core.health.tasks.unmeasured import Unmeasured
from core.stats.arrays import Bools, Cells, Counts, Floats
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import MetricTable


class Task(Protocol):
    """A task (K classes; P cells of the predicted amount; M cells of the features)."""

    @property
    def mean_loss(self) -> Metric:
        """The metric whose loss is the growth of the mean loss of a row, which causes share."""

    @property
    def unmeasured(self) -> Unmeasured:
        """What to say where labels are missing."""

    def log_rows(
        self,
        frame: pd.DataFrame,
        classes: Sequence[str],
        columns: Sequence[str],
        counts: Bools,
        /,
        *,
        delayed: bool,
    ) -> LogRows:
        """Canonical rows as arrays.

        Args:
            frame: n rows (`core.tables.canonical`).
            classes: of the model, in the order of the scores; none for amounts.
            columns: the features and segments among the columns of the frame; those of bytes are passed over.
            counts: (n,) rows whose label counts already.
            delayed: whether a label that is missing may still become known.
        """

    def layout(
        self, classes: Sequence[str], rows: LogRows, features: Sequence[str], segments: Sequence[str], /
    ) -> Layout:
        """The cells that the rows of a reference period ask for."""

    def profile(self, layout: Layout, rows: LogRows) -> Profile:
        """Count the rows into these cells."""

    def rows_by_prediction(self, profile: Profile) -> Counts:
        """(B,) rows by the bin of their score, or (P,) by the cell of their predicted amount."""

    def within_range(self, layout: Layout, rows: Counts, /) -> bool:
        """Whether most of these rows by prediction lie where those of the reference period lay."""

    def mean_losses(self, cells: Cells) -> tuple[Floats, Floats]:
        """(..., 3) or (..., 4) sums of cells -> (...) mean loss of a row, and its variance."""

    def losses(self, rows: LogRows) -> Floats:
        """(n,) what each row adds to the mean loss; NaN where no label counts."""

    def outputs(self, layout: Layout, rows: LogRows) -> Floats:
        """(n, C) places of the scores among their bins, 0 to 1, or (n, 1) amounts; NaN for none."""

    def estimator(
        self, before: Profile, chunks: Sequence[Profile], /, rules: EstimateRules, metrics: MetricTable
    ) -> Estimator:
        """What estimates a metric before the labels arrive, learnt from the reference period.

        Args:
            before: the whole of it, with labels.
            chunks: its chunks.
            rules: how many rows and replicates.
            metrics: what is estimated.
        """

    def price(self, cost: float, low: float, high: float) -> str:
        """A growth of the mean loss with its 95 % interval, in words."""

    def effect(
        self,
        metric: Metric,
        before: Mapping[str, Measured],
        now: Mapping[str, Measured],
        beside: Collection[str],
        /,
    ) -> str:
        """What happened to the metric of record, in words.

        Args:
            metric: the metric of record, in both of the mappings.
            before: metric -> value in the reference period.
            now: metric -> value in the window.
            beside: metrics whose loss is told beside it.
        """


def task_of(classes: Sequence[str]) -> Task:
    """The strategy for a model with these classes; none are a regression.

    >>> task_of(("no", "yes")).mean_loss.name, task_of(()).mean_loss.name
    ('accuracy', 'mae')
    """
    from core.health.tasks.classification import Classification
    from core.health.tasks.regression import Regression

    return Classification() if classes else Regression()
