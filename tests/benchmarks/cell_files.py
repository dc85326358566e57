"""The files, tables and bodies in which columns are sent."""

import csv
import gzip
import io
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.cell_columns import Column, Rng, pick

PLACES = 8
"""Numbers of the vector `emb`, a list where the format has lists."""
TEXT_TYPES = (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()))
Columns = Mapping[str, Column]


def as_csv(rng: Rng, columns: Columns) -> tuple[str, bytes]:
    """Ending and bytes: any delimiter, encoding and line end."""
    out = io.StringIO(newline="")
    quoting = pick(rng, [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    delimiter, end = pick(rng, [",", ";", "\t"]), pick(rng, ["\n", "\r\n"])
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(columns)
    for row in _rows(columns):
        writer.writerow(["" if cell is None else _text(cell) for cell in row])
    data = out.getvalue().encode(pick(rng, ["utf-8", "utf-8", "utf-8-sig", "utf-16"]))
    return ("csv.gz", gzip.compress(data)) if rng.random() < 0.2 else ("csv", data)


def as_lines(rng: Rng, columns: Columns) -> tuple[str, bytes]:
    """JSON lines; an empty cell is null, or its key is left out."""
    return "jsonl", "".join(f"{line}\n" for line in _objects(rng, columns)).encode()


def as_document(rng: Rng, columns: Columns) -> tuple[str, bytes]:
    """One JSON document of the rows, as programs post it."""
    body = "[" + pick(rng, [",", " , ", ",\n"]).join(_objects(rng, columns)) + "]"
    return "json", (body if rng.random() < 0.5 else f'{{ "rows": {body}\n}}').encode()


def as_parquet(rng: Rng, columns: Columns) -> tuple[str, bytes]:
    """Parquet with or without dictionaries, in row groups of a few rows."""
    out = io.BytesIO()
    how = {"row_group_size": int(rng.integers(3, 40)), "use_dictionary": bool(rng.random() < 0.5)}
    pq.write_table(as_arrow(rng, columns), out, compression=pick(rng, ["zstd", "snappy", "none"]), **how)
    return "parquet", out.getvalue()


def as_arrow(rng: Rng, columns: Columns, *, lists: bool = True) -> pa.Table:
    """Typed columns; the places of the vector become a list."""
    arrays = {name: _array(rng, column) for name, column in columns.items()}
    if lists and "emb_0" in arrays:
        places = [arrays.pop(f"emb_{at}").to_pylist() for at in range(PLACES)]
        kind = pick(
            rng, [pa.list_(pa.float64()), pa.list_(pa.float64(), PLACES), pa.large_list(pa.float64())]
        )
        arrays["emb"] = pa.array(list(map(list, zip(*places, strict=True))), kind)
    return pa.table(arrays)


def into_sqlite(path: Path, table: str, columns: Columns) -> None:
    """A table without declared types; rows are added to one that is there."""
    names = ", ".join(f'"{name}"' for name in columns)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f'CREATE TABLE IF NOT EXISTS "{table}" ({names})')
        marks = ", ".join("?" * len(columns))
        rows = [[_plain(cell) for cell in row] for row in _rows(columns)]
        connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def into_duckdb(rng: Rng, path: Path, table: str, columns: Columns) -> None:
    """A table with the types of the columns."""
    with duckdb.connect(str(path)) as connection:
        connection.register("rows", as_arrow(rng, columns))
        connection.execute(f'CREATE TABLE "{table}" AS SELECT * FROM rows')


def _array(rng: Rng, column: Column) -> pa.Array:
    if column.kind is not None and not any(isinstance(cell, str) for cell in column.sent):
        return pa.array(column.sent, column.kind)
    texts = pa.array([None if cell is None else _text(cell) for cell in column.sent], pa.string())
    return texts.cast(pick(rng, TEXT_TYPES))


def _rows(columns: Columns) -> list[tuple[Any, ...]]:
    return list(zip(*(column.sent for column in columns.values()), strict=True))


def _objects(rng: Rng, columns: Columns) -> list[str]:
    """Every row as an object, its numbers with all their digits."""
    objects = []
    for row in _rows(columns):
        cells = {name: _token(cell) for name, cell in zip(columns, row, strict=True)}
        if "emb_0" in cells:
            cells["emb"] = f"[{', '.join(cells.pop(f'emb_{at}') for at in range(PLACES))}]"
        full = {k: v for k, v in cells.items() if v != "null" or rng.random() < 0.5 or objects == []}
        objects.append("{" + ", ".join(f"{json.dumps(k)}: {v}" for k, v in full.items()) + "}")
    return objects


def _token(cell: object) -> str:
    if isinstance(cell, Decimal):
        return str(cell)
    if isinstance(cell, bool | int | float) or cell is None:
        return json.dumps(cell)
    return json.dumps(_text(cell), ensure_ascii=bool(len(_text(cell)) % 2))


def _text(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _plain(cell: object) -> object:
    """What SQLite holds: texts, doubles and whole numbers of 64 bits."""
    if isinstance(cell, bool) or cell is None:
        return cell if cell is None else str(cell)
    if isinstance(cell, int):
        return cell if -(2**63) <= cell < 2**63 else str(cell)
    return cell if isinstance(cell, float | str) else _text(cell)


def vector(rng: Rng, count: int) -> dict[str, Column]:
    """The places of a vector as columns."""
    numbers = rng.normal(size=(PLACES, count))
    return {f"emb_{at}": Column(row, row, pa.float64()) for at, row in enumerate(np.array(numbers).tolist())}
