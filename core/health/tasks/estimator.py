"""What is expected of a metric before the labels arrive, and whether an expectation held."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.health.profiles.profile import Profile
from core.health.tasks.record import Candidates, Expectation, Record
from core.stats.intervals import Z95, Measured


class Estimator(Protocol):
    """Learnt from the reference period; estimates the metrics of any chunk."""

    @property
    def record(self) -> Record:
        """How far its methods were off in chunks of the reference period, each learnt from the others."""

    def candidates(self, profile: Profile) -> Candidates:
        """What each method makes of a chunk, the simplest first."""

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


def expect_in_order(
    estimator: Estimator | None,
    chunks: Sequence[Profile | None],
    realised: Sequence[Mapping[str, Measured]],
) -> tuple[list[Expectation], Record]:
    """What is expected of every chunk, chosen by the record on those before it; and the record after all.

    Args:
        estimator: learnt from the reference period; None without labels.
        chunks: in order of time; None where there is no estimate.
        realised: of each chunk the values of the metrics, as far as labels have arrived and can be believed.
    """
    record, expected = estimator.record if estimator else Record(), []
    for profile, real in zip(chunks, realised, strict=True):
        candidates = estimator.candidates(profile) if estimator and profile is not None else {}
        expected.append(record.choose(candidates))
        record = record.add(real, candidates)
    return expected, record


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
