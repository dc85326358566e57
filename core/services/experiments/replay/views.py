"""What a replay tells people and programs."""

from typing_extensions import TypedDict


class LessEntry(TypedDict):
    """How much less of something there would have been; a value below 0 is more."""

    value: float
    """The difference, counted row by row."""
    low: float
    """Lower end of the 95 % interval: what rows like these have in the mean."""
    high: float
    """Upper end of it."""
    unit: str
    """Errors, the name of a metric (its sum over the rows), or a currency."""


class ReplayedChunk(TypedDict):
    """One chunk of the history."""

    chunk: str
    """Its key."""
    rows: int
    """Rows that were counted."""
    before: float
    """Errors (or the sum of the metric) of what was predicted then."""
    after: float
    """Of what the version predicts."""
    so_far: float
    """How much less, from the first chunk to this one."""


class ReplayDocument(TypedDict):
    """What would have been, had a version gone live at a moment of the past."""

    model: str
    """Name of the model."""
    version: str
    """The version that is replayed."""
    sentence: str
    """What came of it, in words."""
    since: str
    """First row that counts: its time, or its number."""
    until: str
    """Last row that counts."""
    rows: int
    """Rows that count: predicted by both, with a label that has matured."""
    left_out: int
    """Labelled rows before `since`, which the version may have learnt from, or whose labels it waited for."""
    guard: str
    """What keeps it from being judged on what it learnt: its training rows, or nothing that is known."""
    before: float
    """Errors (or the sum of the metric) of what was predicted then."""
    after: float
    """Of what the version predicts."""
    less: LessEntry
    """How much less that is."""
    money: LessEntry | None
    """What would have been paid less; null where nobody said what errors cost."""
    together: str
    """Which rows were taken together, and what that costs; empty where every row counts by itself."""
    chunks: list[ReplayedChunk]
    """The same by chunk, in order."""
