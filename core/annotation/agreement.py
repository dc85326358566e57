"""How far several people agree beyond chance: Cohen's kappa of two, Krippendorff's alpha of several."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.annotation.rules import RULES, AgreementRules
from core.annotation.votes import Votes
from core.stats.arrays import Floats, Ints
from core.stats.bootstrap import generator_for
from core.stats.intervals import wilson


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement beyond chance with its 95 % interval.

    Attributes:
        value: 1 where all agree always, 0 as often as by chance, below less often; None where it is not
            defined: nobody shares a row with another, or only one class was chosen.
        low, high: of the interval; None with the value.
        observed: share of pairs of labels of one row that are equal; None without such a pair.
        rows: rows that two people or more labelled, which it rests on.
        people: those of them.
    """

    value: float | None
    low: float | None
    high: float | None
    observed: float | None
    rows: int
    people: int


def cohen_kappa(votes: Votes, pair: tuple[int, int], rules: AgreementRules = RULES.agreement) -> Agreement:
    """Kappa of two people over the rows that both labelled (Cohen 1960).

    Args:
        votes: who labelled which rows as what.
        pair: numbers of the two in `votes.people`.
        rules: of the interval.

    >>> names = ["ann"] * 4 + ["bob"] * 4
    >>> votes = Votes.from_names([*"rstu"] * 2, names, [*"yynnynnn"], ["y", "n"])
    >>> cohen_kappa(votes, (0, 1)).value
    0.5
    """
    first, second = (np.flatnonzero(votes.person == number) for number in pair)
    shared, a, b = np.intersect1d(votes.row[first], votes.row[second], return_indices=True)
    K = len(votes.classes)
    cells = votes.label[first][a] * K + votes.label[second][b]
    kinds, counts = np.unique(cells, return_counts=True)
    one, other = np.eye(K)[kinds // K], np.eye(K)[kinds % K]

    def parts(draws: Floats) -> tuple[Floats, Floats]:
        n = draws.sum(axis=1)
        chance = ((draws @ one) * (draws @ other)).sum(axis=1) / n**2
        return draws @ (kinds // K != kinds % K) / n, 1 - chance

    return _agreement(counts, parts, people=2 if len(shared) else 0, rules=rules)


def krippendorff_alpha(votes: Votes, rules: AgreementRules = RULES.agreement) -> Agreement:
    """Alpha of all people, for classes without an order; people need not have labelled the same rows.

    Hayes and Krippendorff (2007). Rows with a single vote say nothing of agreement and are left out.

    >>> names = ["ann"] * 4 + ["bob"] * 4
    >>> votes = Votes.from_names([*"rstu"] * 2, names, [*"yynnynnn"], ["y", "n"])
    >>> round(krippendorff_alpha(votes).value, 3)
    0.533
    """
    by_row = votes.by_row
    shared = by_row.sum(axis=1) > 1
    people = len(np.unique(votes.person[shared[votes.row]]))
    kinds, counts = np.unique(by_row[shared], axis=0, return_counts=True)
    size = kinds.sum(axis=1)
    unequal = (kinds * (size[:, None] - kinds)).sum(axis=1) / np.maximum(size - 1, 1)

    def parts(draws: Floats) -> tuple[Floats, Floats]:
        labels = draws @ kinds
        n = labels.sum(axis=1)
        chance = (labels * (n[:, None] - labels)).sum(axis=1) / (n * (n - 1))
        return draws @ unequal / n, chance

    return _agreement(counts, parts, people=people, rules=rules)


Parts = Callable[[Floats], tuple[Floats, Floats]]
"""(draws, kinds) counts of rows -> (draws,) observed and expected disagreement."""


def _agreement(counts: Ints, parts: Parts, *, people: int, rules: AgreementRules) -> Agreement:
    """One minus observed over expected disagreement, with the percentile bootstrap over rows (Efron 1979).

    Of few rows, or where nobody disagreed, rows drawn anew know nothing of what was not seen yet: the
    interval also holds what the Wilson interval of the disagreement allows.
    """
    rows = int(counts.sum())
    if not rows:
        return Agreement(None, None, None, None, 0, 0)
    (observed,), (expected,) = parts(counts[None].astype(np.float64))
    if expected <= 0:
        return Agreement(None, None, None, float(1 - observed), rows, people)
    number = min(rules.draws, max(rules.fewest_draws, rules.most_counts // len(counts)))
    draws = generator_for(counts, rules.seed).multinomial(rows, counts / rows, size=number)
    differ, chance = parts(draws.astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        values = 1 - differ / chance
    low, high = np.nanquantile(np.where(chance > 0, values, np.nan), [0.025, 0.975])
    if rows < rules.few_rows or observed == 0:
        least, most = wilson(float(observed) * rows, rows)
        low, high = min(low, 1 - most / expected), max(high, 1 - least / expected)
    return Agreement(
        float(1 - observed / expected),
        float(max(low, -1.0)),
        float(min(high, 1.0)),
        float(1 - observed),
        rows,
        people,
    )
