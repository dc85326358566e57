"""What joining a source tells programs."""

from typing_extensions import TypedDict


class LeftOutColumnEntry(TypedDict):
    """A column of the source that is not offered."""

    column: str
    """Its name in the source."""
    why: str
    """With the evidence."""


class PeriodEntry(TypedDict):
    """How well the source knows one chunk of the log, or the training rows."""

    period: str
    """The chunk."""
    rows: int
    """In it."""
    known: int
    """Rows whose key the source knew before them."""


class JoinedDocument(TypedDict):
    """A source as it was joined."""

    name: str
    """The first part of the names of its columns: weather of weather.rain."""
    address: str
    """What it was read from."""
    key: str
    """Its column of keys."""
    on: str
    """The column of the log that holds the keys."""
    time: str | None
    """Column that says since when a row was known; null: the rows hold for every time."""
    digest: str
    """SHA-256 of the rows."""
    rows: int
    """That are kept."""
    without_key: int
    """Rows that were left out, because they have no key or no time that can be read."""
    columns: list[str]
    """That a search may add."""
    left_out: list[LeftOutColumnEntry]
    """Columns that it may not."""
    coverage: list[PeriodEntry]
    """How many rows of each period are known to it, the training rows first."""
    share: float
    """Of the rows of the log, those whose key is known."""
    same: bool
    """Whether these very rows were joined before; nothing was changed then."""
