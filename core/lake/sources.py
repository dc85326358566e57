"""Read a file that arrives: CSV, Parquet or JSON lines, each failure with its place in the file."""

from glob import glob, has_magic
from pathlib import Path

import pandas as pd

from core.errors import UnreadableFile
from core.frames.table import Table
from core.lake.read_csv import read_csv
from core.lake.read_jsonl import read_jsonl
from core.lake.read_parquet import read_parquet

READERS = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".parquet": read_parquet,
    ".pq": read_parquet,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}


def expand(patterns: list[str]) -> list[Path]:
    """The files that the patterns mean, each pattern's files by name.

    Raises:
        UnreadableFile: a pattern fits no file.
    """
    paths = []
    for pattern in patterns:
        found = sorted(glob(pattern, recursive=True)) if has_magic(pattern) else [pattern]  # noqa: PTH207
        if not found:
            raise UnreadableFile(f"No file fits {pattern!r}.", "Check the folder and the pattern.")
        paths += [Path(name) for name in found]
    return paths


def read_table(path: Path) -> Table:
    """The file as a table that remembers where its rows stood.

    Raises:
        UnreadableFile: there is no such file, or its bytes are not what its name says.
        SchemaError: column names are missing or occur twice.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise UnreadableFile(f"{path} {what}.", "Check the path; a folder is taken in as 'folder/*.csv'.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(
            f"{path.name}: files {'of the kind ' + path.suffix if path.suffix else 'without an ending'} "
            "are not read.",
            f"Send one of {', '.join(READERS)}.",
        )
    if path.stat().st_size == 0:
        raise UnreadableFile(f"{path.name}: the file is empty.", "Send a file with a header and rows.")
    return reader(path)


def read_file(path: Path) -> pd.DataFrame:
    """Only the rows of `read_table`."""
    return read_table(path).frame
