"""The health document: what the command line prints, HTTP gives and the page draws."""

from typing import NotRequired

from typing_extensions import TypedDict

from core.messages import FindingEntry

Place = str | int
"""An ISO date, or the number of a row where chunks are numbers of rows."""


class Number(TypedDict):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class Estimate(Number):
    """An expected value; `reliable` says whether it held the last time labels arrived."""

    reliable: bool


class Counted(Number):
    """A value with its interval and the number of rows that it rests on."""

    n: int


class VersionCount(TypedDict):
    """The answers of one version in a chunk; `n` of them have a label that counts (0: nothing measured)."""

    rows: int
    n: int
    value: float | None
    low: float | None
    high: float | None


class VersionEntry(VersionCount):
    """One version over all chunks: where it answered first and last."""

    version: str
    first: Place
    last: Place


class NewClass(TypedDict):
    """A class that the model does not know: rows of the log that have it as label, as prediction."""

    name: str
    labels: int
    predictions: int


class DriftEntry(TypedDict):
    """How far one input moved."""

    js: float
    psi: float
    p: float
    flagged: bool


class ReferenceChunk(TypedDict):
    """One chunk of the reference period; `end` is its last day (or row)."""

    key: str
    label: str
    start: Place
    end: Place
    n: int
    labelled: int
    realised: dict[str, Number]


class ChunkEntry(ReferenceChunk):
    """One chunk of the log."""

    status: str
    estimated: dict[str, Estimate]
    drift: dict[str, DriftEntry]
    alerts: list[str]
    findings: list[FindingEntry]
    segments: dict[str, dict[str, Counted]]
    versions: dict[str, VersionCount]


class ReferenceEntry(Counted):
    """What the metric of record was in the reference period; `trained`: it is the training window."""

    trained: bool
    start: Place
    end: Place
    realised: dict[str, Number]
    chunks: list[ReferenceChunk]


class CurrentEntry(Counted):
    """The metric of record now: over the last measured chunks, from `start` to `end`."""

    label: str
    start: Place
    end: Place
    realised: dict[str, Number]


class OnsetEntry(TypedDict):
    """When the fall began."""

    date: Place
    earliest: Place
    latest: Place
    label: str


class CauseEntry(FindingEntry):
    """Why; `share` of the fall between 0 and 1; `kind`: data_fault, output_fault, version or mix."""

    kind: str
    share: float
    feature: NotRequired[str]
    features: list[str]


class LossEntry(TypedDict):
    """A metric beside that of record that is worse than in the reference period, beyond its band."""

    metric: str
    label: str
    before: Number
    now: Number


class SegmentEntry(TypedDict):
    """Where; `low` to `high` is the interval of `change`, `share` its part of the fall, `rows` of the rows.

    `apart`: it fell by more than the rest of its column, beyond chance.
    """

    column: str
    value: str
    change: float
    low: float
    high: float
    n: int
    now: float
    before: float
    share: float
    rows: float
    apart: bool


class AlertEntry(FindingEntry):
    """An alarm or a fault from its first to its last chunk; open while `closed` is null.

    `rule`: performance, data_fault (a column), output_fault (the model's answers) or labels.
    """

    opened: Place
    closed: Place | None
    rule: str
    severity: str
    feature: NotRequired[str]


class FeatureEntry(TypedDict):
    """One input before and now: names of its cells and their shares of the rows."""

    cells: list[str]
    before: list[float]
    now: list[float]


class Labels(TypedDict):
    """Rows of the log, those with a label, and those whose label counts already."""

    rows: int
    labelled: int
    mature: int


class Summary(TypedDict):
    """The numbers at the top of the page, of the newest chunk."""

    features: int
    drifted: list[str]
    missing: float
    missing_before: float
    open_alerts: int


FORMAT = 4
"""Changes with the fields below: a document of an older format is computed anew."""
READABLE = frozenset({3, FORMAT})
"""Formats that are shown as they are until then; the codes of findings came with 4."""


class HealthDocument(TypedDict):
    """All that is known about the health of a model."""

    format: int
    model: str
    version: str | None
    status: str
    sentence: str
    findings: list[FindingEntry]
    suggestion: str
    labels_needed: int | None
    metric: str
    metric_label: str
    direction: str
    tolerance: float
    computed_at: str
    data_until: Place | None
    note: str
    labels: Labels
    summary: Summary
    reference: ReferenceEntry | None
    current: CurrentEntry | None
    onset: OnsetEntry | None
    causes: list[CauseEntry]
    losses: list[LossEntry]
    segments: list[SegmentEntry]
    features: dict[str, FeatureEntry]
    versions: list[VersionEntry]
    new_classes: list[NewClass]
    chunks: list[ChunkEntry]
    alerts: list[AlertEntry]
