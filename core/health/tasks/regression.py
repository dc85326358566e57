"""Models of amounts: profiles hold sums of powers of the error, the loss of a row is how far it is off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core.health.performance import formatting
from core.health.profiles.feature_cells import (
    cells_of,
    feature_cells,
    feature_of,
    known_features,
    segment_values,
)
from core.health.profiles.layout import Layout
from core.health.profiles.log_rows import LogRows, feature_columns
from core.health.profiles.profile import LABELLED, Profile
from core.health.profiles.score_bins import bins_for
from core.health.profiles.strata import PREDICTION, grow_from_rows, strata_of
from core.health.rules import RULES, EstimateRules
from core.health.tasks.direct_loss import DirectLossEstimator, learn_errors
from core.health.tasks.unmeasured import Unmeasured
from core.stats.arrays import Bools, Cells, Counts, Floats
from core.stats.error_moments import ROWS, SIZE, SQUARE, row_moments
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable

SIZES = 4
"""Columns of a cell: rows, labelled rows, sums of the absolute error and of its square."""
MOSTLY = 0.5
"""An error grew by a shift in one direction where the shift is at least half of the growth."""


class Regression:
    """The strategy for amounts (`core.health.tasks.task`)."""

    mean_loss: Metric = METRICS["mae"]
    unmeasured = Unmeasured(
        reference="different labels",
        unknown="how far off they are",
        source="predictions",
    )

    def log_rows(
        self,
        frame: pd.DataFrame,
        _: Sequence[str],
        columns: Sequence[str],
        counts: Bools,
        /,
        *,
        delayed: bool,
    ) -> LogRows:
        """Numbers, NaN for none; no scores."""
        labels = np.where(counts, frame["_label"].to_numpy(np.float64), np.nan)
        predictions = frame["_prediction"].to_numpy(np.float64)
        features = feature_columns(frame, columns)
        waiting = np.isnan(labels) & delayed
        return LogRows(labels, predictions, np.zeros((len(frame), 0)), waiting, features, ~counts)

    def layout(
        self, _: Sequence[str], rows: LogRows, features: Sequence[str], segments: Sequence[str], /
    ) -> Layout:
        """Cells of the features, of the segments and of the predicted amounts, the mean label, the strata."""
        known = known_features(rows, features)
        labels = rows.labels[~np.isnan(rows.labels)]
        amounts = feature_of(PREDICTION, rows.predictions)
        return Layout(
            (),
            bins_for(0),
            known,
            segment_values(rows, known, segments),
            amounts,
            float(labels.mean()) if len(labels) else 0.0,
            grow_from_rows((*known, amounts), rows),
        )

    def profile(self, layout: Layout, rows: LogRows) -> Profile:
        """Sums of powers of the error and of the label by stratum and by the cell of the features."""
        counted = replace(Profile.empty(layout), rows=rows.counts)
        known = ~np.isnan(rows.predictions - rows.labels)
        columns = row_moments(rows.labels, rows.predictions, layout.centre)
        columns = np.where(known[:, None], columns, 0.0)
        columns[:, ROWS] = 1.0
        predicted = cells_of(layout.amounts, rows.predictions)
        np.add.at(counted.predicted, predicted, 1)
        np.add.at(counted.errors, strata_of(layout.strata, rows) if layout.strata else predicted, columns)
        for places in feature_cells(layout, rows):
            np.add.at(counted.cells, places, columns[:, :SIZES])
        return counted

    def rows_by_prediction(self, profile: Profile) -> Counts:
        """(P,) rows by the cell of the predicted amount."""
        return profile.predicted

    def within_range(self, layout: Layout, rows: Counts, /) -> bool:
        """Whether fewer than half of the amounts are beyond those of the reference period."""
        return bool(rows[list(layout.amounts.strange)].sum() < rows.sum() / 2)

    def mean_losses(self, cells: Cells) -> tuple[Floats, Floats]:
        """(..., 4) cells -> (...) mean absolute error, and its variance."""
        n = np.maximum(cells[..., LABELLED], 1)
        mean = cells[..., SIZE] / n
        return mean, np.maximum(cells[..., SQUARE] / n - mean**2, 0)

    def losses(self, rows: LogRows) -> Floats:
        """(n,) absolute errors."""
        off: Floats = np.abs(rows.predictions - rows.labels)
        return off

    def outputs(self, _layout: Layout, rows: LogRows, /) -> Floats:
        """(n, 1) predicted amounts."""
        amounts: Floats = rows.predictions[:, None]
        return amounts

    def estimator(
        self,
        before: Profile,
        chunks: Sequence[Profile],
        /,
        rules: EstimateRules = RULES.estimate,
        metrics: MetricTable = METRICS,
    ) -> DirectLossEstimator:
        """Directly, from the errors of rows like these."""
        return learn_errors(before, chunks, rules, metrics)

    def price(self, cost: float, low: float, high: float) -> str:
        """As an amount."""
        return formatting.larger_error(cost, low, high)

    def effect(
        self,
        metric: Metric,
        before: Mapping[str, Measured],
        now: Mapping[str, Measured],
        _beside: Collection[str],
        /,
    ) -> str:
        """The change of the metric, and which way it is off where that is most of the growth."""
        past, present = before[metric.name], now[metric.name]
        sentence = formatting.fall(metric, past, present, None)
        return sentence + (self._shift(metric, before, now) if metric.loss(past, present) > 0 else "")

    def _shift(self, metric: Metric, before: Mapping[str, Measured], now: Mapping[str, Measured]) -> str:
        """Says which way it is off when most of what the mean error grew by is a shift in one direction."""
        size = self.mean_loss.name
        off = next(other for other in METRICS.values() if other.both_ways and other.yardstick == size).name
        if metric.both_ways or off not in now or off not in before:
            return ""
        bias, grown = now[off], now[size].value - before[size].value
        certain = bias.low * bias.high > 0 and abs(bias.value) - abs(before[off].value) >= MOSTLY * grown
        half = (bias.high - bias.low) / 2
        return f"; {formatting.describe_bias(bias.value, half)} on average" if certain else ""
