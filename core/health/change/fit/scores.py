"""Scores that cannot be what they were: cut off where many used to lie, by a limit, a factor or a unit.

No label is needed. Where cases became easier or harder the scores thin out towards their end; where a service
halves or clips its scores they crowd before it, and none lies behind it.
"""

from math import floor, log, log10

import numpy as np

from core.health.profiles.score_bins import middles
from core.health.rules import RULES, FaultRules
from core.stats.arrays import Counts


def score_limit(before: Counts, now: Counts, rules: FaultRules = RULES.faults) -> tuple[str, float] | None:
    """Where no score lies any more, in words, and the share that lay there; None: the scores are not cut.

    Args:
        before: (B,) rows of the reference period by score bin.
        now: (B,) rows of the chunk.
        rules: least share that is worth a word, chance below which it is none, how far beyond the limit it
            lay, edge that must be full.

    >>> score_limit(np.array([40, 30, 20, 10]), np.array([300, 200, 0, 0]))
    ('above 0.29', 0.3)
    >>> score_limit(np.array([40, 30, 20, 10]), np.array([490, 10, 0, 0]))
    >>> score_limit(np.array([0, 0, 90, 10]), np.array([500, 0, 0, 0]))
    ('above 0.0023', 1.0)
    """
    n, past = int(now.sum()), int(before.sum())
    if n < rules.enough or not past:
        return None
    filled = now.nonzero()[0]
    first, last = int(filled[0]), int(filled[-1])
    upper = before[last + 1 :].sum() >= before[:first].sum()
    at = last if upper else first
    beyond = slice(last + 1, None) if upper else slice(0, first)
    share = float(before[beyond].sum() / past)
    if share < rules.cut or (share < 1 and n * log(1 - share) >= log(rules.impossible)):
        return None
    places = middles(len(now))
    mean, limit = float(np.average(places[beyond], weights=before[beyond])), float(places[at])
    if abs(mean - limit) < rules.beyond * (mean if upper else 1 - mean):
        return None  # models that are as sure end a hair apart, those of the folds among them
    inside = slice(at, None, -1) if upper else slice(at, None)
    inward, rows = np.cumsum(before[inside]), np.cumsum(now[inside])
    edge = min(int(np.searchsorted(inward, rules.edge * past)), len(inward) - 1)
    if rows[edge] / n < inward[edge] / past:  # the scores thin out: cases became easier or harder
        return None
    return f"{'above' if upper else 'below'} {_score_text(limit)}", share


def _score_text(score: float) -> str:
    """A score with two digits, counted from the nearer end: scores of rare events lie close to it.

    >>> _score_text(0.288), _score_text(0.00231), _score_text(0.99987)
    ('0.29', '0.0023', '0.99987')
    """
    return f"{score:.{max(2, 1 - floor(log10(min(score, 1 - score))))}f}"
