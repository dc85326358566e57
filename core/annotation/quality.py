"""How often each annotator is right, judged by all votes and the models, with an interval."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from core.annotation.dawid_skene import Consensus
from core.annotation.rules import RULES, ConsensusRules
from core.annotation.votes import Votes
from core.stats.arrays import Floats
from core.stats.intervals import wilson


@dataclass(frozen=True, slots=True)
class Quality:
    """Share of a person's labels that are right, with its 95 % interval.

    Attributes:
        person: the name in `votes.people`.
        value: the share.
        low, high: of the interval.
        n: rows that this person labelled.
        worth: rows of known truth that would tell as much: few where people decide about each other.
        known: whether that is enough to be told.
    """

    person: str
    value: float
    low: float
    high: float
    n: int
    worth: float
    known: bool


def quality(
    votes: Votes, consensus: Consensus, rules: ConsensusRules = RULES.consensus
) -> tuple[Quality, ...]:
    """Quality of every annotator, in the order of `votes.people`.

    Whether a label is right is known only as far as the posterior goes, and who is right decides the
    posterior: the interval is Wilson's for as many rows as the observed information is worth (Louis 1982,
    one share a person). Where two people differ and nothing else is known, it is wide: either may be wrong.

    Args:
        votes: who labelled which rows as what.
        consensus: of these votes.
        rules: votes that everybody has before the first, and how many rows it must be worth.

    >>> from core.annotation.dawid_skene import settle
    >>> votes = Votes.from_names([*"rstu"] * 2, ["ann"] * 4 + ["bob"] * 4, [*"yynnynnn"], ["y", "n"])
    >>> [(one.person, one.n, one.high - one.low > 0.5) for one in quality(votes, settle(votes))]
    [('ann', 4, True), ('bob', 4, True)]
    """
    right = consensus.posterior[votes.row, votes.label]
    n = votes.by_person
    total = np.bincount(votes.person, weights=right, minlength=len(n))
    before, slips = rules.first_votes
    value = (total + before) / (n + before + slips)
    spread = value * (1 - value)
    information = np.diag((n + before + slips) / spread) - _missing(votes, right) / np.outer(spread, spread)
    worth = np.clip(spread / np.diag(np.linalg.pinv(information, hermitian=True)), 1.0, n)
    return tuple(
        Quality(name, share, *wilson(share * w, w), int(count), float(w), bool(w >= rules.least_worth))
        for name, share, count, w in zip(votes.people, total / n, n, worth, strict=True)
    )


def _missing(votes: Votes, right: Floats) -> Floats:
    """(A, A) covariance, given the votes, of how many labels of two people are right.

    Two equal labels of a row are right together, two different ones never.
    """
    n, A, K = len(votes.row_ids), len(votes.people), len(votes.classes)
    cell = votes.row * K + votes.label
    equal = csr_array((np.sqrt(right), (cell, votes.person)), shape=(n * K, A))
    any_label = csr_array((right, (votes.row, votes.person)), shape=(n, A))
    missing: Floats = (equal.T @ equal - any_label.T @ any_label).toarray()
    return missing
