"""The health document: what the command line prints, HTTP gives and the page draws."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from core.health.report.chunk_entries import ChunkEntry, Counted, Number, Place, ReferenceChunk, VersionCount
from core.health.report.why_entries import AccountLine, CauseEntry, FallEntry, SegmentEntry
from core.messages import FindingEntry


class VersionEntry(VersionCount):
    """One version over all chunks."""

    version: str
    """Its name."""
    first: Place
    """Start of the first chunk in which it answered."""
    last: Place
    """End of the last one."""


class NewClass(TypedDict):
    """A class that the model does not know."""

    name: str
    """The class."""
    labels: int
    """Rows of the log that have it as label."""
    predictions: int
    """Rows of the log that have it as prediction."""


class ReferenceEntry(Counted):
    """What the metric of record was in the reference period."""

    trained: bool
    """Whether it is the training window."""
    start: Place
    """Its first day or row."""
    end: Place
    """Its last day or row."""
    realised: dict[str, Number]
    """Metric -> what it was."""
    chunks: list[ReferenceChunk]
    """Its chunks."""


class CurrentEntry(Counted):
    """The metric of record now, over the last measured chunks."""

    label: str
    """The chunks that it rests on, for people."""
    start: Place
    """First day or row of them."""
    end: Place
    """Last day or row of them."""
    realised: dict[str, Number]
    """Metric -> what it is now."""


class OnsetEntry(TypedDict):
    """When the fall began."""

    date: Place
    """Start of the chunk in which it most likely began."""
    earliest: Place
    """Start of the earliest chunk that it may have begun in."""
    latest: Place
    """Start of the latest one."""
    label: str
    """The most likely chunk, for people."""
    gradual: bool
    """Whether it came over several chunks, not at once."""


class MoneyEntry(Number):
    """What decisions cost more for each period than in the reference period, where costs are said.

    A value below 0 is saved.
    """

    currency: str
    """Of the costs; empty where nobody said."""
    per: str
    """The period: day, week, month, quarter, year, or a number of rows."""
    rows: int
    """Rows of a usual period: the cost of a row is multiplied by them."""


class StepEntry(FindingEntry):
    """What to do next."""

    effort: NotRequired[str]
    """What it takes, for people; absent where that is not known."""
    gain: NotRequired[str]
    """What it is expected to be worth, for people; absent where that is not known."""


class LossEntry(TypedDict):
    """A metric beside that of record that is worse than in the reference period, beyond its band."""

    metric: str
    """Name of the metric."""
    label: str
    """Its name for people."""
    before: Number
    """What it was in the reference period."""
    now: Number
    """What it is now."""


class DeliveryEntry(TypedDict):
    """A delivery."""

    name: str
    """The file or source that it came from."""
    received: str
    """When it came, in UTC."""


class AlertEntry(FindingEntry):
    """An alarm or a fault from its first to its last chunk."""

    opened: Place
    """Start of its first chunk; of a guard the day on which it asked."""
    closed: Place | None
    """Start of the first chunk without it; null while it is open."""
    rule: str
    """performance, data_fault (a column), output_fault (the predictions), labels, rows or guard."""
    severity: str
    """red or amber."""
    feature: NotRequired[str]
    """The column that it is about."""
    rows: NotRequired[int]
    """Of a fault of a column: the rows that it hit so far; where no cell tells which, about so many."""
    cost: NotRequired[Number | None]
    """Of a fault of a column: what its rows add to the mean loss of a row (the share of wrong predictions; of
    amounts the mean absolute error) while it lasts; of one that spares no row, by how much that grew since
    the reference period. Null where labels do not tell."""
    delivery: NotRequired[DeliveryEntry]
    """Of a fault of a column: the first delivery in whose rows it shows."""


EmptyPeriod = TypedDict(
    "EmptyPeriod",
    {
        "from": Annotated[str, Field(description="Its first day.")],
        "until": Annotated[str, Field(description="Its last day.")],
        "chunks": Annotated[int, Field(description="Number of chunks that are missing.")],
        "label": Annotated[str, Field(description="The missing chunks, for people.")],
    },
)
EmptyPeriod.__doc__ = "A period without a row, longer than usual; no class, as `from` is no name in Python."

DataEntry = TypedDict(
    "DataEntry",
    {
        "from": Annotated[
            Place | None, Field(description="Day of the oldest row, or its first row; null without rows.")
        ],
        "until": Annotated[
            Place | None, Field(description="Day of the newest row, or the last row of its chunk; or null.")
        ],
        "gaps": Annotated[list[EmptyPeriod], Field(description="Periods in between without a row.")],
        "stale": Annotated[
            bool, Field(description="Whether the log has ended: rows are overdue by more than is usual.")
        ],
    },
)
DataEntry.__doc__ = "The time that the rows of the log cover; no class, as `from` is no name in Python."


class FeatureEntry(TypedDict):
    """One input before and now."""

    cells: list[str]
    """Names of the cells."""
    before: list[float]
    """Their shares of the rows in the reference period."""
    now: list[float]
    """Their shares of the rows now."""


class Labels(TypedDict):
    """How many rows have labels."""

    rows: int
    """Rows of the log."""
    labelled: int
    """Those with a label."""
    mature: int
    """Those whose label counts already."""


class Summary(TypedDict):
    """The numbers at the top of the page, of the newest chunk."""

    features: int
    """Number of inputs."""
    drifted: list[str]
    """Inputs that are flagged as moved."""
    missing: float
    """Share of empty cells among the inputs."""
    missing_before: float
    """The same in the reference period."""
    open_alerts: int
    """Alerts that are open."""


FORMAT = 10
"""Changes with the fields below, and with what they say: a document of an older format is computed anew."""
READABLE = frozenset({3, 4, 5, 6, 7, 8, 9, FORMAT})
"""Formats shown until then: codes came with 4, steps 5, account and alarms of chunks 6, `data` 7, the unit of
the fall 8, falls called gradual 9, scores made here that blame no service 10.

With 7 the causes are the lines of the account, where there is one.
"""


class HealthDocument(TypedDict):
    """All that is known about the health of a model."""

    format: int
    """Number of the form of this document."""
    model: str
    """Name of the model."""
    version: str | None
    """Version in production; null when none is known."""
    status: str
    """green, amber, red or grey (nothing to judge by)."""
    sentence: str
    """The verdict in words: the sentences of the findings."""
    findings: list[FindingEntry]
    """The verdict as codes with parameters."""
    suggestion: str
    """What to do next: the sentences of the steps."""
    steps: list[StepEntry]
    """The suggestion as codes with parameters, each with effort and expected gain."""
    labels_needed: int | None
    """Further labels that would settle the verdict; null where none would, or none are needed."""
    metric: str
    """Metric of record."""
    metric_label: str
    """Its name for people."""
    direction: str
    """higher or lower: which way is better."""
    tolerance: float
    """Loss of the metric that may pass, in its unit."""
    computed_at: str
    """When this was computed (UTC)."""
    data: DataEntry
    """The time that the rows cover."""
    note: str
    """What the owner of the model has to say about it."""
    labels: Labels
    """How many rows have labels."""
    summary: Summary
    """The newest chunk in a few numbers."""
    reference: ReferenceEntry | None
    """The metric of record in the reference period; null when it cannot be measured."""
    current: CurrentEntry | None
    """The metric of record now; null when it cannot be measured."""
    onset: OnsetEntry | None
    """When the fall began; null without one."""
    causes: list[CauseEntry]
    """Why: the account without chance, largest first; without an account the causes that exclude chance."""
    fall: NotRequired[FallEntry | None]
    """How far it fell; null where no fall excludes chance; absent in formats before 6."""
    account: NotRequired[list[AccountLine]]
    """The fall in lines that sum to it: faults, the moved mix, what is left; absent in formats before 6."""
    losses: list[LossEntry]
    """Other metrics that are worse than before."""
    money: MoneyEntry | None
    """What decisions cost more for each period than before; null without costs, or if nothing is measured."""
    threshold: float | None
    """Score from which on the positive class is decided; null: decisions of the log or of the model."""
    segments: list[SegmentEntry]
    """Where, worst first."""
    features: dict[str, FeatureEntry]
    """Input -> its values before and now; those first that a cause names."""
    versions: list[VersionEntry]
    """Versions of the log, in order of their first prediction."""
    new_classes: list[NewClass]
    """Classes that the model does not know."""
    chunks: list[ChunkEntry]
    """Chunks of the log, oldest first."""
    alerts: list[AlertEntry]
    """Alarms and faults, open and closed."""
