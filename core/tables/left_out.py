"""Rows that do not fit are left out and listed while the others are kept; many of them are a mistake."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.tables.table import CellsError, Table

WRONG_SHARE = 0.05
"""More rows with a cell that cannot be read, or that is impossible, are a file that is written otherwise."""
HALF = 2
"""As many rows without what they need (an answer, a date) as with it are another kind of file."""
LISTED = 100
NAMED = 3
AGAIN = "Correct these rows and send only them again."


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A row that was not taken in: `row` counts data rows from 1, `where` is its place in words."""

    row: int
    where: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not taken in as it came: rows that were left out (the first are listed), scores clipped.

    Attributes:
        clipped: scores that lay outside 0..1 by rounding and were set to 0 or 1.
        message: this in a sentence, with the first rows; empty when everything was taken in as it came.
        hint: what to do next.
    """

    rows: int = 0
    clipped: int = 0
    listed: tuple[LeftRow, ...] = ()
    message: str = ""
    hint: str = ""


EVERYTHING = LeftOut()
"""Nothing was left out."""


@dataclass(slots=True)
class Sieve:
    """A table whose rows are checked in several rounds; each round leaves out those that did not fit.

    Attributes:
        table: the rows that are still in it.
        clipped: scores that the last round clipped.
    """

    table: Table
    clipped: int = 0
    _total: int = field(init=False)
    _noted_errors: list[CellsError] = field(default_factory=list)
    _omissions: list[tuple[CellsError, int]] = field(default_factory=list)
    _first_rows: list[LeftRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._total = len(self.table.frame)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Cells that do not fit are noted, and the check goes on with the next column."""
        try:
            yield
        except CellsError as error:
            self.note(error)

    def note(self, error: CellsError) -> None:
        """Cells of the present table do not fit: their rows go when they are left."""
        self._noted_errors.append(error)

    def leave(self) -> npt.NDArray[np.bool_] | None:
        """Leave out the rows that were noted; which rows stay, or None when nothing was noted.

        Raises:
            SchemaError: they are too many to be exceptions.
        """
        errors, self._noted_errors = self._noted_errors, []
        if not errors:
            return None
        stay = np.ones(len(self.table.frame), dtype=bool)
        for error in errors:
            fresh = error.positions[stay[error.positions]]
            stay[fresh] = False
            if len(fresh):
                self._omissions.append((error, len(fresh)))
                self._list(error, fresh)
        self._refuse_many()
        self.table = self.table.select(np.flatnonzero(stay))
        return stay

    def left_out(self) -> LeftOut:
        """What was left out in all rounds."""
        rows = sum(count for _, count in self._omissions)
        were = "was" if rows == 1 else "were"
        sentences = (
            [f"{rows:,} of {self._total:,} rows {were} left out: {self._reasons_sentence()}."] if rows else []
        )
        if self.clipped:
            sentences.append(f"{_clipped_scores(self.clipped)} outside 0 to 1 by rounding, set to 0 or 1.")
        hints = list(dict.fromkeys(error.hint for error, _ in self._by_size()[:NAMED]))
        return LeftOut(
            rows,
            self.clipped,
            self._rows_in_order(),
            " ".join(sentences),
            " ".join([*hints, AGAIN]) if rows else "",
        )

    def _rows_in_order(self) -> tuple[LeftRow, ...]:
        return tuple(sorted(self._first_rows, key=lambda left_row: left_row.row))

    def _list(self, error: CellsError, positions: npt.NDArray[np.intp]) -> None:
        for at in positions[: LISTED - len(self._first_rows)].tolist():
            row, where = self.table.row(at), self.table.place(at)
            self._first_rows.append(LeftRow(row, where, error.column or "", error.problem(at)))

    def _refuse_many(self) -> None:
        """Raise the commonest error when the rows that were left out are no exceptions any more."""
        rows = sum(count for _, count in self._omissions)
        wrong = sum(count for error, count in self._omissions if not error.empty)
        if wrong > max(1, WRONG_SHARE * self._total):
            error, count = next(one for one in self._by_size() if not one[0].empty)
            raise error.of_many(count, self._total)
        if rows * HALF >= self._total:
            error, count = self._by_size()[0]
            raise error.of_many(count, self._total)

    def _by_size(self) -> list[tuple[CellsError, int]]:
        return sorted(self._omissions, key=lambda omission: -omission[1])

    def _reasons_sentence(self) -> str:
        parts = []
        for error, count in self._by_size()[:NAMED]:
            more = f" (and {count - 1:,} more like it)" if count > 1 else ""
            parts.append(f"{error.first}{more}")
        rest = len(self._omissions) - NAMED
        return "; ".join(parts) + (f"; and {rest:,} reasons more" if rest > 0 else "")


def _clipped_scores(count: int) -> str:
    return "1 score lay" if count == 1 else f"{count:,} scores lay"
