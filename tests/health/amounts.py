"""Profiles of a regression counted by NumPy: the twin of the DuckDB pass."""

from dataclasses import replace

import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import Profile

EDGES = tuple(np.linspace(-3, 3, 25))
LAYOUT = Layout(
    (),
    1024,
    (Feature("x", edges=tuple(np.linspace(0, 1, 11))),),
    (("town", ("Ulm", "Bonn")),),
    Feature("_prediction", edges=EDGES),
    0.25,
)


def count(label, said, x=None, layout=LAYOUT):
    """Labels (NaN: unknown), predictions and a feature, each (n,), as a profile."""
    label, said = np.asarray(label, dtype=float), np.asarray(said, dtype=float)
    known = ~np.isnan(label)
    e, y = np.where(known, said - label, 0), np.where(known, label - layout.centre, 0)
    parts = (np.ones(len(e)), known, abs(e), e**2, e, e**4, y, y**2, y**3, y**4, e**2 * y, e**2 * y**2)
    moments = np.stack(parts, axis=1)
    empty = Profile.empty(layout)
    np.add.at(empty.errors, np.searchsorted(layout.prediction.edges, said, side="right"), moments)
    if x is not None:
        np.add.at(empty.cells, np.searchsorted(layout.features[0].edges, x, side="right"), moments[:, :4])
    return replace(empty, rows=np.array([len(label), 0]))


def simulate(n, seed, *, spread=0.4, shift=0.0, slope=1.0):
    """Labels, predictions and x: errors are larger for larger predictions."""
    rng = np.random.default_rng(seed)
    said, x = rng.normal(size=n), rng.random(n)
    noise = rng.normal(size=n) * spread * (0.3 + 0.5 * abs(said))
    return slope * said + noise - shift, said, x


def profile(n, seed, **how):
    """Profile of simulated rows."""
    return count(*simulate(n, seed, **how))
