"""Profiles of two classes made from counts alone, for what is decided from counts."""

import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import CORRECT, LABELLED, ROWS, UNLABELLED, Profile

LAYOUT = Layout(
    ("no", "yes"),
    1024,
    (Feature("x", edges=tuple(range(13))), *(Feature(name, values=("a", "b")) for name in "tuvw")),
)


def answered(n, accuracy=1.0, layout=LAYOUT):
    """So many labelled rows, half of each class, of which the share `accuracy` is right."""
    profile = Profile.empty(layout)
    right = round(n * accuracy)
    profile.confusion[:] = [
        [right // 2, (n - right) // 2],
        [n - right - (n - right) // 2, right - right // 2],
    ]
    profile.rows[0] = n
    return profile


def with_cells(profile, feature, cells, layout=LAYOUT):
    """The same with (cell -> (labelled rows, right ones)) of a feature."""
    counts = profile.cells[layout.slices()[feature]]
    for cell, (rows, right) in cells.items():
        counts[cell, [ROWS, LABELLED, CORRECT]] = rows, rows, right
    return profile


def with_scores(profile, bins):
    """The same with unlabelled scores (bin -> rows)."""
    profile.scores[0, UNLABELLED, list(bins)] = np.array(list(bins.values()))
    return profile
