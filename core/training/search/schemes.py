"""On which rows the experiments of a search are judged: the newest, by models of what was before them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.stats.arrays import Ints
from core.training.fit import assign_folds


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """How rows are divided.

    Attributes:
        share: of the rows, the newest, that are judged: models that judge the oldest of them have learnt from
            60 %, those of the newest from 90 %.
        blocks: consecutive parts of the judged rows; the first model learns from what is before all of them.
            Rolling origin (Tashman 2000); four, so that a hopeless experiment costs a quarter.
        fewest: with fewer rows a block would hold under 40 of them (`core.training.split.SplitRules.fewest`),
            and all rows are judged by folds instead.
    """

    share: float = 0.4
    blocks: int = 4
    fewest: int = 400


RULES = SchemeRules()


@dataclass(frozen=True, slots=True)
class Scheme:
    """Which rows are judged by models of which others.

    Attributes:
        name: for the fingerprint and for people.
        parts: of each model the rows it may learn from and those that it judges.
        forward: whether no model learns from rows that are newer than those that it judges.
    """

    name: str
    parts: tuple[tuple[Ints, Ints], ...]
    forward: bool = False

    def judged_rows(self, parts: int | None = None) -> Ints:
        """The rows that are judged, by the first `parts` models."""
        return np.concatenate([test for _, test in self.parts[:parts]])


def forward(copies: npt.NDArray[np.uint64], rules: SchemeRules = RULES) -> Scheme:
    """The newest rows in blocks, each judged by a model of the rows before it that are no copies of its own.

    Args:
        copies: (n,) hashes of the rows' content, oldest row first.
        rules: how rows are divided.

    >>> scheme = forward(np.arange(10, dtype=np.uint64), SchemeRules(share=0.4, blocks=2))
    >>> [(len(learn), test.tolist()) for learn, test in scheme.parts]
    [(6, [6, 7]), (8, [8, 9])]
    """
    n = len(copies)
    edges = np.linspace(n - int(rules.share * n), n, rules.blocks + 1).astype(int)
    parts = []
    for begin, end in pairwise(edges):
        learn, test = np.arange(begin), np.arange(begin, end)
        parts.append((learn[~np.isin(copies[:begin], copies[begin:end])], test))
    name = f"forward: the newest {rules.share:.0%} in {rules.blocks} blocks"
    return Scheme(name, tuple(parts), forward=True)


def in_folds(strata: Ints, copies: npt.NDArray[np.uint64], seed: int, rules: SchemeRules = RULES) -> Scheme:
    """All rows in folds, strata spread evenly, copies together: where rows have no order or are few."""
    fold = assign_folds(strata, copies, seed, rules.blocks)
    parts = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(int(fold.max()) + 1)]
    return Scheme(f"stratified {rules.blocks} folds, copies together", tuple(parts))


def scheme_for(
    strata: Ints,
    copies: npt.NDArray[np.uint64],
    *,
    ordered: bool,
    seed: int,
    rules: SchemeRules = RULES,
) -> Scheme:
    """`forward` where the order of the rows means time and they are enough; else `in_folds`."""
    if ordered and len(copies) >= rules.fewest:
        return forward(copies, rules)
    return in_folds(strata, copies, seed, rules)
