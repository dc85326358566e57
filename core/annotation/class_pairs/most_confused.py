"""Which two classes people confuse more than classes alike would be, by the rows on which they differ."""

from dataclasses import dataclass

import numpy as np

from core.annotation.rules import RULES, PairRules
from core.annotation.votes import Votes
from core.stats.arrays import Bools, Counts, Floats
from core.stats.intervals import clopper_pearson


@dataclass(frozen=True, slots=True)
class Side:
    """Where one class of a pair was chosen beside one other class: how often that was its partner.

    Attributes:
        rows: where it was chosen beside one other class.
        value: share of them in which that was the partner.
        low, high: interval of the share; all of them hold together in 95 % of the cases.
        chance: the share if all classes were confused alike.
    """

    rows: int
    value: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """The two classes that are confused most.

    Attributes:
        classes: their names, in the order of the model's.
        rows: for which these two were chosen, and no third.
        differ: for which exactly two classes were chosen, these or others.
        sides: of each of the two; empty where people chose two classes only: there is no third.
        named: whether it is beyond chance; else it is only the one with most rows so far.
    """

    classes: tuple[str, str]
    rows: int
    differ: int
    sides: tuple[Side, ...]
    named: bool


def most_confused(votes: Votes, rules: PairRules = RULES.pairs) -> ConfusedPair | None:
    """The pair of classes with most rows among those confused beyond chance, else the one with most rows.

    A row with three classes speaks of no single pair and counts for none. A pair is beyond chance where, for
    each of its classes, the partner's share among all other classes exceeds what chance gives: by exact
    intervals (Clopper and Pearson 1934), for all pairs at once (Bonferroni), and the worse of the two classes
    decides (intersection-union test; Berger 1982). So a class that is hard beside every other one names no
    pair.

    Args:
        votes: who labelled which rows as what.
        rules: the level, and the fewest rows of a pair.

    Returns:
        None where no two people differ.

    >>> votes = Votes.from_names([*"rrsst"], ["ann", "bob"] * 2 + ["ann"], [*"yny"] + ["y", "n"], ["y", "n"])
    >>> pair = most_confused(votes)
    >>> pair.classes, pair.rows, pair.named
    (('y', 'n'), 1, False)
    """
    by_row = votes.by_row
    has = by_row > 0
    two = has.sum(axis=1) == 2  # noqa: PLR2004 -- a pair of classes
    if not two.any():
        return None
    counts = _both(has[two])
    shares, least = _shares(by_row), min(rules.least_rows, int(counts.max()))
    numbers = np.argwhere(np.triu(counts) >= least).tolist()
    pairs = [_pair(votes.classes, counts, shares, (a, b), rules) for a, b in numbers]
    return max(pairs, key=lambda pair: (pair.named, pair.rows))


def _both(has: Bools) -> Counts:
    """(K, K) rows with both classes, of (n, K) rows with two classes each; 0 on the diagonal."""
    K = has.shape[1]
    first, last = has.argmax(axis=1), K - 1 - has[:, ::-1].argmax(axis=1)
    counts = np.bincount(first * K + last, minlength=K * K).reshape(K, K)
    return counts + counts.T


def _shares(by_row: Counts) -> Floats:
    """(K,) how often each class occurs, of the rows with two votes or more, each row alike."""
    size = by_row.sum(axis=1)
    shared = by_row[size > 1] / size[size > 1][:, None]
    shares: Floats = shared.mean(axis=0)
    return shares


def _pair(
    classes: tuple[str, ...], counts: Counts, shares: Floats, pair: tuple[int, int], rules: PairRules
) -> ConfusedPair:
    a, b = pair
    occurring = int((shares > 0).sum())
    rows, differ = int(counts[a, b]), int(counts.sum()) // 2
    names = (classes[a], classes[b])
    if occurring == 2:  # noqa: PLR2004 -- the only pair is the most confused one
        return ConfusedPair(names, rows, differ, (), rows >= rules.least_rows)
    alpha = rules.alpha / (occurring * (occurring - 1) / 2)
    sides = tuple(
        _side(rows, int(counts[one].sum()), _chance(shares, one, other), alpha)
        for one, other in ((a, b), (b, a))
    )
    beyond = all(side.low > side.chance for side in sides)
    return ConfusedPair(names, rows, differ, sides, rows >= rules.least_rows and beyond)


def _side(rows: int, total: int, chance: float, alpha: float) -> Side:
    return Side(total, rows / total, *clopper_pearson(rows, total, alpha), chance)


def _chance(shares: Floats, one: int, other: int) -> float:
    """The partner's share if all classes were confused alike: the larger of two ways to be alike.

    Either a wrong label is any other class, as often as each: then a row counts for both of its classes. Or
    it is each other class as often as that occurs.
    """
    occurring = int((shares > 0).sum())
    evenly = (shares[one] + shares[other]) / ((occurring - 2) * shares[one] + 1)
    as_they_occur = shares[other] / (1 - shares[one])
    return float(max(evenly, as_they_occur))
