"""Profiles counted by NumPy, the slow and plain way: the twin of the DuckDB pass."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import Profile
from core.health.profiles.score_bins import warp

LAYOUT = Layout(
    ("no", "yes"), 1024, (Feature("x", edges=tuple(np.linspace(0, 1, 11))), Feature("t", values=("a", "b")))
)


def _count(y, scores, *, layout=LAYOUT, x=None, towns=None, labelled=None, prediction=None):
    """y: (n,) class numbers; scores: (n, K); rows where `labelled` is False have no label."""
    y, scores = np.asarray(y), np.asarray(scores, dtype=float)
    n, K = scores.shape
    there = np.ones(n, dtype=bool) if labelled is None else np.asarray(labelled)
    p = scores.argmax(1) if prediction is None else np.asarray(prediction)
    bins = np.minimum((warp(scores) * layout.bins).astype(int), layout.bins - 1)
    empty = Profile.empty(layout)
    for at, k in enumerate(layout.scored):
        np.add.at(empty.scores, (at, np.where(there, np.where(y == k, 0, 1), 2), bins[:, k]), 1)
    own = bins[np.arange(n), p]
    np.add.at(empty.confidence, (p, np.where(there, np.where(y == p, 0, 1), 2), own), 1)
    np.add.at(empty.confusion, (y[there], p[there]), 1)
    loss = -np.log(np.maximum(scores[np.arange(n), y], 1e-15))[there]
    hot = np.eye(K)[y]
    square = ((scores - hot) ** 2)[:, list(layout.scored)].sum(1)[there]
    sums = np.array([loss.sum(), (loss**2).sum(), square.sum(), (square**2).sum()])
    for feature, values in zip(layout.features, (x, towns), strict=False):
        if values is None:
            continue
        rows = layout.slices()[feature.name]
        for value, known, right in zip(values, there, y == p, strict=True):
            empty.cells[rows.start + _cell(feature, value)] += (1, known, known and right)
    return replace(empty, rows=np.array([n, 0]), sums=sums)


def _cell(feature, value):
    if value is None or value != value:  # noqa: PLR0124 -- NaN
        return feature.size - 1
    if feature.numeric:
        return int(np.searchsorted(feature.edges, value, side="right"))
    return feature.values.index(value) if value in feature.values else len(feature.values)


def _two_classes(n, seed, *, slope=3.0, shift=0.0, flip=0.0):
    """y, scores, x: labels that follow the scores when slope is 3; a flatter slope is a changed relation."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(shift, 1.5, n)
    y = (rng.random(n) < 1 / (1 + np.exp(-logit * slope / 3))).astype(int)
    y = np.where(rng.random(n) < flip, 1 - y, y)
    score = 1 / (1 + np.exp(-logit))
    return y, np.column_stack([1 - score, score]), rng.random(n)


@pytest.fixture
def layout():
    return LAYOUT


@pytest.fixture
def count():
    return _count


@pytest.fixture
def two_classes():
    return _two_classes


@pytest.fixture
def profile():
    """Profile of simulated rows of two classes."""

    def make(n, seed, **how):
        y, scores, x = _two_classes(n, seed, **how)
        return _count(y, scores, x=x, towns=["a"] * n)

    return make
