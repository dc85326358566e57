"""Profiles from arrays in memory: what the lake counts in SQL, counted by NumPy.

The two give the same profile for the same rows: each is the oracle of the other.
"""

from collections.abc import Sequence

from core.health.profiles.layout import Layout
from core.health.profiles.log_rows import LogRows
from core.health.profiles.profile import Profile
from core.health.tasks.task import task_of


def profile_from_arrays(layout: Layout, rows: LogRows) -> Profile:
    """Count the rows.

    Args:
        layout: the cells; `rows.features` holds a column for each of its features.
        rows: n rows; may be none.

    >>> import numpy as np
    >>> from core.health.profiles.layout import Feature
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
    return task_of(layout.classes).profile(layout, rows)


def layout_from_arrays(
    classes: Sequence[str], rows: LogRows, features: Sequence[str], segments: Sequence[str] = ()
) -> Layout:
    """The cells that the rows of a reference period ask for: quantiles of numbers, frequent categories.

    Args:
        classes: labels in the order of the scores; none for a regression.
        rows: the reference period, with a column for each segment.
        features: columns with cells, where the rows have them.
        segments: columns with profiles of their own; none: the first features of few categories.

    >>> import numpy as np
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
    return task_of(classes).layout(classes, rows, features, segments)
