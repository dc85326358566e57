"""Who labelled which rows as what, as numbers: one vote a person and a row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import LabelError
from core.stats.arrays import Counts, Ints


@dataclass(frozen=True, slots=True)
class Votes:
    """The labels that several people chose, each by itself.

    Attributes:
        row_ids: ids of the n rows that have a vote.
        people: names of the A annotators.
        classes: names of the K classes.
        row, person, label: (m,) numbers of the row, the annotator and the class of each vote.
    """

    row_ids: tuple[str, ...]
    people: tuple[str, ...]
    classes: tuple[str, ...]
    row: Ints
    person: Ints
    label: Ints

    @classmethod
    def from_names(
        cls, row_ids: Sequence[str], people: Sequence[str], labels: Sequence[str], classes: Sequence[str]
    ) -> "Votes":
        """Number the rows, people and labels of m votes; rows and people in the order of their first vote.

        Raises:
            LabelError: a label is no class, or somebody voted twice on a row.

        >>> votes = Votes.from_names(["r", "r", "s"], ["ann", "bob", "ann"], ["4", "9", "9"], ["4", "9"])
        >>> votes.row.tolist(), votes.person.tolist(), votes.label.tolist()
        ([0, 0, 1], [0, 1, 0], [0, 1, 1])
        """
        row, ids = pd.factorize(np.asarray(row_ids, dtype=object))
        person, names = pd.factorize(np.asarray(people, dtype=object))
        label = pd.Index(classes).get_indexer(pd.Index(np.asarray(labels, dtype=object)))
        if (label < 0).any():
            strange = labels[int(np.argmax(label < 0))]
            raise LabelError(f"{strange!r} is not a class of this model.", "Leave these votes out.")
        if pd.DataFrame({"row": row, "person": person}).duplicated().any():
            raise LabelError("Somebody voted twice on a row.", "Keep the newest vote of each person.")
        return cls(
            tuple(ids),
            tuple(names),
            tuple(classes),
            row.astype(np.int64),
            person.astype(np.int64),
            label.astype(np.int64),
        )

    @property
    def by_row(self) -> Counts:
        """(n, K) votes of each row for each class."""
        cells = self.row * len(self.classes) + self.label
        shape = len(self.row_ids), len(self.classes)
        return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)

    @property
    def by_person(self) -> Counts:
        """(A,) votes of each annotator."""
        return np.bincount(self.person, minlength=len(self.people))
