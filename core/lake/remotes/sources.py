"""Read what arrives from an address: CSV, Parquet or JSON lines, here or in a bucket, or a SQL table."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from core.errors import UnreadableFile
from core.lake.readers.read_csv import read_csv
from core.lake.readers.read_jsonl import read_jsonl
from core.lake.readers.read_parquet import read_parquet
from core.lake.remotes.address import Address, parse
from core.lake.remotes.connections import read_database
from core.lake.remotes.objects import FileEntry, at_hand, list_files
from core.settings import Settings
from core.tables.table import Table, about

READERS = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".parquet": read_parquet,
    ".pq": read_parquet,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}


Piece: TypeAlias = FileEntry | Address
"""What one table is read from: a file that is there, or a SQL table."""


def open_tables(settings: Settings, address: str, *, limit: int | None = None) -> Iterator[Table]:
    """The tables that an address means, one after the other: each file of a pattern, or the SQL table.

    `limit`: at most so many rows of each, for a preview.

    Raises:
        DataError: it is no address, nothing is there, or what is there cannot be read.
    """
    for piece in pieces(address):
        yield read_piece(settings, piece, limit=limit)


def pieces(address: str) -> list[Piece]:
    """What an address means, files by name; nothing is opened.

    Raises:
        DataError: it is no address, or no file is there.
    """
    where = parse(address)
    if where.kind == "sql":
        return [where]
    files = list_files(where)
    if not files:
        raise UnreadableFile(f"No file fits {address!r}.", "Check the folder and the pattern.")
    return list(files)


def read_piece(settings: Settings, piece: Piece, *, limit: int | None = None) -> Table:
    """One table.

    Raises:
        DataError: it cannot be read.
    """
    with about(piece.name):
        if isinstance(piece, Address):
            return read_database(settings, piece, limit)
        with at_hand(piece) as path:
            table = read_table(path)
    return table if limit is None else replace(table, frame=table.frame.head(limit))


def read_table(path: Path) -> Table:
    """The file as a table that remembers where its rows stood.

    Raises:
        UnreadableFile: there is no such file, or its bytes are not what its name says.
        SchemaError: column names are missing or occur twice.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise UnreadableFile(f"{path} {what}.", "Check the path; a folder is taken in as 'folder/*.csv'.")
    packed = path.suffix.lower() == ".gz"
    reader = READERS.get(Path(path.stem).suffix.lower() if packed else path.suffix.lower())
    if packed and reader is read_parquet:
        reader = None
    if reader is None:
        raise UnreadableFile(
            f"{path.name}: files {'of the kind ' + path.suffix if path.suffix else 'without an ending'} "
            "are not read.",
            f"Send one of {', '.join(READERS)}; text files may be packed, as .csv.gz.",
        )
    if path.stat().st_size == 0:
        raise UnreadableFile(f"{path.name}: the file is empty.", "Send a file with a header and rows.")
    return reader(path)


def read_file(path: Path) -> pd.DataFrame:
    """Only the rows of `read_table`."""
    return read_table(path).frame
