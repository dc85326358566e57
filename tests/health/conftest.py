"""Profiles of simulated rows of classes."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.assess import assess
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import LogRows
from core.health.report.compose import compose
from core.health.tasks.from_arrays import profile_from_arrays
from core.stats.metrics import METRICS

LAYOUT = Layout(
    ("no", "yes"), 1024, (Feature("x", edges=tuple(np.linspace(0, 1, 11))), Feature("t", values=("a", "b")))
)


def _count(y, scores, *, layout=LAYOUT, x=None, towns=None, labelled=None, prediction=None):
    """y: (n,) class numbers; scores: (n, K); rows where `labelled` is False have no label."""
    y, scores = np.asarray(y), np.asarray(scores, dtype=float)
    n = len(scores)
    there = np.ones(n, dtype=bool) if labelled is None else np.asarray(labelled)
    p = scores.argmax(1) if prediction is None else np.asarray(prediction)
    given = dict(zip((feature.name for feature in layout.features), (x, towns), strict=False))
    columns = {feature.name: _column(feature, given.get(feature.name), n) for feature in layout.features}
    profile = profile_from_arrays(
        layout, LogRows(np.where(there, y, -1), p, scores, np.zeros(n, dtype=bool), columns)
    )
    for name, cells in layout.slices().items():
        if given.get(name) is None:
            profile.cells[cells] = 0
    return profile


def _column(feature, values, n):
    """(n,) values; a column that nobody gave is not counted."""
    kind = float if feature.numeric else object
    return np.full(n, np.nan if feature.numeric else None, kind) if values is None else np.array(values, kind)


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


@pytest.fixture
def told_by_months():
    """The document of reference profiles and log profiles of two classes, judged by accuracy."""

    def make(layout, reference, log):
        from tests.health.test_assess import FACTS, MONTHS, SPEC

        chunks = [Chunk(key, each) for key, each in zip(MONTHS, [*reference, *log], strict=False)]
        history = History(layout, tuple(chunks[: len(reference)]), tuple(chunks[len(reference) :]))
        spec = replace(SPEC, metric="accuracy", tolerance=0.03)
        return compose(spec, assess(history, METRICS["accuracy"], 0.03), FACTS)

    return make
