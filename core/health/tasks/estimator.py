"""What is expected of a metric before the labels arrive, and whether an expectation held."""

from collections.abc import Sequence
from typing import Protocol

from core.health.profiles.profile import Profile
from core.stats.intervals import Z95, Measured


class Estimator(Protocol):
    """Learnt from the reference period; estimates the metrics of any chunk."""

    def estimate(self, profile: Profile) -> dict[str, Measured]:
        """Metric -> expected value over all rows of the chunk, with a 95 % band; empty for too few rows.

        The band is that of the value that will be realised: what the reference period is unsure of, and the
        chance of the labels to come.
        """

    def assist(self, profile: Profile) -> dict[str, Measured]:
        """Metric -> value over all rows of the chunk, from its few labels and what is expected of every row.

        Empty where the labels are too few, or so many that they speak for themselves; they must be a random
        sample of the rows (`core.health.tasks.few_labels`).
        """


def backtest(realised: Measured | None, estimated: Measured | None) -> bool:
    """Whether the estimate held: the realised value lies within what both intervals allow.

    >>> near, far = (Measured(value, value - 0.02, value + 0.02, 0.0001, 500) for value in (0.9, 0.8))
    >>> backtest(near, near), backtest(far, near), backtest(None, near)
    (True, False, True)
    """
    if realised is None or estimated is None:
        return True
    spread = (realised.variance + estimated.variance) ** 0.5
    return bool(abs(realised.value - estimated.value) <= Z95 * spread)


def are_reliable(pairs: Sequence[tuple[Measured | None, Measured | None]]) -> list[bool]:
    """Where labels arrived, whether the estimate held; after that, whether it held the last time.

    Args:
        pairs: of every chunk the realised value and the estimate.

    >>> near, far = (Measured(value, value - 0.02, value + 0.02, 0.0001, 500) for value in (0.9, 0.8))
    >>> are_reliable([(near, near), (far, near), (None, near)])
    [True, False, False]
    """
    last, clean = True, []
    for real, guess in pairs:
        if real is not None:
            last = backtest(real, guess)
        clean.append(last)
    return clean
