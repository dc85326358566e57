"""Where the rows of a batch belong in the log: new ones at its end, known ones where they stood."""

import numpy as np
import pandas as pd

from core.model import ModelSpec
from core.tables.canonical import assign_chunks
from core.tables.chunks import CALENDAR, keys
from core.tables.deliveries import WAITING, Kind
from core.tables.left_out import Sieve
from core.tables.table import CellsError


def place(
    sieve: Sieve, frame: pd.DataFrame, spec: ModelSpec, kind: Kind, known: pd.DataFrame, position: int
) -> pd.DataFrame:
    """The rows with `_seq` and `_chunk`; `known` has `_seq`, `_chunk`, `_part` of rows that came before.

    Labels whose rows have not come wait for them: deliveries of one pipeline may overtake each other. A row
    that changes its chunk or its part is left out.

    Raises:
        SchemaError: many rows do.
    """
    if known.empty and kind != "labels":
        return assign_chunks(frame, spec, pd.Series(range(position, position + len(frame)), frame.index))
    if kind != "labels":
        frame = _staying(sieve, frame, spec, kind, known)
    earlier = known.reindex(frame["_id"]).set_axis(frame.index)
    new = earlier["_seq"].isna()
    if kind == "labels":
        chunks = earlier["_chunk"].astype(object).where(~new, WAITING)
        return frame.assign(_seq=earlier["_seq"].where(~new, -1).astype("int64"), _chunk=chunks)
    positions = earlier["_seq"].where(~new, position + new.cumsum() - 1).astype("int64")
    return assign_chunks(frame, spec, positions)


def _staying(
    sieve: Sieve, frame: pd.DataFrame, spec: ModelSpec, kind: Kind, known: pd.DataFrame
) -> pd.DataFrame:
    """The rows that are new, or stay where they were."""
    earlier = known.reindex(frame["_id"]).set_axis(frame.index)
    other = "training" if kind == "predictions" else "log"
    problem = f"this id is already a row of the {'training data' if other == 'training' else 'log'}"
    hint = "A row is either training data or part of the log; give it another id."
    _note(sieve, spec, frame, earlier["_part"] == other, problem, hint)
    if spec.chunk in CALENDAR:
        moved = earlier["_seq"].notna() & (keys(frame["_time"], spec.chunk) != earlier["_chunk"])
        problem = "this row arrived before with a time in another chunk"
        hint = "A corrected row keeps its time; another row needs another id."
        _note(sieve, spec, frame, moved, problem, hint)
    stay = sieve.leave()
    return frame if stay is None else frame[stay].reset_index(drop=True)


def _note(
    sieve: Sieve, spec: ModelSpec, frame: pd.DataFrame, bad: pd.Series, problem: str, hint: str
) -> None:
    if bad.any():
        ids = frame["_id"]
        positions = np.flatnonzero(bad)
        name = spec.roles.id or "id"
        sieve.note(CellsError(sieve.table, name, positions, lambda at: f"{ids.iloc[at]!r}: {problem}", hint))
