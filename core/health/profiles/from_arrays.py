"""Profiles from arrays in memory: what the lake counts in SQL, counted by NumPy.

The two give the same profile for the same rows: each is the oracle of the other.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import Column, LogRows
from core.health.profiles.profile import NEGATIVE, POSITIVE, RIGHT, UNLABELLED, WRONG, Profile
from core.health.profiles.score_bins import bins_for, warp
from core.stats.arrays import Floats, Ints

QUANTILES = 32
"""Cells of a numeric feature; fewer where it has fewer different values."""
CATEGORIES = 50
"""Values of a category that have a cell of their own."""
SEGMENT_VALUES = 20
AUTOMATIC_SEGMENTS, AUTOMATIC_VALUES = 3, 8
"""Without segment columns the first few features of few categories serve as such."""
LEAST_PROBABILITY = 1e-15
"""A class that was called impossible costs no more than this does: the log-loss stays finite."""


def profile_from_arrays(layout: Layout, rows: LogRows) -> Profile:
    """Count the rows.

    Args:
        layout: the cells; `rows.features` holds a column for each of its features.
        rows: n rows; may be none.

    >>> layout = Layout(("no", "yes"), 8, (Feature("x", edges=(0.0, 1.0)),))
    >>> yes = np.array([0.2, 0.9, 0.6])
    >>> rows = LogRows(
    ...     labels=np.array([0, 1, -1]),
    ...     predictions=np.array([0, 1, 1]),
    ...     scores=np.column_stack([1 - yes, yes]),
    ...     waiting=np.array([False, False, True]),
    ...     features={"x": np.array([0.5, 3.0, np.nan])},
    ... )
    >>> profile = profile_from_arrays(layout, rows)
    >>> profile.n, profile.labelled, profile.pending
    (3, 2, 1)
    >>> profile.cells.tolist()  # below, within, above, missing by rows, labelled, right
    [[0, 0, 0], [1, 1, 1], [1, 1, 1], [1, 0, 0]]
    """
    empty = replace(Profile.empty(layout), rows=np.array([len(rows.labels), rows.waiting.sum()]))
    if layout.prediction is not None:
        return _with_errors(empty, layout, layout.prediction, rows)
    labelled, predicted = rows.labels >= 0, rows.predictions >= 0
    both, right = labelled & predicted, labelled & (rows.labels == rows.predictions)
    np.add.at(empty.confusion, (rows.labels[both], rows.predictions[both]), 1)
    bins = _bins(rows.scores, layout.bins)
    for histogram, k in zip(empty.scores, layout.scored, strict=True):
        known = bins[:, k] >= 0
        state = np.where(labelled, np.where(rows.labels == k, POSITIVE, NEGATIVE), UNLABELLED)
        np.add.at(histogram, (state[known], bins[known, k]), 1)
    own = bins[np.arange(len(bins)), np.maximum(rows.predictions, 0)]
    known = predicted & (own >= 0)
    state = np.where(labelled, np.where(right, RIGHT, WRONG), UNLABELLED)
    np.add.at(empty.confidence, (rows.predictions[known], state[known], own[known]), 1)
    for feature, where in zip(layout.features, layout.slices().values(), strict=True):
        cells = cells_of(feature, rows.features[feature.name])
        counted = np.column_stack([np.ones(len(cells), dtype=np.int64), labelled, right])
        np.add.at(empty.cells, where.start + cells, counted)
    return replace(empty, sums=_sums(layout, rows))


def layout_from_arrays(
    classes: Sequence[str], rows: LogRows, features: Sequence[str], segments: Sequence[str] = ()
) -> Layout:
    """The cells that the rows of a reference period ask for: quantiles of numbers, frequent categories.

    Args:
        classes: labels in the order of the scores; none for a regression.
        rows: the reference period, with a column for each segment.
        features: columns with cells, where the rows have them.
        segments: columns with profiles of their own; none: the first features of few categories.

    >>> rows = LogRows(
    ...     labels=np.array([0, 1]),
    ...     predictions=np.array([0, 1]),
    ...     scores=np.eye(2),
    ...     waiting=np.zeros(2, dtype=bool),
    ...     features={"x": np.array([1.0, 2.0]), "town": np.array(["Ulm", "Bonn"], dtype=object)},
    ... )
    >>> layout = layout_from_arrays(("no", "yes"), rows, ["x", "town"])
    >>> layout.features[0].edges, layout.segments
    ((1.0, 2.0, 2.0000000000000004), (('town', ('Bonn', 'Ulm')),))
    """
    known = tuple(feature_of(name, rows.features[name]) for name in features if name in rows.features)
    columns = list(segments) or few_categories(known)
    parts = tuple((name, frequent(rows.features[name], SEGMENT_VALUES)) for name in columns)
    if classes:
        return Layout(tuple(classes), bins_for(len(classes)), known, parts)
    labels = rows.labels[~np.isnan(rows.labels)]
    centre = float(labels.mean()) if len(labels) else 0.0
    prediction = feature_of("_prediction", rows.predictions)
    return Layout((), bins_for(0), known, parts, prediction, centre)


def feature_of(name: str, column: Column) -> Feature:
    """The cells of one column: its values where they are few, else quantiles; or its frequent categories."""
    if column.dtype == object:
        return Feature(name, values=frequent(column, CATEGORIES))
    known = column[~np.isnan(column)]
    if not len(known):
        return Feature(name)
    values = np.unique(known)
    if len(values) > QUANTILES:
        shares = np.linspace(0, 1, QUANTILES + 1)
        values = np.unique(np.quantile(known, shares, method="inverted_cdf"))
    edges = [float(value) for value in values]
    return Feature(name, edges=(*edges, math.nextafter(edges[-1], math.inf)))


def frequent(column: Column, most: int) -> tuple[str, ...]:
    """The most frequent texts, the first by the alphabet of those that are as frequent.

    >>> frequent(np.array(["b", "a", None, "c", "c"], dtype=object), 2)
    ('c', 'a')
    """
    counts = Counter(text for text in column if text is not None)
    return tuple(sorted(counts, key=lambda text: (-counts[text], text))[:most])


def few_categories(features: Sequence[Feature]) -> list[str]:
    """The features that serve as segments when nobody named any."""
    few = [f.name for f in features if not f.numeric and 1 < len(f.values) <= AUTOMATIC_VALUES]
    return few[:AUTOMATIC_SEGMENTS]


def cells_of(feature: Feature, column: Column) -> Ints:
    """(n,) the cell of every value.

    >>> cells_of(Feature("x", values=("a", "b")), np.array(["b", "c", None], dtype=object)).tolist()
    [1, 2, 3]
    """
    missing = feature.size - 1
    if feature.numeric:
        values = column.astype(np.float64)
        above = np.searchsorted(feature.edges, values, side="right")
        return np.where(np.isnan(values), missing, above).astype(np.int64)
    other = len(feature.values)
    if column.dtype != object:  # numbers, of which the reference period had none
        return np.where(np.isnan(column), missing, other).astype(np.int64)
    places = pd.Index(feature.values, dtype=object).get_indexer(pd.Index(column, dtype=object))
    empty = pd.isna(column)
    return np.where(empty, missing, np.where(places < 0, other, places)).astype(np.int64)


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


def _with_errors(empty: Profile, layout: Layout, prediction: Feature, rows: LogRows) -> Profile:
    """The profile of a regression: sums of powers of the error and of the label by cell."""
    e, d = rows.predictions - rows.labels, rows.labels - layout.centre
    known = ~np.isnan(e)
    powers = [np.abs(e), e**2, e, e**4, d, d**2, d**3, d**4, e**2 * d, e**2 * d**2]
    columns = np.column_stack([np.ones(len(e)), known, *(np.where(known, part, 0.0) for part in powers)])
    np.add.at(empty.errors, cells_of(prediction, rows.predictions), columns)
    cells = empty.cells.astype(np.float64)
    for feature, where in zip(layout.features, layout.slices().values(), strict=True):
        np.add.at(cells, where.start + cells_of(feature, rows.features[feature.name]), columns[:, :4])
    return replace(empty, cells=cells)
