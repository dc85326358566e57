"""What the room tells people and programs: how a shadow stands."""

from typing_extensions import TypedDict

from core.messages import FindingEntry


class ShadowDocument(TypedDict):
    """A version that predicts beside the champion; every difference is of it, more than 0 is better."""

    shadow: int
    """Number of the shadow."""
    role: str
    """challenger (before a promotion) or guard (the version before, after one)."""
    model: str
    """Name of the model."""
    champion: str
    """Version in production when it began."""
    version: str
    """The version that predicts beside it."""
    state: str
    """running, decided (a claim was made), ended (by a person) or lapsed."""
    verdict: str
    """open, better (than the champion) or worse."""
    sentence: str
    """How it stands, in words."""
    since: str
    """When it was started (UTC, ISO 8601)."""
    by: str
    """Who started it."""
    ended: str | None
    """When it ended (UTC, ISO 8601); null while it runs."""
    ended_by: str | None
    """Who ended it; null while it runs."""
    reason: str | None
    """Why it ended; null while it runs."""
    rows: int
    """Rows that count: predicted by both, with a label that has matured."""
    units: int
    """What counts once: rows, or groups, days or pairs of rows where rows are not compared by themselves."""
    differing: int
    """Units in which one of the two is ahead."""
    waiting: int
    """Rows that both predicted and whose label has not matured, or waits for the rest of its unit."""
    judged_by: str
    """By what rows are compared: decisions, losses, ranking or balance."""
    unit: str
    """What counts once: row, group, hour, day, week, month, or so many rows."""
    gain: float | None
    """Mean difference in the metric's unit (shares for decisions); null before the first row."""
    low: float | None
    """Lower bound that holds at any time."""
    high: float | None
    """Upper bound that holds at any time."""
    progress: float
    """-1: shown to be worse; 0: nothing is shown; 1: shown to be better."""
    level: float
    """Chance that a wrong claim is ever made, of better and of worse each."""
    finding: FindingEntry | None
    """What a guard asks for, once it has shown that the version before is better; else null."""


class ShadowList(TypedDict):
    """Versions that predict beside the champion, or did."""

    shadows: list[ShadowDocument]
    """Challengers and guards, newest first."""
