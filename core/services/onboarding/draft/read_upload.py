"""Open the rows that a person named to connect a model: an upload or addresses."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.errors import AccessError, SchemaError
from core.lake.remotes.sources import open_tables
from core.settings import Settings
from core.tables.table import Table


def first_table(settings: Settings, *addresses: str) -> Table:
    """All rows of the addresses as one table; the files of a pattern follow each other by name.

    Raises:
        DataError: nothing is there, or what is there cannot be read.
        SchemaError: the files do not have the same columns.
    """
    tables = [table for address in addresses for table in open_tables(settings, address)]
    return tables[0] if len(tables) == 1 else _join(tables)


def _join(tables: Sequence[Table]) -> Table:
    names = list(tables[0].frame.columns)
    for other in tables[1:]:
        different = set(names) ^ set(other.frame.columns)
        if different:
            raise SchemaError(
                f"{tables[0].source} and {other.source} do not have the same columns: "
                f"{', '.join(sorted(map(str, different)))}.",
                "Connect the model from files of the same kind; late labels are taken in afterwards.",
            )
    starts = [0]
    for table in tables:
        starts.append(starts[-1] + len(table.frame))

    def place(position: int) -> str:
        at = max(number for number, start in enumerate(starts[:-1]) if start <= position)
        return f"{tables[at].source}, {tables[at].place(position - starts[at])}"

    frame = pd.concat([table.frame[names] for table in tables], ignore_index=True)
    unread = {name: problem for table in tables for name, problem in table.unread.items()}
    return Table(frame, f"{len(tables)} files", place, unread=unread)


def require_allowed(settings: Settings, address: str, *, signed_in: bool) -> None:
    """Let an address on the server pass, or raise.

    Without sign-in there is one person, who can read these files anyway; people who signed in may name
    only what lies under a configured folder, and tables of configured connections.

    Raises:
        AccessError: it lies elsewhere.
    """
    if not signed_in or address.startswith("sql:"):
        return
    path = Path(address).resolve()
    if "://" in address or not any(path.is_relative_to(root.resolve()) for root in settings.data_folders):
        folders = ", ".join(map(str, settings.data_folders)) or "no folder yet"
        raise AccessError(
            f"{address} is not under a folder that may be read from the pages.",
            f"CARETAKER_DATA_FOLDERS names them: {folders}. Or upload the file.",
        )
