"""A profile: all that is kept of a chunk. Profiles add up; every finding is computed from them."""

import json
import zlib
from dataclasses import dataclass, fields
from math import prod
from typing import Any

import numpy as np

from core.health.profiles.layout import Layout
from core.health.profiles.score_bins import BANDS
from core.stats.arrays import Cells, Counts, Floats
from core.stats.error_moments import COLUMNS

POSITIVE, NEGATIVE, UNLABELLED = 0, 1, 2
"""States on the middle axis of `scores`."""
RIGHT, WRONG = 0, 1
"""States on the middle axis of `confidence`; the third is UNLABELLED."""
ROWS, LABELLED, CORRECT = 0, 1, 2
"""Columns of `cells`; of a regression they are the first four of `core.stats.error_moments`."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Counts and sums of one chunk (K classes, C scored classes, B score bins, M feature cells).

    A regression has no classes (K = C = 0) but P cells of the prediction and S strata; two classes
    have T strata.

    Attributes:
        rows: (3,) number of rows; rows whose label may still become known; rows too young for a label that
            counts.
        cells: (M, 3) per feature cell rows, labelled rows, correctly predicted rows; of a regression (M, 4):
            in place of the last the sums of the absolute error and of its square.
        scores: (C, 3, B) one-vs-rest histogram of every scored class by positive, negative, unlabelled.
        confidence: (K, 3, B) score of the predicted class by predicted class and right, wrong, unlabelled.
        confusion: (K, K) label by prediction.
        sums: (4,) of log-loss and Brier score: sum and sum of squares of each.
        outer: (C, 2) log-loss of all rows in the lowest bin if they were of the class, and of those in the
            highest if they were not: what certain scores would cost lies far from the middle of their bin.
        predicted: (P,) of a regression: rows by the cell of the prediction.
        errors: (S, 16) of a regression: rows and sums by stratum (`error_moments`); without strata S is P.
        strata: (T, 2, 3, 32) of two classes: rows by stratum, prediction, state as in `scores`, band of
            scores.
    """

    rows: Counts
    cells: Cells
    scores: Counts
    confidence: Counts
    confusion: Counts
    sums: Floats
    outer: Floats
    predicted: Counts
    errors: Floats
    strata: Counts

    @classmethod
    def empty(cls, layout: Layout, *, features: bool = True) -> "Profile":
        """The profile of no rows, ready to be counted into."""
        classes, scored = len(layout.classes), len(layout.scored)

        cells = layout.cells if features else 0

        def zeros(*shape: int) -> Counts:
            return np.zeros(shape, dtype=np.int64)

        return cls(
            rows=zeros(3),
            cells=np.zeros((cells, 4)) if layout.prediction else zeros(cells, 3),
            scores=zeros(scored, 3, layout.bins),
            confidence=zeros(classes, 3, layout.bins),
            confusion=zeros(classes, classes),
            sums=np.zeros(4),
            outer=np.zeros((scored, 2)),
            predicted=zeros(layout.prediction.size if layout.prediction else 0),
            errors=np.zeros((layout.error_groups, COLUMNS)),
            strata=zeros(layout.score_groups if features else 0, 2, 3, BANDS),
        )

    def __add__(self, other: "Profile") -> "Profile":
        return Profile(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.rows[0])

    @property
    def pending(self) -> int:
        """Number of rows whose label may still become known."""
        return int(self.rows[1])

    @property
    def young(self) -> int:
        """Number of rows that are too young for a label that counts, as long as labels usually take."""
        return int(self.rows[2])

    @property
    def labelled(self) -> int:
        """Number of rows with a label that counts."""
        return int(self.confusion.sum() + self.errors[:, LABELLED].sum())

    @property
    def scored(self) -> int:
        """Number of labelled rows with scores; 0 where the log holds predictions only."""
        return int(self.scores[:1, (POSITIVE, NEGATIVE)].sum())

    def to_bytes(self) -> bytes:
        """Compressed: the types and shapes of all arrays as JSON, a line feed, their content in that order.

        A number takes as few bytes as the largest of its array needs.
        """
        arrays = [_narrow(getattr(self, f.name)) for f in fields(self)]
        head = json.dumps([(array.dtype.str, array.shape) for array in arrays]).encode()
        return zlib.compress(b"".join((head, b"\n", *(array.tobytes() for array in arrays))), level=1)

    @classmethod
    def from_bytes(cls, body: bytes) -> "Profile":
        """The inverse of `to_bytes`."""
        content = zlib.decompress(body)
        at = content.index(b"\n") + 1
        arrays: list[Any] = []
        for kind, shape in json.loads(content[:at]):
            array = np.frombuffer(content, kind, prod(shape), at)
            at += array.nbytes
            arrays.append(array.reshape(shape).astype(np.float64 if array.dtype.kind == "f" else np.int64))
        return cls(*arrays)


def _narrow(array: Cells) -> Cells:
    """Counts in the smallest type that holds them all."""
    if array.dtype.kind == "f":
        return array
    ends = array.min(initial=0), array.max(initial=0)
    return array.astype(np.result_type(*map(np.min_scalar_type, ends)))
