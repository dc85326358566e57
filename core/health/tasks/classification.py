"""Models of classes: profiles hold labels by predictions and scores, the loss of a row is being wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.health.performance import formatting
from core.health.profiles.calibration import residuals
from core.health.profiles.feature_cells import feature_cells, known_features, segment_values
from core.health.profiles.layout import Layout, Strata
from core.health.profiles.log_rows import LogRows, feature_columns
from core.health.profiles.profile import (
    CORRECT,
    LABELLED,
    NEGATIVE,
    POSITIVE,
    RIGHT,
    UNLABELLED,
    WRONG,
    Profile,
)
from core.health.profiles.score_bins import bands, bins_for
from core.health.profiles.strata import grow_by_errors, strata_of
from core.health.rules import RULES, EstimateRules
from core.health.tasks.by_record import ByRecord, learn_by_record
from core.health.tasks.unmeasured import Unmeasured
from core.stats.arrays import Bools, Cells, Counts, Floats, Ints
from core.stats.intervals import Measured
from core.stats.measures.score_scale import warp
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable
from core.stats.predictions import LEAST_PROBABILITY


class Classification:
    """The strategy for two or more classes (`core.health.tasks.task`)."""

    mean_loss: Metric = METRICS["accuracy"]
    unmeasured = Unmeasured(reference="labels", unknown="how many are right", source="scores")

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
        """Numbers of classes, -1 for none of them, and (n, K) scores."""
        labels = np.where(counts, _numbers(frame["_label"], classes), -1)
        scores = frame[[f"_score_{k}" for k in range(len(classes))]].to_numpy(np.float64)
        predictions = _numbers(frame["_prediction"], classes)
        features = feature_columns(frame, columns)
        return LogRows(labels, predictions, scores, (labels < 0) & delayed, features, ~counts)

    def layout(
        self, classes: Sequence[str], rows: LogRows, features: Sequence[str], segments: Sequence[str], /
    ) -> Layout:
        """Cells of the features and of the segments, bins of the scores, strata of two classes."""
        known = known_features(rows, features)
        layout = Layout(tuple(classes), bins_for(len(classes)), known, segment_values(rows, known, segments))
        return replace(layout, strata=_strata(layout, rows)) if len(layout.scored) == 1 else layout

    def profile(self, layout: Layout, rows: LogRows) -> Profile:
        """Labels by predictions, histograms of the scores, cells of the features, sums of the losses."""
        counted = replace(Profile.empty(layout), rows=rows.counts)
        labelled, predicted = rows.labels >= 0, rows.predictions >= 0
        both, right = labelled & predicted, labelled & (rows.labels == rows.predictions)
        np.add.at(counted.confusion, (rows.labels[both], rows.predictions[both]), 1)
        bins = _bins(rows.scores, layout.bins)
        for histogram, k in zip(counted.scores, layout.scored, strict=True):
            known = bins[:, k] >= 0
            state = np.where(labelled, np.where(rows.labels == k, POSITIVE, NEGATIVE), UNLABELLED)
            np.add.at(histogram, (state[known], bins[known, k]), 1)
        own = bins[np.arange(len(bins)), np.maximum(rows.predictions, 0)]
        known = predicted & (own >= 0)
        state = np.where(labelled, np.where(right, RIGHT, WRONG), UNLABELLED)
        np.add.at(counted.confidence, (rows.predictions[known], state[known], own[known]), 1)
        for places in feature_cells(layout, rows):
            one_each = np.ones(len(places), dtype=np.int64)
            np.add.at(counted.cells, places, np.column_stack([one_each, labelled, right]))
        if layout.strata and layout.score_groups:
            known = predicted & (bins[:, 1] >= 0)
            state = np.where(labelled, np.where(rows.labels == 1, POSITIVE, NEGATIVE), UNLABELLED)
            leaf, band = strata_of(layout.strata, rows), bands(layout.bins)[bins[:, 1]]
            np.add.at(counted.strata, (leaf[known], rows.predictions[known], state[known], band[known]), 1)
        return replace(counted, sums=_sums(layout, rows), outer=_outer(layout, rows.scores, bins))

    def rows_by_prediction(self, profile: Profile) -> Counts:
        """(B,) rows by the bin of their score."""
        by_score: Counts = profile.scores[0].sum(0)
        return by_score

    def within_range(self, _layout: Layout, _rows: Counts, /) -> bool:
        """Always: probabilities have no other range."""
        return True

    def mean_losses(self, cells: Cells) -> tuple[Floats, Floats]:
        """(..., 3) cells -> (...) share of wrong predictions, and its variance.

        The variance is never 0, also where no row or every row is wrong (Agresti, Coull 1998).
        """
        n, wrong = np.maximum(cells[..., LABELLED], 1), cells[..., LABELLED] - cells[..., CORRECT]
        safe = (wrong + 2) / (n + 4)
        return wrong / n, safe * (1 - safe)

    def losses(self, rows: LogRows) -> Floats:
        """(n,) 1 where the prediction is wrong."""
        return np.where(rows.labels < 0, np.nan, rows.labels != rows.predictions)

    def outputs(self, layout: Layout, rows: LogRows) -> Floats:
        """(n, C) places of the scores among their bins, 0 to 1; NaN where a row has none."""
        bins = _bins(rows.scores, layout.bins)[:, list(layout.scored)]
        return np.where(bins < 0, np.nan, bins / layout.bins)

    def estimator(
        self,
        before: Profile,
        chunks: Sequence[Profile],
        /,
        rules: EstimateRules = RULES.estimate,
        metrics: MetricTable = METRICS,
    ) -> ByRecord:
        """Confidence-based; of two classes beside it post-stratified."""
        return learn_by_record(before, chunks, rules, metrics)

    def price(self, cost: float, low: float, high: float) -> str:
        """As errors in a hundred."""
        return formatting.more_errors(cost, low, high)

    def effect(
        self,
        metric: Metric,
        before: Mapping[str, Measured],
        now: Mapping[str, Measured],
        beside: Collection[str],
        /,
    ) -> str:
        """The change of the metric, with the errors that it makes more where they are not told anyway."""
        right = self.mean_loss.name
        accuracy = before[right].value, now[right].value
        past, present = before[metric.name], now[metric.name]
        errors = metric.loss(past, present) > 0 and right not in beside
        return formatting.fall(metric, past, present, accuracy if errors else None)


def _strata(layout: Layout, rows: LogRows) -> Strata | None:
    """Groups of rows that are positive more or less often than their scores say; None where all are alike."""
    left = residuals(rows.labels, _bins(rows.scores, layout.bins)[:, 1], layout.bins)
    strata = grow_by_errors(layout.features, rows, left, RULES.class_strata) if layout.features else Strata()
    return strata if strata.splits else None


def _numbers(names: "pd.Series[str]", classes: Sequence[str]) -> npt.NDArray[np.intp]:
    """(n,) positions among the classes, -1 for none of them."""
    return pd.Index(classes).get_indexer(pd.Index(names.astype(object)))


def _bins(scores: Floats, bins: int) -> Ints:
    """(n, K) the bin of every score; -1 where there is none."""
    known = ~np.isnan(scores)
    placed = np.floor(warp(np.where(known, scores, 0.0)) * bins).astype(np.int64)
    return np.where(known, np.minimum(placed, bins - 1), -1)


def _sums(layout: Layout, rows: LogRows) -> Floats:
    """Log-loss and Brier score of the labelled rows with scores: sums and sums of squares."""
    scored = (rows.labels >= 0) & ~np.isnan(rows.scores).any(axis=1)
    labels, scores = rows.labels[scored], rows.scores[scored]
    hit = np.eye(len(layout.classes))[labels]
    loss = -np.log(np.maximum(scores[np.arange(len(labels)), labels], LEAST_PROBABILITY))
    square = ((scores - hit) ** 2)[:, list(layout.scored)].sum(axis=1)
    parts = (loss, loss**2, square, square**2)
    # in order of size, so that rows in another order give the same sum to the last digit
    return np.array([np.sort(part).sum() for part in parts])


def _outer(layout: Layout, scores: Floats, bins: Ints) -> Floats:
    """(C, 2) what the rows in the lowest bin cost if they were of the class, in the highest if not."""
    ends = ((0, scores), (layout.bins - 1, 1 - scores))
    costs = [[_cost(chance[bins[:, k] == at, k]) for at, chance in ends] for k in layout.scored]
    return np.array(costs)


def _cost(chances: Floats) -> float:
    return float(np.sort(-np.log(np.maximum(chances, LEAST_PROBABILITY))).sum())
