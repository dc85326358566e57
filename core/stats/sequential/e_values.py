"""Evidence that may be looked at as often as one likes: paired tests by betting.

A claim is "challenger minus champion is more than m in the mean of all rows to come". A gambler starts with
1 and bets a fixed fraction on it with every row; if the claim is wrong, the mean of the capital is at most
1 at any time, and it ever reaches 1 / level with a chance of at most `level` (Ville 1939). The mean of
gamblers with different fractions is one of them (Robbins 1970), so nothing has to be tuned and nobody has
to say beforehand when to look (Ramdas, Gruenwald, Vovk and Shafer 2023; bets on means of bounded values:
Waudby-Smith and Ramdas 2024).

Growths, the logarithms of what each gambler makes of some rows, add up: over rows, chunks and deliveries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import numpy as np

from core.stats.arrays import Floats, Ints

Evident: TypeAlias = Literal["better", "worse", "open"]

STEPS, ROUNDING = 5_000, 1e-6
"""A difference is known within .0002 of the cap, a tenth of the margin of a share and less; rounding of a
computer must not turn a half into the step below."""
HALVINGS = 14
"""A bound within 2 / 2^14 = .0001 of a difference of shares."""


@dataclass(frozen=True, slots=True)
class EvidenceRules:
    """How claims are judged at any time.

    Attributes:
        level: chance that a wrong claim is ever made, of each of "better" and "worse": the usual 5 %.
        bets: gamblers of the mixture, at the nodes of Gauss and Legendre: with 64 the evidence of decisions
            is that of infinitely many within a hundredth up to 100,000 rows (`tests/stats/test_e_values.py`).
        outliers: share of the differences between losses that may be cut at the cap: what is bet on lies
            between two bounds, and a bound that no row comes near keeps all bets small
            (`python -m tests.benchmarks.evidence_rates`).
    """

    level: float = 0.05
    bets: int = 64
    outliers: float = 0.01

    @property
    def needed(self) -> float:
        """Logarithm of the evidence that makes a claim: 20 to 1 at a level of .05."""
        return -float(np.log(self.level))


RULES = EvidenceRules()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rows say by now.

    Attributes:
        better: logarithm of the evidence for "better" than the margin.
        worse: of that for "worse" than minus the margin.
        low: at any time below the mean difference but for a chance of `level`; `high`: above it.
    """

    better: float
    worse: float
    low: float
    high: float

    def verdict(self, rules: EvidenceRules = RULES) -> Evident:
        """The claim that is made now.

        >>> Evidence(3.1, -9.0, 0.01, 0.09).verdict(), Evidence(2.9, -9.0, -0.01, 0.09).verdict()
        ('better', 'open')
        """
        if max(self.better, self.worse) < rules.needed:
            return "open"
        return "better" if self.better >= self.worse else "worse"

    def progress(self, rules: EvidenceRules = RULES) -> float:
        """How far the stronger claim is: -1 "worse" is shown, 0 nothing, 1 "better" is shown.

        >>> round(Evidence(1.5, -4.0, -0.01, 0.09).progress(), 2)
        0.5
        """
        strongest = max(self.better, self.worse, 0.0)
        return min(1.0, strongest / rules.needed) * (1 if self.better >= self.worse else -1)


def growth_of_decisions(
    wins: Floats, losses: Floats, ties: Floats, margin: float = 0.0, rules: EvidenceRules = RULES
) -> Floats:
    """Growth of the bets on "better by more than the margin" from counts of rows.

    Without a margin ties change nothing, and the rows that count are those on which exactly one of the two
    is right: in them, the share that the challenger has right is held against 1/2. In a sample of such rows
    alone, a margin m of all rows is m / d of theirs, where d is their share of all.

    Args:
        wins: rows that only the challenger has right, shape (...).
        losses: rows that only the champion has right.
        ties: all other rows.
        margin: of the difference of the accuracies, between -1 and 1.
        rules: how many bets there are.

    Returns:
        (..., bets).

    >>> eight_of_nine = growth_of_decisions(np.array(8.0), np.array(1.0), np.array(91.0))
    >>> round(float(np.exp(log_evidence(eight_of_nine))), 1)
    11.3
    """
    bets = _bets(rules.bets)[0] / (1 + margin)
    of_wins, of_losses = np.log1p(bets * (1 - margin)), np.log1p(-bets * (1 + margin))
    growth: Floats = (
        np.multiply.outer(np.asarray(wins, dtype=float), of_wins)
        + np.multiply.outer(np.asarray(losses, dtype=float), of_losses)
        + np.multiply.outer(np.asarray(ties, dtype=float), np.log1p(-bets * margin))
    )
    return growth


def growth_of_differences(differences: Floats, margin: float = 0.0, rules: EvidenceRules = RULES) -> Floats:
    """Growth of the bets on "better by more than the margin" from differences of rows; sums over rows add up.

    Args:
        differences: challenger minus champion, + is better, between -1 and 1, shape (n,).
        margin: in the same unit, between -1 and 1.
        rules: how many bets there are.

    Returns:
        (n, bets).

    >>> rows = np.array([1.0, 0.0, -1.0, 1.0])
    >>> of_rows = growth_of_differences(rows, 0.1).sum(axis=0)
    >>> bool(np.allclose(of_rows, growth_of_decisions(np.array(2.0), np.array(1.0), np.array(1.0), 0.1)))
    True
    """
    return np.log1p(np.multiply.outer((differences - margin) / (1 + margin), _bets(rules.bets)[0]))


def log_evidence(growth: Floats) -> Floats:
    """(..., bets) growths -> (...) logarithms of the capital of all together: log(1 / level) shows it."""
    from scipy.special import logsumexp

    evidence: Floats = logsumexp(growth + _bets(growth.shape[-1])[1], axis=-1)
    return evidence


def decisions(
    wins: float, losses: float, ties: float, margin: float = 0.0, rules: EvidenceRules = RULES
) -> Evidence:
    """The evidence of decisions in both directions, with bounds that hold at any time.

    >>> few = decisions(4, 22, 174)
    >>> few.verdict(), round(few.low, 2), round(few.high, 2)
    ('worse', -0.17, -0.02)
    """

    def against(first: float, second: float, at: float) -> float:
        growth = growth_of_decisions(np.array(first), np.array(second), np.array(ties), at, rules)
        return float(log_evidence(growth))

    return Evidence(
        against(wins, losses, margin),
        against(losses, wins, margin),
        _lowest(lambda at: against(wins, losses, at), rules),
        -_lowest(lambda at: against(losses, wins, at), rules),
    )


def expected_left(wins: float, losses: float, rows: int, rules: EvidenceRules = RULES) -> int | None:
    """Of `rows` further rows on which one of the two is right, how many are expected to show which.

    As if they went on as the rows so far, of which half a row for each is added. None: all may not suffice.

    >>> expected_left(8, 2, 100), expected_left(14, 2, 100), expected_left(8, 8, 100)
    (13, 0, None)
    """
    further = np.arange(rows + 1.0)
    share = (wins + 0.5) / (wins + losses + 1)
    won, lost = wins + share * further, losses + (1 - share) * further
    ahead = growth_of_decisions(np.maximum(won, lost), np.minimum(won, lost), np.zeros(rows + 1), rules=rules)
    enough = log_evidence(ahead) >= rules.needed
    return int(enough.argmax()) if enough.any() else None


def differences(values: Floats, margin: float = 0.0, rules: EvidenceRules = RULES) -> Evidence:
    """The evidence of bounded differences in both directions, with bounds that hold at any time.

    Args:
        values: challenger minus champion, + is better, between -1 and 1, shape (n,).
        margin: in the same unit.
        rules: level and bets.

    >>> rng = np.random.default_rng(0)
    >>> differences(rng.uniform(-0.4, 0.8, 200)).verdict()
    'better'
    """
    up, down = (np.unique(_round_down(side), return_counts=True) for side in (values, -values))

    def against(rows: tuple[Floats, Ints], at: float) -> float:
        return float(log_evidence(rows[1] @ growth_of_differences(rows[0], at, rules)))

    return Evidence(
        against(up, margin),
        against(down, margin),
        _lowest(lambda at: against(up, at), rules),
        -_lowest(lambda at: against(down, at), rules),
    )


def _round_down(values: Floats) -> Floats:
    """To steps, against the claim: the evidence is a little less, and of 100,000 rows few differ.

    >>> _round_down(np.array([-1.0, -0.00001, 0.5, 1.0])).tolist()
    [-1.0, -0.0002, 0.5, 1.0]
    """
    down: Floats = np.floor(values * STEPS + ROUNDING) / STEPS
    return down


def differences_of_losses(champion: Floats, challenger: Floats, cap: float) -> Floats:
    """Differences of two losses in units of the cap, more than 0 where the challenger loses less.

    A row whose differences exceed the cap counts as one that reaches it: what is claimed is about the mean of
    the differences so cut, whose sign one enormous loss cannot turn.

    >>> differences_of_losses(np.array([3.0, 0.2, 0.0]), np.array([0.5, 0.4, 9.0]), 2.0).round(1).tolist()
    [1.0, -0.1, -1.0]
    """
    return np.clip((champion - challenger) / cap, -1.0, 1.0)


def cap_of(champion: Floats, challenger: Floats, rules: EvidenceRules = RULES) -> float:
    """Where differences of losses are cut, from rows that are known before the first one that is bet on.

    >>> round(cap_of(np.linspace(0, 1, 101), np.zeros(101)), 2)
    0.99
    """
    size = np.abs(champion - challenger)
    cap = float(np.quantile(size, 1 - rules.outliers)) if len(size) else 0.0
    return cap or float(size.max(initial=0.0)) or 1.0


def _lowest(against: Callable[[float], float], rules: EvidenceRules) -> float:
    """The smallest difference not excluded: evidence falls as the difference held against it rises."""
    low, high = -1.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if against(middle) >= rules.needed else (low, middle)
    return low


@cache
def _bets(count: int) -> tuple[Floats, Floats]:
    """Fractions between 0 and 1 and the logarithms of what of the first 1 each is given: uniform in all."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 2, np.log(weights / 2)
