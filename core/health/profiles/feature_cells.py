"""The cells of features: which a reference period asks for, and into which a value of an array falls."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import Column, LogRows
from core.health.rules import RULES, CellRules
from core.stats.arrays import Floats, Ints

GRID = 4096
"""Cells of the grid over the edges of a number."""
MOST_STEPS = 4
"""With more edges in one cell of the grid a search among all of them is as fast."""


def known_features(
    rows: LogRows, features: Sequence[str], rules: CellRules = RULES.cells
) -> tuple[Feature, ...]:
    """The cells of those of the features that the rows have."""
    return tuple(feature_of(name, rows.features[name], rules) for name in features if name in rows.features)


def segment_values(
    rows: LogRows, known: Sequence[Feature], segments: Sequence[str], rules: CellRules = RULES.cells
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Segment -> its frequent values; without segments the first features of few categories serve as such."""
    columns = list(segments) or few_categories(known, rules)
    return tuple((name, frequent(rows.features[name], rules.segment_values)) for name in columns)


def feature_of(name: str, column: Column, rules: CellRules = RULES.cells) -> Feature:
    """The cells of one column: its values where they are few, else quantiles; or its frequent categories.

    >>> feature_of("x", np.array([1.0, 3.0, np.nan])).edges
    (1.0, 3.0, 3.0000000000000004)
    """
    if column.dtype == object:
        return Feature(name, values=frequent(column, rules.categories))
    known = np.sort(column[~np.isnan(column)])
    if not len(known):
        return Feature(name)
    values = known[np.append(True, known[1:] != known[:-1])]
    if len(values) > rules.quantiles:
        ranks = np.ceil(len(known) * np.linspace(0, 1, rules.quantiles + 1)).astype(np.int64)
        values = np.unique(known[np.maximum(ranks, 1) - 1])
    edges = values.tolist()
    return Feature(name, edges=(*edges, math.nextafter(edges[-1], math.inf)))


def frequent(column: Column, most: int) -> tuple[str, ...]:
    """The most frequent texts, the first by the alphabet of those that are as frequent.

    >>> frequent(np.array(["b", "a", None, "c", "c"], dtype=object), 2)
    ('c', 'a')
    """
    counts = Counter(text for text in column if text is not None)
    return tuple(sorted(counts, key=lambda text: (-counts[text], text))[:most])


def few_categories(features: Sequence[Feature], rules: CellRules = RULES.cells) -> list[str]:
    """The features that serve as segments when nobody named any.

    >>> few_categories([Feature("town", values=("Ulm", "Bonn")), Feature("x", edges=(0.0, 1.0))])
    ['town']
    """
    few = [f.name for f in features if not f.numeric and 1 < len(f.values) <= rules.automatic_values]
    return few[: rules.automatic_segments]


def cells_of(feature: Feature, column: Column) -> Ints:
    """(n,) the cell of every value.

    >>> cells_of(Feature("x", values=("a", "b")), np.array(["b", "c", None], dtype=object)).tolist()
    [1, 2, 3]
    """
    missing = feature.size - 1
    if feature.numeric:
        return number_cells(feature, column.astype(np.float64, copy=False)).astype(np.int64)
    other = len(feature.values)
    if column.dtype != object:  # numbers, of which the reference period had none
        return np.where(np.isnan(column), missing, other).astype(np.int64)
    places = _known_texts(feature.values).get_indexer(pd.Index(column, dtype=object))
    empty = pd.isna(column)
    return np.where(empty, missing, np.where(places < 0, other, places)).astype(np.int64)


def number_cells(feature: Feature, values: Floats) -> Ints:
    """(n,) the cell of every number: how many edges are not above it; the last cell where it is NaN.

    A fine grid says where to begin, so that most numbers are compared with one or two edges.

    >>> number_cells(Feature("x", edges=(0.0, 1.0, 5.0)), np.array([-1, 0, 0.5, 5, np.inf, np.nan])).tolist()
    [0, 1, 1, 3, 3, 4]
    """
    edges = np.array([*feature.edges, np.nan])  # nothing is above the last
    low, scale, first, steps = _grid(feature.edges)
    if steps > MOST_STEPS:
        cells = np.searchsorted(edges[:-1], values, side="right")
    else:
        with np.errstate(invalid="ignore", over="ignore"):
            cells = first[np.fmin(np.fmax((values - low) * scale, 0), GRID - 1).astype(np.int16)]
        for _ in range(steps):
            cells += values >= edges[cells]
    cells[np.isnan(values)] = feature.size - 1
    return cells


@lru_cache(maxsize=512)
def _grid(edges: tuple[float, ...]) -> tuple[float, float, Ints, int]:
    """Lowest edge, grid cells a unit, (GRID,) the edges below every grid cell, most edges in one of them."""
    low, width = edges[0], edges[-1] - edges[0]
    scale = (GRID - 1) / width if 0 < width < math.inf else math.inf
    if not math.isfinite(scale):
        return low, scale, np.zeros(GRID, dtype=np.int64), MOST_STEPS + 1
    places = np.fmin((np.array(edges) - low) * scale, GRID - 1).astype(np.int16)
    counts = np.bincount(places, minlength=GRID)
    return low, scale, np.cumsum(counts) - counts, int(counts.max())


@lru_cache(maxsize=512)
def _known_texts(values: tuple[str, ...]) -> "pd.Index[Any]":
    """Texts that are looked up again in every chunk."""
    return pd.Index(values, dtype=object)


def feature_cells(layout: Layout, rows: LogRows) -> Iterator[Ints]:
    """For every feature the (n,) positions of its values among all cells of a profile."""
    for feature, where in zip(layout.features, layout.slices().values(), strict=True):
        yield where.start + cells_of(feature, rows.features[feature.name])
