"""A pandas table that is in memory, as if it had come in a file."""

import pandas as pd
import pyarrow as pa

from core.lake.readers.normalise_types import plain
from core.lake.rows import to_frame
from core.tables.table import Table


def read_frame(frame: pd.DataFrame, source: str) -> Table:
    """The rows, numbered anew; columns that Arrow holds are read as those of a Parquet file.

    pandas loses cells or digits of them where it turns texts, decimals and moments of Arrow into its own.

    >>> cells = pd.DataFrame({"x": pd.array(["1", None], dtype=pd.ArrowDtype(pa.string()))})
    >>> read_frame(cells, "rows").frame["x"].tolist()
    ['1', None]
    """
    frame = frame.reset_index(drop=True)
    arrow = [name for name in frame.columns if isinstance(frame[name].dtype, pd.ArrowDtype)]
    if not arrow:
        return Table(frame, source)
    columns = pa.Table.from_pandas(frame[arrow], preserve_index=False)
    readable, unread = plain({name: columns[name] for name in columns.column_names})
    return Table(frame.drop(columns=arrow).join(to_frame(readable)), source, unread=unread)
