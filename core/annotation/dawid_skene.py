"""What is true of rows on which people differ, and whom to believe how far (Dawid and Skene 1979).

Each person labels rows of a class as each class with probabilities of their own, and people err independently
of each other once the class is known. The models' probabilities stand before the votes. Classes of rows and
confusions of people are estimated in turn (EM), from a start near the votes.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.special import softmax

from core.annotation.confusion import Confusions, confusions
from core.annotation.model_prior import ModelPrior
from core.annotation.rules import RULES, ConsensusRules
from core.annotation.votes import Votes
from core.errors import LabelError
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Consensus:
    """What votes amount to.

    Attributes:
        posterior: (n, K) probability of each class, of the rows as `votes.row_ids` has them.
        confusions: of the people as `votes.people` has them.
        trust: exponent of the models' probabilities: 1 as they are, 0 not at all; None without them.
        rounds: of EM.
    """

    posterior: Floats
    confusions: Confusions
    trust: float | None
    rounds: int


def settle(votes: Votes, p: Floats | None = None, rules: ConsensusRules = RULES.consensus) -> Consensus:
    """Probability of each class, of n rows with votes.

    Args:
        votes: who labelled which rows as what.
        p: (n, K) the models' probabilities, from models that did not learn from the row itself (out of fold);
            NaN where there are none.
        rules: how confusions are smoothed and when EM ends.

    Raises:
        LabelError: there is no vote, or the probabilities do not fit.

    >>> names = ["ann", "bob", "cid"] * 40
    >>> ids = [str(k // 3) for k in range(120)]
    >>> labels = ["4", "4", "9", "9", "9", "4"] * 20
    >>> both = settle(Votes.from_names(ids, names, labels, ["4", "9"]))
    >>> both.posterior[:2].argmax(axis=1).tolist()
    [0, 1]
    """
    n, A, K = len(votes.row_ids), len(votes.people), len(votes.classes)
    if not n:
        raise LabelError("No row has a vote.", "Send rows to the experts first.")
    cells = csr_array(
        (np.ones(len(votes.row)), (votes.row, votes.person * K + votes.label)), shape=(n, A * K)
    )
    prior = ModelPrior.of(p, (n, K), rules)
    posterior = softmax(np.log(prior.p()) + np.log(rules.start) * votes.by_row, axis=1)
    usual, rounds, moved = max(rules.strengths), 0, np.inf
    while rounds < rules.rounds and moved > rules.moved:
        counts = (cells.T @ posterior).reshape(A, K, K).transpose(0, 2, 1)
        people = confusions(counts, usual, rules)
        prior, usual = prior.refit(posterior, rules), people.votes_of_all
        logs = np.log(people.people).transpose(0, 2, 1).reshape(A * K, K)
        before, posterior = posterior, softmax(np.log(prior.p()) + cells @ logs, axis=1)
        rounds, moved = rounds + 1, np.abs(posterior - before).max()
    return Consensus(posterior, people, prior.trust if prior.models else None, rounds)
