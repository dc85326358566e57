"""From the judgement to the finished search: impact, rank, flags, reasons, curve."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from core.label_errors import impact as worth
from core.label_errors import rank
from core.label_errors.dataset import Problem
from core.label_errors.judgement import Judgement
from core.label_errors.label_noise import Errors
from core.label_errors.neighbours import Neighbours, nearest, standardise
from core.label_errors.reasons import Evidence, explain
from core.stats.arrays import Bools, Floats, Ints

MOST_EXPLAINED = 1_000
LEAST_EXPLAINED = 50
SESSION = 100.0


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
    problem: Problem,
    judgement: Judgement,
    vectors: Floats,
    *,
    contributions: Callable[[Ints], Floats] | None = None,
    features: Sequence[str] = (),
    changed: str | None = None,
) -> SearchResult:
    """Rank the rows and say why.

    Args:
        problem: the rows.
        judgement: what the models think of them.
        vectors: (n, d) projected features, for neighbours and impact.
        contributions: gives (m, p) contributions of the features for m rows; None for images and texts.
        features: the p names.
        changed: from when the relation is different, in words.
    """
    asked = judgement.judged & ~problem.settled & ~judgement.changed.rows
    influence = _influence(problem, judgement, vectors)
    impact = worth.impact(judgement.p_error, influence)
    queue = rank.order(impact, judgement.p_error, asked)
    # where the estimate is vague, one session of answers says more than a short list
    expected = max(float(judgement.p_error[asked].sum()), min(judgement.errors.high, SESSION))
    flagged = rank.flag(judgement.p_error, judgement.suspicion.score, asked, expected)
    explained = first_of(queue, flagged, judgement.changed.rows)
    near = nearest(vectors, explained)
    evidence = _evidence(problem, judgement, explained, near, influence, changed)
    if contributions is not None:
        evidence = evidence.with_contributions(contributions(explained), features)
    reasons: dict[int, dict[str, str]] = {
        int(row): why for row, why in zip(explained, explain(evidence), strict=True)
    }
    reasons |= _unjudged_reasons(problem, judgement)
    table = _table(problem, judgement, impact, queue, flagged, reasons)
    return SearchResult(
        table, explained, near, flagged, curve(judgement.p_error, judgement.errors, queue, flagged)
    )


def _table(
    problem: Problem,
    judgement: Judgement,
    impact: Floats,
    queue: Ints,
    flagged: Bools,
    reasons: Mapping[int, Mapping[str, str]],
) -> pd.DataFrame:
    names = np.asarray(problem.classes, dtype=object)
    return rank.tidy(
        problem.ids,
        names[problem.given],
        names[np.where(judgement.judged, judgement.suspicion.suggested, problem.given)],
        judgement.p_error,
        impact,
        queue,
        flagged,
        reasons,
    )


def _influence(problem: Problem, judgement: Judgement, vectors: Floats) -> Floats:
    suggested = judgement.suspicion.suggested
    return worth.influence(standardise(vectors), problem.given, suggested, judgement.q)


def first_of(queue: Ints, flagged: Bools, changed: Bools) -> Ints:
    """The flagged rows, the first few of the queue and some that only contradict the older world."""
    first = np.concatenate([queue[flagged[queue]], queue[:LEAST_EXPLAINED]])
    unique = pd.unique(np.concatenate([first[:MOST_EXPLAINED], np.flatnonzero(changed)[:LEAST_EXPLAINED]]))
    return np.asarray(unique, dtype=np.int64)


def _evidence(
    problem: Problem,
    judgement: Judgement,
    rows: Ints,
    near: Neighbours,
    influence: Floats,
    changed: str | None,
) -> Evidence:
    share = (rankdata(influence[rows]) - 1) / max(len(rows) - 1, 1)
    return Evidence(
        classes=problem.classes,
        rows=rows,
        given=problem.current,
        suggested=judgement.suspicion.suggested,
        members=judgement.members,
        q=judgement.q,
        doubt=judgement.doubt,
        swaps=_swaps(judgement.joint),
        near=near,
        twins=_twins(problem, rows),
        worth=share,
        contributions=None,
        features=(),
        unusual_world=judgement.changed.rows,
        changed=changed,
    )


def _swaps(joint: Floats) -> Floats:
    """Share of the truly column rows that are given as the row class."""
    return np.asarray(joint / np.maximum(joint.sum(axis=0, keepdims=True), 1e-12))


def _twins(problem: Problem, rows: Ints) -> Ints:
    """(m,) identical rows that carry another label."""
    counts = pd.Series(problem.group).groupby(problem.group).size().to_numpy()
    same = pd.DataFrame({"group": problem.group, "given": problem.current})
    alike = same.groupby(["group", "given"])["given"].transform("size").to_numpy()
    return np.asarray(counts[problem.group[rows]] - alike[rows], dtype=np.int64)


def _unjudged_reasons(problem: Problem, judgement: Judgement) -> dict[int, dict[str, str]]:
    counts = np.bincount(problem.current, minlength=len(problem.classes))
    found = {}
    for row in np.flatnonzero(~judgement.judged):
        label = problem.current[row]
        found[int(row)] = {
            "rare class": f"Only {counts[label]} rows are labelled {problem.classes[label]}: "
            "too few for a model to judge"
        }
    return found


def curve(chances: Floats, errors: Errors, queue: Ints, flagged: Bools) -> dict[str, Floats]:
    """`impact.gain_curve` over the flagged rows in the order of the queue; `chances` (n,) of an error."""
    p_error = chances[queue[flagged[queue]]]
    if p_error.size == 0:
        return worth.gain_curve(np.zeros(1), 1.0, 1.0)
    value = max(errors.value, 1e-9)
    return worth.gain_curve(p_error, errors.low / value, errors.high / value)
