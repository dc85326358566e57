"""What experts' answers teach: how likely each label is wrong, and how many are, after every one of them.

The log-odds of an error are a line in those that the models gave, with an offset for each stratum of them,
for each pair of given and suggested label, and for rows that were picked from the list (a hierarchical
logistic regression; Gelman and Hill 2007). All offsets are held near 0, where the models are right, by normal
priors. Rows drawn at random are drawn without a look at their labels: beside the picked ones they say how the
rows fare that nobody picked. The interval is one of a single look; what holds at every look says
`core.label_errors.audit`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from core.label_errors.label_noise import Errors
from core.label_errors.rules import RULES, AnswerRules
from core.stats.arrays import Bools, Floats, Ints

BINS = 2
"""Of one log-odds: rows of one bin, stratum and pair count as rows of their mean."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """What experts said of n labels.

    Attributes:
        reviewed: (n,) an expert has settled the row.
        wrong: (n,) and found the given label wrong.
        drawn: (n,) the row was asked about because it was drawn at random, not because it was suspected.
    """

    reviewed: Bools
    wrong: Bools
    drawn: Bools

    def of(self, rows: Bools) -> "Reviews":
        """What they said of some of the rows."""
        return Reviews(self.reviewed[rows], self.wrong[rows], self.drawn[rows])


@dataclass(frozen=True, slots=True)
class _Design:
    """The columns of the regression: which strata there are, and which pairs somebody answered."""

    strata: Floats
    pairs: Ints

    def stratum(self, x: Floats) -> Ints:
        return np.searchsorted(self.strata, x)

    def columns(self, x: Floats, stratum: Ints, picked: Bools, pair: Ints) -> Floats:
        return np.column_stack(
            [
                np.ones(len(x)),
                x,
                picked,
                stratum[:, None] == np.arange(len(self.strata) + 1),
                pair[:, None] == self.pairs,
            ]
        ).astype(np.float64)

    def spread(self, rules: AnswerRules) -> Floats:
        """(columns,) standard deviations of the priors."""
        groups = (len(self.strata) + 1) * [rules.stratum], len(self.pairs) * [rules.pair]
        return np.array([rules.offset, rules.slope, rules.picked, *groups[0], *groups[1]])


def learn(
    prior: Floats,
    reviews: Reviews,
    guess: Errors,
    pair: Ints | None = None,
    rules: AnswerRules = RULES.answers,
) -> tuple[Floats, Errors]:
    """`recalibrate`; before the first answer the models' own guess, with an interval that holds both.

    Args:
        prior: (n,) the models' probabilities.
        reviews: what experts said.
        guess: how many labels are wrong, by the models alone.
        pair: see `recalibrate`.
        rules: the priors.
    """
    p_error, errors = recalibrate(prior, reviews, pair, rules)
    if errors.reviewed:
        return p_error, errors
    return prior, Errors(guess.value, min(guess.low, errors.low), max(guess.high, errors.high), 0)


def recalibrate(
    p_error: Floats, reviews: Reviews, pair: Ints | None = None, rules: AnswerRules = RULES.answers
) -> tuple[Floats, Errors]:
    """(n,) probabilities of an error as the answers teach them, and how many errors there are, with 95 %.

    The number is that of the errors found and the sum of the probabilities of the rows that nobody answered;
    its interval holds what was found, and no more than the unanswered rows beside it.

    Args:
        p_error: (n,) the models' probabilities; of rows that were answered, those before the answer.
        reviews: what experts said.
        pair: (n,) number of the pair of given and suggested label; None where labels are no classes.
        rules: the priors.

    >>> p, first = np.full(400, 0.5), np.arange(400) < 40
    >>> after, errors = recalibrate(p, Reviews(first, np.zeros(400, dtype=bool), first))
    >>> bool(after[50] < 0.1), errors.low < 5, errors.reviewed
    (True, True, 40)
    """
    x = logit(np.clip(p_error, rules.least, 1 - rules.least))
    pair = np.zeros(len(x), dtype=np.int64) if pair is None else pair
    reviewed = reviews.reviewed
    pairs = np.unique(pair[reviewed])
    design = _Design(logit(np.array(rules.strata)), pairs if len(np.unique(pair)) > 1 else pairs[:0])
    spread = design.spread(rules)
    stratum = design.stratum(x)
    reviewed_rows = design.columns(x[reviewed], stratum[reviewed], ~reviews.drawn[reviewed], pair[reviewed])
    mode, covariance = _posterior(reviewed_rows, reviews.wrong[reviewed], spread)
    cells, place = _cells(x, stratum, pair, design)
    rates = expit(cells @ mode)
    rest = np.bincount(place, weights=~reviewed, minlength=len(cells)).astype(np.int64)
    errors_found = int(reviews.wrong[reviewed].sum())
    rng = np.random.default_rng(rules.seed)
    drawn = rng.multivariate_normal(mode, covariance, rules.draws, method="cholesky")
    totals = errors_found + rng.binomial(rest[:, None], expit(cells @ drawn.T)).sum(axis=0)
    value = errors_found + float(rates @ rest)
    low, high = np.quantile(totals, [0.025, 0.975])
    return rates[place], Errors(value, min(float(low), value), max(float(high), value), int(reviewed.sum()))


def _posterior(columns: Floats, wrong: Bools, spread: Floats) -> tuple[Floats, Floats]:
    """Mode and covariance of the coefficients (Laplace's approximation); the prior slope is 1, all else 0."""
    prior = np.eye(len(spread))[1]

    def loss(b: Floats) -> tuple[float, Floats]:
        z, pull = columns @ b, (b - prior) / spread**2
        value = np.logaddexp(0, z).sum() - z[wrong].sum() + pull @ (b - prior) / 2
        return float(value), columns.T @ (expit(z) - wrong) + pull

    mode = minimize(loss, prior, jac=True, method="BFGS").x
    rate = expit(columns @ mode)
    precision = (columns.T * (rate * (1 - rate))) @ columns + np.diag(spread**-2.0)
    return mode, np.asarray(np.linalg.inv(precision))


def _cells(x: Floats, stratum: Ints, pair: Ints, design: _Design) -> tuple[Floats, Ints]:
    """Columns of the means of rows alike, none of them picked; (n,) which of them each row belongs to."""
    known = np.searchsorted(design.pairs, pair) if len(design.pairs) else np.zeros_like(pair)
    known = np.where(np.isin(pair, design.pairs), known, len(design.pairs))
    low = np.floor(x * BINS).astype(np.int64)
    code = ((low - low.min()) * (len(design.strata) + 1) + stratum) * (len(design.pairs) + 1) + known
    first, place, count = np.unique(code, return_index=True, return_inverse=True, return_counts=True)[1:]
    mean = np.bincount(place, weights=x) / count
    return design.columns(mean, stratum[first], np.zeros(len(first), dtype=bool), pair[first]), place
