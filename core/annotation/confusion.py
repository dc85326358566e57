"""How each person confuses the classes; of few labels an estimate is drawn to that of all people.

Three steps, each with a strength that the counts themselves choose (empirical Bayes; Morris 1983): all people
together; how often a person is right; how that person confuses single classes.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, logit

from core.annotation.rules import RULES, ConsensusRules
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Confusions:
    """Of A people and K classes.

    Attributes:
        people: (A, K, K) share of the rows of a class (second axis) that each labels as every class.
        pooled: (K, K) the same of a person of whom nothing is known.
        votes_of_all: how many votes the quality of all weighs against those of one person.
        votes_of_person: how many votes that person's quality weighs against those of them on one class.
    """

    people: Floats
    pooled: Floats
    votes_of_all: float
    votes_of_person: float


def confusions(counts: Floats, usual: float, rules: ConsensusRules = RULES.consensus) -> Confusions:
    """Smooth (A, K, K) expected counts by person, class and label.

    Args:
        counts: how often each person labelled rows of a class as each.
        usual: votes that those of all weigh, from the round before: a person with more of them than that
            does not speak for the others as loudly.
        rules: of the smoothing.

    >>> counts = np.array([[[90.0, 10.0], [10.0, 90.0]], [[1.0, 0.0], [0.0, 0.0]]])
    >>> one = confusions(counts, 1000.0)
    >>> one.people.shape, bool(abs(one.people[1, 0, 0] - one.pooled[0, 0]) < 0.02)
    ((2, 2, 2), True)
    """
    pooled = _of_all(counts, usual, rules)
    of_all, rates = _of_people(counts, pooled, rules)
    centre = _tilt(pooled, rates)
    strength = _likeliest(counts, centre, rules)
    people = (counts + strength * centre) / (counts.sum(axis=2, keepdims=True) + strength)
    return Confusions(people, pooled, of_all, strength)


def _of_all(counts: Floats, usual: float, rules: ConsensusRules) -> Floats:
    """(K, K) of all; of a class with few votes as if all classes were alike."""
    K = counts.shape[1]
    votes = counts.sum(axis=(1, 2))[:, None, None]
    total = (counts * (usual + 1) / (usual + votes)).sum(axis=0)
    right, wrong = rules.first_votes
    share = (np.trace(total) + right) / (total.sum() + right + wrong)
    alike = np.where(np.eye(K, dtype=bool), share, (1 - share) / (K - 1))
    of_all: Floats = (total + rules.class_votes * alike) / (
        total.sum(axis=1, keepdims=True) + rules.class_votes
    )
    return of_all


def _of_people(counts: Floats, pooled: Floats, rules: ConsensusRules) -> tuple[float, Floats]:
    """The strength of all, and (A, K) how often each person is right about the rows of each class."""
    right, votes = np.trace(counts, axis1=1, axis2=2), counts.sum(axis=(1, 2))
    of_all = np.diag(pooled)
    expected = (counts.sum(axis=2) @ of_all) / votes
    pairs = np.stack([right, votes - right], axis=1)
    strength = _likeliest(pairs, np.stack([expected, 1 - expected], axis=1), rules)
    rate = (right + strength * expected) / (votes + strength)
    better = logit(rate) - logit(expected)
    return strength, expit(logit(of_all) + better[:, None])


def _tilt(pooled: Floats, rates: Floats) -> Floats:
    """(A, K, K) the confusion of all with other shares of right labels; wrong ones spread as those of all."""
    of_all = np.diag(pooled)
    spread = np.where(np.eye(len(pooled), dtype=bool), 0.0, pooled) / (1 - of_all)[:, None]
    tilted: Floats = spread * (1 - rates)[:, :, None] + np.eye(len(pooled)) * rates[:, :, None]
    return tilted


def _likeliest(counts: Floats, centre: Floats, rules: ConsensusRules) -> float:
    """The strength under which (..., L) counts around a centre are likeliest (Dirichlet-multinomial).

    Shares of a row that no class can be excluded for are no labels: many of them would outweigh those.
    """
    some = counts > rules.dust
    votes = np.where(some, counts, 0.0).sum(axis=-1)
    cells, expected = counts[some], centre[some]

    def likelihood(strength: float) -> float:
        of_rows = gammaln(strength) - gammaln(votes + strength)
        of_cells = gammaln(cells + strength * expected) - gammaln(strength * expected)
        return float(of_rows.sum() + of_cells.sum())

    return max(rules.strengths, key=likelihood)
