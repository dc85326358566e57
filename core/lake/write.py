"""Write files into the lake: whole or not at all."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.model import ModelSpec

LOOKED_AT, OFTEN = 1_000, 2
"""A value comes twice, on average, in so many rows at the beginning."""
ABANDONED_SECONDS = 3600.0
"""A younger file that nothing names may still be written."""


def write_rows(path: Path, frame: pd.DataFrame, spec: ModelSpec, repeating: bool | list[str] = True) -> None:
    """Write canonical rows; `repeating` as `repeating_columns` gives it."""
    table = pa.table({str(name): _array(frame[name], spec) for name in frame.columns})
    _write(path, table, repeating=repeating)


def repeating_columns(frame: pd.DataFrame) -> list[str]:
    """Columns of which a few values come often: to look for such in the others takes half of the writing.

    >>> repeating_columns(pd.DataFrame({"_id": ["a", "b", "c"], "town": ["Ulm", "Ulm", None]}))
    ['town']
    """
    first = frame.head(LOOKED_AT)
    return [str(name) for name in frame.columns if first[name].nunique() * OFTEN <= len(first)]


def write_plain(path: Path, frame: pd.DataFrame, *, repeating: bool | list[str] = True) -> None:
    """Write any table with the types that it has; `repeating`: columns of which a few values come often."""
    _write(path, pa.Table.from_pandas(frame, preserve_index=False), repeating=repeating)


def _write(path: Path, table: pa.Table, *, repeating: bool | list[str] = True) -> None:
    """Write under a temporary name, sync, then rename: a reader never sees half a file."""
    with (
        replacing(path, path.with_suffix(f".{os.getpid()}.tmp")) as temporary,
        temporary.open("wb") as handle,
    ):
        pq.write_table(table, handle, compression="zstd", write_page_checksum=True, use_dictionary=repeating)
        handle.flush()
        os.fsync(handle.fileno())
    sync_folder(path.parent)


def remove_unfinished(lake: Path) -> list[Path]:
    """Delete temporary files of writers that were killed: none takes an hour; gives their paths."""
    before = time.time() - ABANDONED_SECONDS
    old = [path for path in sorted(lake.rglob("*.tmp")) if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return old


@contextmanager
def replacing(path: Path, temporary: Path) -> Iterator[Path]:
    """The temporary file takes the place of `path` at the end of the block; a failure leaves neither."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield temporary
    except BaseException:
        temporary.unlink(missing_ok=True)  # half a file would keep a full disk full
        raise
    temporary.replace(path)


def _array(column: pd.Series, spec: ModelSpec) -> pa.Array:
    """The type is said, never inferred: a column without values would become "null" and clash later."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return pa.array(column, pa.timestamp("us"))
    if pd.api.types.is_numeric_dtype(column):
        return pa.array(column, from_pandas=True)
    kind = pa.binary() if column.name == spec.roles.item and spec.item == "image" else pa.string()
    return pa.array(column, kind, from_pandas=True)


def sync_folder(folder: Path) -> None:
    """Make what was renamed or made in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
