"""Parquet as a table of numbers, texts, moments and bytes."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UnreadableFile
from core.frames.table import Table
from core.lake.header import check_names
from core.lake.plain import plain
from core.lake.rows import to_frame

PANDAS_INDEX = "__index_level_0__"


def read_parquet(path: Path) -> Table:
    """The rows of a Parquet file.

    Raises:
        UnreadableFile: the file is damaged or cut off.
        SchemaError: two columns have the same name, or one holds lists.
    """
    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        check_names(path.name, names)
        table = file.read()
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise UnreadableFile(
            f"{path.name}: this is not a whole Parquet file ({reason}).",
            "It may have been cut off on its way: send it again.",
        ) from error
    kept = [name for name in names if name != PANDAS_INDEX]
    columns = {name: plain(path.name, name, table[name]) for name in kept}
    return Table(to_frame(pa.table(columns)), path.name)
