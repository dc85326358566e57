"""What a search is about: the labelled rows and what is already settled."""

from dataclasses import dataclass

import numpy as np

from core.stats.arrays import Bools, Floats, Ints

EXPERT_COPIES = 3


def copies(settled: Bools) -> Ints:
    """(n,) how often each row counts in training: an expert's answer more often than a given label."""
    return np.where(settled, EXPERT_COPIES, 1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Problem:
    """n labelled rows with K classes.

    Attributes:
        ids: (n,) row ids.
        classes: names of the classes.
        given: (n,) class numbers as delivered.
        current: (n,) class numbers that hold now (an expert's answer, else the given one).
        settled: (n,) an expert has answered: never raised again.
        group: (n,) number of the group of identical rows.
        times: (n,) moments as numbers; None when the rows have no time.
        block: (n,) number of the stretch of time; None without time or with few rows.
        frozen: (n, K) probabilities logged by the model in production; None when there are none.
    """

    ids: tuple[str, ...]
    classes: tuple[str, ...]
    given: Ints
    current: Ints
    settled: Bools
    group: Ints
    times: Floats | None = None
    block: Ints | None = None
    frozen: Floats | None = None

    @property
    def labels(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """(n,) names of the current labels."""
        return np.asarray(self.classes, dtype=object)[self.current]

    @property
    def strata(self) -> Ints:
        """(n,) what folds spread evenly: the classes."""
        return self.current

    @property
    def copies(self) -> Ints:
        """(n,) how often a row counts in training: an expert's answer counts three times."""
        return copies(self.settled)
