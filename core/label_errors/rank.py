"""The tidy table of all scanned rows, best first: what the page, the CSV and the queue show."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.stats.arrays import Bools, Floats, Ints

Labels = np.ndarray[tuple[int], np.dtype[np.object_]]

COLUMNS = ("id", "given", "suggested", "p_error", "impact", "rank", "reasons", "flagged")


def order(impact: Floats, p_error: Floats, unsettled: Bools) -> Ints:
    """Row numbers, best first: by impact, then likelihood; rows that need no question stand last.

    >>> order(np.array([0.1, 0.9, 0.5]), np.zeros(3), np.array([True, False, True])).tolist()
    [2, 0, 1]
    """
    return np.lexsort((-p_error, -impact, ~unsettled)).astype(np.int64)


def flag(p_error: Floats, score: Floats, unsettled: Bools, expected: float) -> Bools:
    """(n,) the rows worth an expert's look: the likeliest ones, about as many as are expected to be wrong.

    Args:
        p_error: (n,) probability of an error.
        score: (n,) at or below 0 the given label is as good as any.
        unsettled: (n,) rows that may be asked about.
        expected: number of wrong labels.

    >>> flag(np.array([0.9, 0.2, 0.6]), np.array([0.5, 0.1, 0.4]), np.ones(3, dtype=bool), 2.0).tolist()
    [True, False, True]
    """
    candidates = np.where(unsettled & (score > 0), p_error, -1.0)
    most = min(max(round(expected), 1), int((candidates > 0).sum()))
    flagged = np.zeros(len(p_error), dtype=bool)
    flagged[np.argsort(-candidates, kind="stable")[:most]] = True
    return flagged


def tidy(
    ids: Sequence[str],
    labels: Labels,
    suggested: Labels,
    p_error: Floats,
    impact: Floats,
    queue: Ints,
    flagged: Bools,
    reasons: Mapping[int, Mapping[str, str]],
) -> pd.DataFrame:
    """One row for each scanned row, in the order of the queue; `rank` counts from 1.

    `labels` (as given) and `suggested` are (n,) labels as text; `reasons` is row number -> name -> sentence;
    the table holds the dictionaries.
    """
    return pd.DataFrame(
        {
            "id": np.asarray(ids, dtype=object)[queue],
            "given": labels[queue],
            "suggested": suggested[queue],
            "p_error": p_error[queue],
            "impact": impact[queue],
            "rank": np.arange(1, len(queue) + 1),
            "reasons": [dict(reasons.get(int(row), {})) for row in queue],
            "flagged": flagged[queue],
            "row": queue,
        }
    )
