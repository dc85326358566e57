"""Where the rows of a batch belong in the log: new ones at its end, known ones where they stood."""

import numpy as np
import pandas as pd

from core.frames.batches import WAITING, Kind
from core.frames.canonical import placed
from core.frames.spec import ModelSpec
from core.frames.table import Table, cell_error


def place(
    table: Table, frame: pd.DataFrame, spec: ModelSpec, kind: Kind, known: pd.DataFrame, position: int
) -> pd.DataFrame:
    """The rows with `_seq` and `_chunk`; `known` has `_seq`, `_chunk`, `_part` of rows that came before.

    Labels whose rows have not come wait for them: deliveries of one pipeline may overtake each other.

    Raises:
        SchemaError: a row that changes its chunk or its part.
    """
    earlier = known.reindex(frame["_id"]).set_axis(frame.index)
    new = earlier["_seq"].isna()
    if kind == "labels":
        chunks = earlier["_chunk"].astype(object).where(~new, WAITING)
        return frame.assign(_seq=earlier["_seq"].where(~new, -1).astype("int64"), _chunk=chunks)
    other = "training" if kind == "predictions" else "log"
    said = f"this id is already a row of the {'training data' if other == 'training' else 'log'}"
    hint = "A row is either training data or part of the log; give it another id."
    _refuse(table, spec, frame, earlier["_part"] == other, said, hint)
    positions = earlier["_seq"].where(~new, position + new.cumsum() - 1).astype("int64")
    rows = placed(frame, spec, positions)
    moved = ~new & (rows["_chunk"] != earlier["_chunk"])
    said = "this row arrived before with a time in another chunk"
    _refuse(table, spec, rows, moved, said, "A corrected row keeps its time; another row needs another id.")
    return rows


def _refuse(
    table: Table, spec: ModelSpec, frame: pd.DataFrame, bad: pd.Series, problem: str, hint: str
) -> None:
    if bad.any():
        first = int(np.argmax(bad))
        count = int(bad.sum())
        more = "" if count == 1 else f" (and {count - 1:,} more rows like it)"
        value = frame["_id"].iloc[first]
        raise cell_error(table, spec.roles.id or "id", first, f"{value!r}: {problem}{more}", hint)
