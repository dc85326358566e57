"""From the judgement to the finished search: impact, rank, flags, reasons, curve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from core.label_errors import rank
from core.label_errors.impact import gain_curve, impact
from core.label_errors.label_noise import Errors
from core.label_errors.neighbours import Neighbours, nearest
from core.label_errors.rules import RULES, Rules, SearchRules
from core.label_errors.strategy import Explained, Judgement
from core.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A finished search.

    Attributes:
        table: one row for each scanned row, best first (`rank.COLUMNS`, and `row`, its row number).
        explained: (m,) row numbers of the rows that have reasons; `near` their neighbours.
        flagged: (n,) rows worth an expert's look.
        curve: `impact.gain_curve` over the flagged rows, in order.
    """

    table: pd.DataFrame
    explained: Ints
    near: Neighbours
    flagged: Bools
    curve: dict[str, Floats]


def search(
    judgement: Judgement,
    vectors: Floats,
    *,
    contributions: Callable[[Ints], Floats | None] | None = None,
    features: Sequence[str] = (),
    changed: str | None = None,
    rules: Rules = RULES,
) -> SearchResult:
    """Rank the rows and say why.

    Args:
        judgement: what the models think of the rows.
        vectors: (n, d) projected features, for neighbours and impact.
        contributions: gives (m, p) contributions of the features for m rows; None for images and texts.
        features: the p names.
        changed: from when the relation is different, in words.
        rules: what decides.
    """
    rows, p_error = judgement.rows, judgement.p_error
    unsettled = judgement.judged & ~rows.settled & ~judgement.changed.rows
    influence = judgement.influence(vectors, rules)
    worth = impact(p_error, influence, rules.impact)
    queue = rank.order(p_error, worth, unsettled)
    useful = rank.order(worth, p_error, unsettled)
    expected = max(float(p_error[unsettled].sum()), min(judgement.errors.high, rules.search.session))
    flagged = rank.flag(p_error, judgement.suspicious, unsettled, expected)
    explained = rows_to_explain(queue, flagged, judgement.changed.rows, rules.search)
    near = nearest(vectors, explained, rules=rules.neighbours)
    share = (rankdata(influence[explained]) - 1) / max(len(explained) - 1, 1)
    added = None if contributions is None else contributions(explained)
    reasons = judgement.explain(Explained(explained, near, share, changed, added, features), rules.reasons)
    table = rank.tidy(
        rows.ids,
        rows.texts(rows.given_labels),
        judgement.suggestions,
        p_error,
        worth,
        queue,
        useful,
        flagged,
        reasons,
    )
    return SearchResult(table, explained, near, flagged, curve(p_error, judgement.errors, queue, flagged))


def rows_to_explain(queue: Ints, flagged: Bools, changed: Bools, rules: SearchRules = RULES.search) -> Ints:
    """The flagged rows, the first few of the queue and some that only contradict the older world.

    >>> none = np.zeros(4, dtype=bool)
    >>> rows_to_explain(np.array([2, 0, 3, 1]), none, none, SearchRules(least_explained=2)).tolist()
    [2, 0]
    """
    first = np.concatenate([queue[flagged[queue]], queue[: rules.least_explained]])
    moved = np.flatnonzero(changed)[: rules.least_explained]
    return np.asarray(pd.unique(np.concatenate([first[: rules.most_explained], moved])), dtype=np.int64)


def curve(chances: Floats, errors: Errors, queue: Ints, flagged: Bools) -> dict[str, Floats]:
    """`impact.gain_curve` over the flagged rows in the order of the queue; `chances` (n,) of an error."""
    p_error = chances[queue[flagged[queue]]]
    if p_error.size == 0:
        return gain_curve(np.zeros(1), 1.0, 1.0)
    value = max(errors.value, 1e-9)
    return gain_curve(p_error, errors.low / value, errors.high / value)
