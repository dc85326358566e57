"""How many of a finite number of rows have a property, by rows drawn at random: bounds that hold at any time.

Every row is drawn with equal chances from those that could still be drawn then, so that by a claimed number
the share of the property among these is known before each draw. A gambler who takes the share to be another
wins the quotient of the two chances with every row; if the claim is right, the mean of the capital is 1 at
any time, and it ever reaches 1 / level with a chance of at most `level` (Ville 1939). The numbers against
which it did are excluded: the others are a confidence sequence for sampling without replacement
(Waudby-Smith and Ramdas 2020, 2024). What is expected of the rows beforehand only says on what the gamblers
bet. Were it wrong, the bounds would be wider and hold all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.stats.arrays import Floats

LEAST = 1e-4
"""Expected shares lie within this and 1 - this: who is certain can lose everything."""
ROUNDING = 1e-6
HALVINGS = 30
"""A bound is known within 2^-30 of the rows before it is rounded to a whole one."""


@dataclass(frozen=True, slots=True)
class BoundRules:
    """Bounds of a number.

    Attributes:
        level: chance that the number is ever outside: the usual 5 %.
        farthest: log-odds between what is expected and what the gamblers of the mixture bet on, at most: six
            lead from one in a thousand to three in ten.
        step: of the log-odds between neighbouring gamblers; with half of it no bound moves by a hundredth.
        spread: scale of the logistic distribution of the first 1 over the gamblers: with half or twice as
            much bounds are as wide within a tenth where the expectation is right, and with half of it they
            are a tenth wider where it is wrong by a factor of ten.
        most: further draws are foretold up to this number. Convention.
    """

    level: float = 0.05
    farthest: float = 6.0
    step: float = 0.25
    spread: float = 1.0
    most: int = 20_000


RULES = BoundRules()


@dataclass(frozen=True, slots=True)
class Draws:
    """Rows drawn at random, k of them, in their order; hits are rows with the property.

    Attributes:
        pool: (k,) rows of which each was drawn.
        outside: (k,) hits among all other rows.
        hit: (k,) 1 where the drawn row is one, else 0; of rows to come the chance that it is.
        expected: (k,) share of hits that is expected in the pool.
    """

    pool: Floats
    outside: Floats
    hit: Floats
    expected: Floats

    def capital(self, rules: BoundRules = RULES) -> float:
        """Logarithm of the chance of these hits by the mixture: the numerator of all quotients."""
        return float(np.logaddexp.reduce(self._growth(rules).sum(axis=0) + _gamblers(rules)[1]))

    def against(self, total: float, rules: BoundRules = RULES) -> Floats:
        """(k,) logarithm of the evidence against `total` hits in all, after each draw."""
        capital = np.logaddexp.reduce(np.cumsum(self._growth(rules), axis=0) + _gamblers(rules)[1], axis=1)
        evidence: Floats = capital - np.cumsum(self._chances(total))
        return evidence

    def likelihood(self, total: float) -> float:
        """Logarithm of the chance of these hits if there were `total` in all: the denominator."""
        return float(self._chances(total).sum())

    def _growth(self, rules: BoundRules) -> Floats:
        from scipy.special import log_expit, logit

        at = logit(np.clip(self.expected, LEAST, 1 - LEAST))[:, None] + _gamblers(rules)[0]
        growth: Floats = log_expit(np.where(self.hit[:, None] > 0, at, -at))
        part = (self.hit > 0) & (self.hit < 1)
        growth[part] = self.hit[part, None] * growth[part] + (1 - self.hit[part, None]) * log_expit(-at[part])
        return growth

    def _chances(self, total: float) -> Floats:
        from scipy.special import xlogy

        share = np.clip((total - self.outside) / self.pool, 0.0, 1.0)
        return np.asarray(xlogy(self.hit, share) + xlogy(1 - self.hit, 1 - share))

    def with_later(self, later: "Draws") -> "Draws":
        """These and later ones."""
        columns = ("pool", "outside", "hit", "expected")
        return Draws(*(np.concatenate([getattr(self, name), getattr(later, name)]) for name in columns))


@dataclass(frozen=True, slots=True)
class Sample:
    """Draws from `rows` rows of which some are not known yet.

    Attributes:
        least: the draws if every row that is not known were no hit; most: if every one were one.
        hits: rows known as hits, whether drawn or not.
        others: rows known as none.
    """

    rows: int
    least: Draws
    most: Draws
    hits: int
    others: int

    @property
    def unknown(self) -> int:
        """Rows of which it is not known."""
        return self.rows - self.hits - self.others

    @property
    def drawn(self) -> int:
        """Draws so far."""
        return len(self.least.hit)

    def later(self, draws: int, share: float) -> "Sample":
        """What is expected after so many further draws of which `share` are hits."""
        place = np.arange(draws, dtype=float)
        pool = self.unknown - place
        shares = np.full(draws, share)
        new = Draws(pool, self.hits + share * place, shares, shares)
        more = round(share * draws)
        return Sample(
            self.rows,
            self.least.with_later(new),
            self.most.with_later(new),
            self.hits + more,
            self.others + draws - more,
        )


def mixture(hits: float, draws: float, expected: float, rules: BoundRules = RULES) -> float:
    """Logarithm of the chance by the mixture of so many hits in one order, of one expected share."""
    from scipy.special import log_expit, logit

    shifts, weights = _gamblers(rules)
    at = logit(np.clip(expected, LEAST, 1 - LEAST)) + shifts
    return float(np.logaddexp.reduce(hits * log_expit(at) + (draws - hits) * log_expit(-at) + weights))


def bounds(sample: Sample, rules: BoundRules = RULES) -> tuple[int, int]:
    """The number of hits lies between these at every time at once, but for a chance of `level`.

    They never contradict what is known: none is below the known hits, nor above all but the known others.

    Args:
        sample: draws so far.
        rules: level and bets.

    >>> none = np.zeros(200)
    >>> draws = Draws(4000.0 - np.arange(200), none, none, none + 0.02)
    >>> bounds(Sample(4000, draws, draws, hits=0, others=200))
    (0, 91)
    """
    first, last = sample.hits, sample.rows - sample.others
    if not sample.drawn:
        return first, last
    low = int(np.ceil(_end(sample.least, 0.0, rules) - ROUNDING))
    high = int(np.floor(_end(sample.most, float(sample.rows), rules) + ROUNDING))
    return min(max(low, first), last), max(min(high, last), first)


def evidence(sample: Sample, total: float, rules: BoundRules = RULES) -> float:
    """Logarithm of the evidence against `total` hits and all numbers beyond: above 0 there are more of them.

    It is below 0 where there are fewer; log(1 / level) in size shows either.

    >>> hit = (np.arange(100) < 20).astype(float)
    >>> draws = Draws(4000.0 - np.arange(100), np.cumsum(hit) - hit, hit, np.full(100, 0.1))
    >>> sample = Sample(4000, draws, draws, hits=20, others=80)
    >>> evidence(sample, 80) > 3, evidence(sample, 2000) < -3
    (True, True)
    """
    if not sample.drawn:
        return 0.0
    for draws, sign in ((sample.least, 1.0), (sample.most, -1.0)):
        if sign * (_likeliest(draws) - total) > 0:
            return sign * max(draws.capital(rules) - draws.likelihood(total), 0.0)
    return 0.0


def expected_left(
    sample: Sample, share: float, decides: Callable[[int, int], bool], rules: BoundRules = RULES
) -> int | None:
    """Further draws after which the bounds are expected to decide; None: not all unknown rows, or too many.

    Args:
        sample: draws so far.
        share: of hits in the rows to come, as far as one can tell.
        decides: (low, high) -> whether such bounds decide.
        rules: level and bets, and how far one looks.
    """

    def enough(draws: int) -> bool:
        return decides(*bounds(sample.later(draws, share) if draws else sample, rules))

    most = min(sample.unknown, rules.most)
    few, many = -1, 1
    if enough(0):
        return 0
    while many < most and not enough(many):
        few, many = many, 2 * many
    many = min(many, most)
    if not enough(many):
        return None
    while many - few > max(1, many // 50):
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many


def _end(draws: Draws, far: float, rules: BoundRules) -> float:
    """The number next to `far` that is not excluded."""
    needed = draws.capital(rules) + np.log(rules.level)

    def remains(total: float) -> bool:
        return bool(draws.likelihood(total) > needed)

    return far if remains(far) else _halve(remains, _likeliest(draws), far)


def _likeliest(draws: Draws) -> float:
    """The number that makes these hits likeliest: where the likelihood, which is concave, stops to rise."""
    least = float((draws.outside + draws.hit).max())
    most = float((draws.outside + draws.pool - (1 - draws.hit)).min())

    def rises(total: float) -> bool:
        inside = total - draws.outside
        up, down = draws.hit / inside, (1 - draws.hit) / (draws.pool - inside)
        return bool(np.nansum(up) > np.nansum(down))

    with np.errstate(divide="ignore", invalid="ignore"):  # 0 of 0: a row that says nothing there
        return _halve(rises, least, most)


def _halve(fits: Callable[[float], bool], inside: float, outside: float) -> float:
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if fits(middle) else (inside, middle)
    return inside


@cache
def _gamblers(rules: BoundRules) -> tuple[Floats, Floats]:
    """Log-odds beside what is expected, and the logarithm of what of the first 1 each gets."""
    shifts = np.arange(-rules.farthest, rules.farthest + rules.step / 2, rules.step)
    density = np.cosh(shifts / rules.spread / 2) ** -2.0
    return shifts, np.log(density / density.sum())
