"""The names of the columns of a file that arrives."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.lake.readers.limits import check_shape

LONGEST_NAME = 200
SHOWN = 40
NO_NAME = "has no name (a table written by pandas needs index=False)"
TWICE = "occurs {count} times: every column needs a name of its own"
NO_HEADER = "cannot be a name: the first line must be a header of short names"


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, in order.

    Attributes:
        names: one a column, without spaces around it; None where the column cannot be read under a name.
        unread: what those columns are called -> what is wrong. They matter only where they are needed.
    """

    names: tuple[str | None, ...]
    unread: dict[str, str]

    @property
    def places(self) -> dict[str, int]:
        """Name -> which column it is, from 0; only of those that can be read."""
        return {name: at for at, name in enumerate(self.names) if name is not None}


def read_header(source: str, names: Sequence[str]) -> Header:
    """Which of the names can be read: of columns of the same name nobody knows which one is meant.

    Raises:
        SchemaError: there are too many columns.

    >>> header = read_header("a.csv", ["id ", "x", "", "x"])
    >>> header.places, list(header.unread)
    ({'id': 0}, ['x', 'column 3'])
    """
    check_shape(source, 0, len(names))
    stripped = [name.strip() for name in names]
    counts = Counter(stripped)
    readable: list[str | None] = [None] * len(stripped)
    unread: dict[str, str] = {}
    for at, name in enumerate(stripped):
        if not name:
            unread[f"column {at + 1}"] = NO_NAME
        elif len(name) > LONGEST_NAME or not name.isprintable():
            unread[f"column {at + 1} ({name[:SHOWN]!r})"] = NO_HEADER
        elif counts[name] > 1:
            unread[name] = TWICE.format(count=counts[name])
        else:
            readable[at] = name
    return Header(tuple(readable), unread)
