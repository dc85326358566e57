"""What a search is about when labels are numbers: the labelled rows and what is already settled."""

from dataclasses import dataclass

import numpy as np

from core.label_errors.dataset import copies
from core.stats.arrays import Bools, Floats, Ints

TENTHS = np.linspace(0.1, 0.9, 9)


@dataclass(frozen=True, slots=True)
class Amounts:
    """n labelled rows whose labels are numbers; the fields are those of `core.label_errors.dataset.Problem`.

    Attributes:
        given: (n,) numbers as delivered.
        current: (n,) numbers that hold now (an expert's answer, else the given one).
        frozen: (n,) numbers logged by the model in production, NaN where there are none; None when all are.
    """

    ids: tuple[str, ...]
    given: Floats
    current: Floats
    settled: Bools
    group: Ints
    times: Floats | None = None
    block: Ints | None = None
    frozen: Floats | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """There are none: a contender without classes is asked for a number."""
        return ()

    @property
    def strata(self) -> Ints:
        """(n,) the tenth that each label falls into, so that folds look alike."""
        return np.searchsorted(np.quantile(self.current, TENTHS), self.current).astype(np.int64)

    @property
    def labels(self) -> Floats:
        """(n,) the current labels."""
        return self.current

    @property
    def copies(self) -> Ints:
        """(n,) how often a row counts in training: an expert's answer counts three times."""
        return copies(self.settled)
