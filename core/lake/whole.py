"""Whether the files of the lake are whole, and what is said when one is not."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import StoreError
from core.trouble import disk_full, explain

NAMED = re.compile(r"""["']([^"']+\.parquet)["']""")
UNREADABLE = (duckdb.Error, pa.ArrowException, OSError)
ROWS_AT_ONCE = 20_000
LONGEST_REASON = 200
ELSEWHERE = (
    "No file of this model's rows is here. Another machine that took them in must share {folder}. Else: "
)


def damage(path: Path) -> str | None:
    """Why the Parquet file cannot be read to its end; None when it is whole. Every page is looked at."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(ROWS_AT_ONCE):
                batch.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        return _reason(error)
    return None


def footer_damage(path: Path) -> str | None:
    """Why the footer of the Parquet file cannot be read; None when it can. No row is looked at."""
    try:
        with pq.ParquetFile(path):
            return None
    except (pa.ArrowException, OSError) as error:
        return _reason(error)


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or ["unreadable"])[0].rstrip(".")[:LONGEST_REASON]


@contextmanager
def whole(folder: Path) -> Iterator[None]:
    """Name the file of the lake below `folder` because of which the block fails.

    Raises:
        StoreError: a file is gone or damaged, or may not be read; or the disk is full.
    """
    try:
        yield
    except UNREADABLE as error:
        trouble = explain(error, folder) or _blame_file(folder, error)
        if trouble is None:
            raise
        raise trouble from error


def restoring(path: Path, home: Path | None = None) -> str:
    """How a single file comes back: nobody can make it again, but every backup holds it."""
    if home is None:
        home = next((parent.parent for parent in path.parents if parent.name == "lake"), path.parent)
    return (
        f"Take the file out of a backup: `tar -xf ARCHIVE -C {home} {path.relative_to(home).as_posix()}`. "
        "Until then what needs it is refused; nothing else is touched."
    )


def _blame_file(folder: Path, error: Exception) -> StoreError | None:
    """The file that is gone or damaged; None when all are whole, so that it is a fault of ours."""
    if "No space left" in str(error):
        return disk_full(folder)
    named = [Path(name) for name in NAMED.findall(str(error))]
    for path in (*named, *sorted(folder.rglob("*.parquet"))):
        if not path.exists():
            elsewhere = "" if any(folder.rglob("*.parquet")) else ELSEWHERE.format(folder=folder)
            return StoreError(f"The file {path} of the lake is gone.", elsewhere + restoring(path))
        if (reason := damage(path)) is not None:
            return StoreError(f"The file {path} of the lake is damaged ({reason}).", restoring(path))
    return None
