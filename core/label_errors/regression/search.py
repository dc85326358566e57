"""From the judgement of numbers to the finished search: impact, rank, flags, reasons, curve."""

import numpy as np
from scipy.stats import rankdata

from core.label_errors import impact as worth
from core.label_errors import rank
from core.label_errors.neighbours import nearest, standardise
from core.label_errors.regression.dataset import Amounts
from core.label_errors.regression.judgement import AmountJudgement
from core.label_errors.regression.reasons import Evidence, explain
from core.label_errors.search import SESSION, SearchResult, curve, first_of
from core.stats.arrays import Bools, Floats, Ints
from core.tables.values.number_text import as_label

STEPS = 20
"""A suggestion is rounded to a twentieth of its interval: more digits would only look exact."""


def search(
    problem: Amounts, judgement: AmountJudgement, vectors: Floats, *, changed: str | None = None
) -> SearchResult:
    """Rank the rows and say why.

    Args:
        problem: the rows.
        judgement: what the models think of them.
        vectors: (n, d) projected features, for neighbours and impact.
        changed: from when the relation is different, in words.
    """
    asked = ~problem.settled & ~judgement.changed.rows
    influence = _influence(problem, judgement, vectors)
    impact = worth.impact(judgement.p_error, influence)
    queue = rank.order(impact, judgement.p_error, asked)
    beyond = np.maximum(judgement.low - problem.given, problem.given - judgement.high)
    expected = max(float(judgement.p_error[asked].sum()), min(judgement.errors.high, SESSION))
    flagged = rank.flag(judgement.p_error, beyond, asked, expected)
    explained = first_of(queue, flagged, judgement.changed.rows)
    near = nearest(vectors, explained)
    share = (rankdata(influence[explained]) - 1) / max(len(explained) - 1, 1)
    why = explain(Evidence(problem, judgement, explained, near, share, changed))
    table = rank.tidy(
        problem.ids,
        texts(problem.given),
        texts(suggestions(problem, judgement)),
        judgement.p_error,
        impact,
        queue,
        flagged,
        {int(row): each for row, each in zip(explained, why, strict=True)},
    )
    return SearchResult(
        table, explained, near, flagged, curve(judgement.p_error, judgement.errors, queue, flagged)
    )


def suggestions(problem: Amounts, judgement: AmountJudgement) -> Floats:
    """(n,) the expected numbers, rounded to what their interval allows and kept within what occurs."""
    inside = np.clip(judgement.expected, problem.given.min(), problem.given.max())
    width = np.maximum(judgement.high - judgement.low, 1e-12)
    step = 10.0 ** np.floor(np.log10(width / STEPS))
    if (problem.given == np.round(problem.given)).all():
        step = np.maximum(step, 1.0)
    return np.asarray(np.round(inside / step) * step)


def texts(values: Floats) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """(n,) numbers as labels."""
    return np.array([as_label(float(value)) for value in values], dtype=object)


def _influence(problem: Amounts, judgement: AmountJudgement, vectors: Floats) -> Floats:
    """(n,) how far a linear model moves, at the row, when its label is replaced by the expected number."""
    X = standardise(vectors)
    hessian = X.T @ X + worth.PENALTY * np.eye(X.shape[1])
    leverage = (X * np.linalg.solve(hessian, X.T).T).sum(axis=1) + 1 / len(X)
    moved: Floats = np.sqrt(np.clip(leverage, 0, None)) * np.abs(problem.given - judgement.expected)
    return moved


def points(problem: Amounts, judgement: AmountJudgement, flagged: Bools, most: int) -> list[list[float]]:
    """[given, expected, 1 for a suspect] of the flagged rows and of a sample of the others, for a chart."""
    rng = np.random.default_rng(0)
    suspects: Ints = np.flatnonzero(flagged)
    suspects = suspects[np.argsort(-judgement.p_error[suspects], kind="stable")][:most]
    others = np.sort(rng.permutation(np.flatnonzero(~flagged))[:most])
    return [
        [float(f"{problem.given[row]:.6g}"), float(f"{judgement.expected[row]:.6g}"), float(flagged[row])]
        for row in (*others, *suspects)
    ]
