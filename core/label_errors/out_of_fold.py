"""Class probabilities, or numbers, for every row from models that were trained without it."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import clone
from threadpoolctl import ThreadpoolController

from core.label_errors.cv_splits import Split
from core.stats.arrays import Features, Floats, Ints, take
from core.stats.executors.side_by_side import AT_ONCE, side_by_side
from core.tables.values.align_probabilities import align_probabilities


@dataclass(frozen=True, slots=True)
class Contender:
    """A model that votes on every label.

    Attributes:
        name: shown to people, e.g. "extra trees".
        estimator: unfitted or fitted; cloned for every fold. Needs `predict_proba`; for numbers `predict`.
        features: its (n, ...) input; contenders may read different views of the same rows.
        at_most: rows to learn from at most; slow families see a sample and still judge every row.
    """

    name: str
    estimator: Any
    features: Features
    at_most: int | None = None


def out_of_fold(
    contender: Contender,
    labels: Sequence[str] | np.ndarray[Any, Any],
    classes: Sequence[str],
    splits: Sequence[Split],
    *,
    copies: Ints | None = None,
    jobs: int = AT_ONCE,
    tick: Callable[[], None] = lambda: None,
) -> Floats:
    """(n, K) probabilities in the order of `classes`, averaged over the repeats; NaN for rows never judged.

    Without classes the labels are numbers, and what comes back are (n,) numbers.

    Args:
        contender: who votes.
        labels: (n,) labels to learn from.
        classes: the K classes; none for numbers.
        splits: from `core.label_errors.cv_splits`.
        copies: (n,) how often a row counts in training; experts' annotations count more than given labels.
        jobs: fits at once.
        tick: called after every fit; may raise to cancel.
    """
    targets = np.asarray(labels, dtype=object if classes else np.float64)
    times = np.ones(len(targets), dtype=np.int64) if copies is None else copies
    total = np.zeros((len(targets), len(classes)) if classes else len(targets))
    judged = np.zeros(len(targets))
    # fits run side by side, each with one thread: teams that share cores wait for each other
    threads = _Libraries()  # to look for the libraries takes longer than a small fit: once
    fits = (
        partial(_judge, contender, targets, tuple(classes), split, times, number, threads)
        for number, split in enumerate(splits)
    )
    with threads.limit(limits=1, user_api="blas"), closing(side_by_side(fits, jobs)) as done:
        for test, part in done:
            total[test] += part
            judged[test] += 1
            tick()
    with np.errstate(invalid="ignore"):
        return total / (judged[:, None] if classes else judged)


class _Libraries(ThreadpoolController):  # type: ignore[misc]
    """The libraries of this process; those of another process where a fit is sent there."""

    def __reduce__(self) -> tuple[type["_Libraries"], tuple[()]]:
        return _Libraries, ()


def _judge(
    contender: Contender,
    targets: np.ndarray[Any, Any],
    classes: tuple[str, ...],
    split: Split,
    copies: Ints,
    number: int,
    threads: ThreadpoolController,
) -> tuple[Ints, Floats]:
    train = sample_rows(split.train, targets, contender.at_most, number)
    train = np.repeat(train, copies[train])
    # OpenMP counts its threads for each calling thread, BLAS for the process
    with threads.limit(limits=1, user_api="openmp"):
        model = clone(contender.estimator).fit(take(contender.features, train), targets[train])
        if not classes:
            return split.test, np.asarray(model.predict(take(contender.features, split.test)), np.float64)
        probabilities = model.predict_proba(take(contender.features, split.test))
    return split.test, align_probabilities(probabilities, model.classes_, classes)


def sample_rows(rows: Ints, targets: np.ndarray[Any, Any], at_most: int | None, seed: int) -> Ints:
    """At most so many rows, with at least one of every class."""
    if at_most is None or rows.size <= at_most:
        return rows
    mixed = np.random.default_rng(seed).permutation(rows)
    if targets.dtype == np.float64:
        return np.sort(mixed[:at_most])
    firsts = np.unique(targets[mixed].astype(str), return_index=True)[1]
    return np.sort(np.unique(np.concatenate([mixed[:at_most], mixed[firsts]])))
