"""The random slice of every batch: rows nobody suspects, drawn with chances that are written down.

Only rows that were drawn say how many labels are wrong among those that nobody picks. They are drawn with
chances that depend on the models' probability alone (Neyman 1934: in proportion to the spread of what is
counted, sqrt(p (1 - p))), so that unlikely rows have theirs too.
"""

from dataclasses import dataclass

import numpy as np

from core.label_errors.rules import RULES, AuditRules
from core.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Audit:
    """Attributes: rows (m,) = row numbers drawn; chances (m,) = with which each was."""

    rows: Ints
    chances: Floats


def draw(
    p_error: Floats, passed: Bools, size: int, rng: np.random.Generator, rules: AuditRules = RULES.audit
) -> Audit:
    """Draw the random slice of a batch of questions.

    Args:
        p_error: (n,) the models' probabilities of an error.
        passed: (n,) rows that are asked about anyway, or were before.
        size: how many are drawn, if there are so many.
        rng: by which they are drawn.
        rules: the least weight of a row.

    >>> made = draw(np.full(100, 0.1), np.arange(100) < 40, 8, np.random.default_rng(0))
    >>> len(made.rows), bool(made.rows.min() >= 40), made.chances[0].round(3)
    (8, True, np.float64(0.133))
    """
    likely = np.clip(p_error, rules.least, 1 - rules.least)
    weight = np.where(passed, 0.0, np.sqrt(likely * (1 - likely)))
    chances = inclusion(weight, min(size, int((weight > 0).sum())))
    # systematic sampling: exactly these chances, exactly this number (Madow 1949)
    order = rng.permutation(len(weight))
    steps = np.floor(np.cumsum(chances[order]) + rng.random())
    rows = order[np.diff(steps, prepend=0.0) > 0]
    return Audit(rows, chances[rows])


def inclusion(weight: Floats, size: int) -> Floats:
    """(n,) chances in proportion to the weights, none above 1, that sum to `size`.

    >>> inclusion(np.array([8.0, 1.0, 1.0, 0.0]), 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    sure = np.zeros(len(weight), dtype=bool)
    while True:
        rest = weight[~sure].sum()
        chances = np.where(sure, 1.0, weight * (size - sure.sum()) / rest if rest else 0.0)
        if not (chances > 1).any():
            return chances
        sure |= chances >= 1
