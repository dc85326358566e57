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


class PolicyEntry(TypedDict):
    """What a policy would have come to over the same rows."""

    policy: str
    """never, every period, on alarm, or on evidence."""
    total: float
    """Errors, or the sum of the metric."""
    less: float
    """How much less that is than by never retraining."""
    retrains: int
    """Models that were fitted."""
    changes: int
    """How often another model went into production."""
    labels: int
    """Labels that were needed: to learn from, and by alarms and evidence to look at."""
    money: float | None
    """What its decisions cost; null where nobody said what errors cost."""
    models: list[int]
    """The model of each period, by the period (from 0) at whose beginning it was fitted."""


class PoliciesDocument(TypedDict):
    """Policies of retraining compared on the past, with the recipe of the champion."""

    model: str
    """Name of the model."""
    recipe: str
    """Recipe that was fitted again and again."""
    sentence: str
    """What came of it, in words."""
    alarm: str
    """When Health would have warned, and of how many quiet periods before none raised an alarm."""
    unit: str
    """Errors, or the name of the metric whose sum is counted."""
    currency: str
    """Of the costs; empty where nobody said any."""
    periods: list[str]
    """Key of the first chunk of each period."""
    lag: int
    """Periods until the labels of a period are known, beyond its own end."""
    rows: int
    """Rows that count."""
    policies: list[PolicyEntry]
    """One for each policy."""
