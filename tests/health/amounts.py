"""Profiles of simulated rows of a regression."""

import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import LogRows
from core.health.tasks.from_arrays import profile_from_arrays

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
    n = len(label)
    columns = {feature.name: np.full(n, np.nan) for feature in layout.features}
    if x is not None:
        columns["x"] = np.asarray(x, dtype=float)
    rows = LogRows(label, said, np.zeros((n, 0)), np.zeros(n, dtype=bool), columns)
    profile = profile_from_arrays(layout, rows)
    if x is None:
        profile.cells[:] = 0
    return profile


def simulate(n, seed, *, spread=0.4, shift=0.0, slope=1.0):
    """Labels, predictions and x: errors are larger for larger predictions."""
    rng = np.random.default_rng(seed)
    said, x = rng.normal(size=n), rng.random(n)
    noise = rng.normal(size=n) * spread * (0.3 + 0.5 * abs(said))
    return slope * said + noise - shift, said, x


def profile(n, seed, **how):
    """Profile of simulated rows."""
    return count(*simulate(n, seed, **how))
