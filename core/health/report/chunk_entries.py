"""What the health document says of one chunk: counts, metrics, drift, what is wrong, segments, versions."""

from typing import NotRequired

from typing_extensions import TypedDict

from core.health.change.alarm import Signal
from core.health.findings import ChunkFinding
from core.messages import FindingEntry

Place = str | int
"""An ISO date, or the number of a row where chunks are numbers of rows."""


class Number(TypedDict):
    """A value with its 95 % interval."""

    value: float
    """The value, in the unit of its metric."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of the 95 % interval."""


class Estimate(Number):
    """An expected value, from scores or predictions alone."""

    reliable: bool
    """Whether the estimate held the last time labels arrived, and no other method contradicts it."""
    method: NotRequired[str]
    """confidence (scores), post_stratified (scores, and what rows like these had beyond them: chosen where it
    was nearer in past chunks), direct_loss (errors of rows like these) or few_labels: those of the chunk
    helped; they must be a random sample of its rows. Absent in formats before 7."""


class Counted(Number):
    """A value with its interval and the number of rows that it rests on."""

    n: int
    """Labelled rows that it rests on."""


class VersionCount(TypedDict):
    """The predictions of one version, and how good they were."""

    rows: int
    """Predictions that it gave."""
    n: int
    """Those with a label that counts; 0: nothing is measured."""
    value: float | None
    """The metric of record."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end of its 95 % interval."""


class DriftEntry(TypedDict):
    """How far one input moved."""

    js: float
    """Jensen-Shannon distance to the reference period, 0 to 1."""
    psi: float
    """Population stability index."""
    p: float
    """Chi-squared p value, adjusted over the inputs (Benjamini, Hochberg 1995)."""
    flagged: bool
    """Significant, large enough, and so in two of the last three chunks."""


class ReferenceChunk(TypedDict):
    """One chunk of the reference period."""

    key: str
    """Its name in the stores."""
    label: str
    """Its name for people."""
    start: Place
    """First day, or number of the first row."""
    end: Place
    """Last day, or number of the last row."""
    n: int
    """Rows."""
    labelled: int
    """Rows whose label counts."""
    realised: dict[str, Number]
    """Metric -> what it was."""


class AlarmEntry(Number):
    """The alarm's state after a chunk: the weighted mean loss of it and of those before it."""

    on: bool
    """Whether this chunk, the last two or the weighted mean lost the tolerance, and more than chance."""


class ChunkEntry(ReferenceChunk):
    """One chunk of the log."""

    status: str
    """Of this chunk alone: green, amber, red (worse beyond chance and tolerance) or grey (not measured, or by
    too few labels)."""
    alarm: AlarmEntry | None
    """The alarm, which remembers the chunks before: positive is worse; null where nothing was measured."""
    estimated: dict[str, Estimate]
    """Metric -> what was expected of it without labels; empty where that cannot be known."""
    not_estimated: NotRequired[FindingEntry]
    """Why there is no estimate: so many rows lie beyond what was seen (CT-H15); absent where there is one."""
    drift: dict[str, DriftEntry]
    """Input -> how far it moved."""
    alerts: list[str]
    """What is wrong in it, in words."""
    findings: list[FindingEntry]
    """The same as codes with parameters."""
    segments: dict[str, dict[str, Counted]]
    """Column -> value -> metric of record."""
    versions: dict[str, VersionCount]
    """Version -> its predictions in this chunk."""


def estimates(chunk: ChunkFinding) -> dict[str, Estimate]:
    """What was expected of the metrics; with the help of few labels where there are some."""
    made = [
        (name, value, chunk.reliable and name not in chunk.doubtful, chunk.methods[name])
        for name, value in chunk.estimated.items()
    ]
    made += [(name, value, True, "few_labels") for name, value in chunk.assisted.items()]
    return {
        name: Estimate(value=value.value, low=value.low, high=value.high, reliable=reliable, method=how)
        for name, value, reliable, how in made
    }


def alarm_entry(signal: Signal | None) -> AlarmEntry | None:
    """The state of the alarm; None where nothing was measured."""
    if signal is None:
        return None
    return AlarmEntry(value=signal.level, low=signal.low, high=signal.high, on=signal.alarm)
