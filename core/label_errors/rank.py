"""The tidy table of all scanned rows, best first: what the page, the CSV and the queue show."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.stats.arrays import Bools, Floats, Ints, highest

Labels = np.ndarray[tuple[int], np.dtype[np.object_]]

COLUMNS = ("id", "given", "suggested", "p_error", "impact", "rank", "reasons", "flagged")


def order(first: Floats, then: Floats, unsettled: Bools) -> Ints:
    """Row numbers, highest first, of equal ones by the second number; rows that need no question stand last.

    >>> order(np.array([0.1, 0.9, 0.5]), np.zeros(3), np.array([True, False, True])).tolist()
    [2, 0, 1]
    """
    return np.lexsort((-then, -first, ~unsettled)).astype(np.int64)


def flag(p_error: Floats, suspicious: Bools, unsettled: Bools, expected: float) -> Bools:
    """(n,) the rows worth an expert's look: the likeliest ones, about as many as are expected to be wrong.

    Args:
        p_error: (n,) probability of an error.
        suspicious: (n,) rows whose given label is not as good as any.
        unsettled: (n,) rows that may be asked about.
        expected: number of wrong labels.

    >>> every = np.ones(3, dtype=bool)
    >>> flag(np.array([0.9, 0.2, 0.6]), every, every, 2.0).tolist()
    [True, False, True]
    """
    flags = unsettled & suspicious
    candidates = p_error[flags]
    most = min(max(round(expected), 1), int((candidates > 0).sum()))
    flags[flags] = highest(candidates, most)
    return flags


def tidy(
    ids: Sequence[str],
    labels: Labels,
    suggested: Labels,
    p_error: Floats,
    impact: Floats,
    likely: Ints,
    useful: Ints,
    flagged: Bools,
    reasons: Mapping[int, Mapping[str, str]],
) -> pd.DataFrame:
    """One row for each scanned row, the likeliest error first; `rank` is its place by impact, from 1.

    `labels` (as given) and `suggested` are (n,) labels as text; `likely` and `useful` are row numbers in the
    orders of likelihood and of impact; `reasons` is row number -> name -> sentence; the table holds the
    dictionaries.
    """
    rank = np.empty(len(useful), dtype=np.int64)
    rank[useful] = np.arange(1, len(useful) + 1)
    return pd.DataFrame(
        {
            "id": np.asarray(ids, dtype=object)[likely],
            "given": labels[likely],
            "suggested": suggested[likely],
            "p_error": p_error[likely],
            "impact": impact[likely],
            "rank": rank[likely],
            "reasons": [dict(reasons.get(int(row), {})) for row in likely],
            "flagged": flagged[likely],
            "row": likely,
        }
    )
