"""Why and where in the document: causes, the fall and its account, segments."""

from typing import NotRequired

from typing_extensions import TypedDict

from core.health.findings import Findings
from core.health.report.chunk_entries import Number, Place
from core.messages import FindingEntry

MOST_SEGMENTS = 30


class CauseEntry(FindingEntry):
    """A cause of the fall."""

    kind: str
    """data_fault (a column), output_fault (the predictions), label_fault (impossible new labels), version,
    mix (of the inputs), inside (rows of the same kind are predicted otherwise; why is not known) or labels
    (wrong ones, from reviewed answers)."""
    share: float
    """Its part of the fall; below 0 where it made up for some of it."""
    feature: NotRequired[str]
    """The column that it is about."""
    features: list[str]
    """Columns that it concerns."""


class RecordEntry(TypedDict):
    """How the metric of record moved from the one period of a fall to the other."""

    metric: str
    """Name of the metric of record."""
    label: str
    """Its name for people."""
    before: Number
    """In the reference period."""
    now: Number
    """In the newest measured chunks."""


class FallEntry(TypedDict):
    """How far the model fell: now less before, of a metric that every row has its part in.

    Of a ranking, a ratio of counts or a root of squares no row has a part of its own; the fall is counted in
    errors then, and `record` says how the metric of record moved beside it.
    """

    metric: str
    """accuracy, or mae for amounts."""
    value: float
    """Now less before, in the unit of that metric."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of the 95 % interval."""
    before: float
    """The metric in the reference period."""
    now: float
    """The metric in the newest measured chunks."""
    rows_before: int
    """Labelled rows of the reference period."""
    rows: int
    """Labelled rows of the newest measured chunks."""
    method: str
    """What the mix was priced from: rows, or cells (the counts of one column)."""
    unit: NotRequired[str]
    """What the lines are counted in, for people; absent in formats before 8."""
    record: NotRequired[RecordEntry | None]
    """The metric of record over the same periods; null where the fall is one of it; absent before 8."""


class AccountLine(FindingEntry):
    """One item of the fall, with its 95 % interval."""

    kind: str
    """That of a cause, or chance."""
    state: str
    """suspected: no experiment has confirmed it; or confirmed."""
    confirmed_by: NotRequired[list[str]]
    """Who gave the blind answers that confirm it."""
    confirmed_on: NotRequired[Place | None]
    """The day of the last of them; of a mix that was put back the end of the data that confirm it."""
    proof: NotRequired[FindingEntry]
    """Of a mix: what putting the old one back by weights does to the metric now."""
    features: list[str]
    """Columns that it concerns."""
    feature: NotRequired[str]
    """The first of them."""
    value: NotRequired[str]
    """The value of it whose share rose most."""
    points: float
    """Its part of the fall, in the unit of the metric of the fall; all lines sum to it."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of the 95 % interval."""
    rows: int
    """Rows that it concerns now."""
    since: Place | None
    """Start of the chunk with which it began; null where that is not known."""


class SegmentEntry(TypedDict):
    """A segment: its metric now and before, and its part of the fall."""

    column: str
    """The column that is broken down."""
    value: str
    """The value in it."""
    change: float
    """Metric of record: now less before."""
    low: float
    """Lower end of the 95 % interval of the change."""
    high: float
    """Upper end of the 95 % interval of the change."""
    n: int
    """Labelled rows that it rests on."""
    now: float
    """The metric of record now."""
    before: float
    """The same in the reference period."""
    share: float
    """Its part of the fall, 0 to 1."""
    rows: float
    """Its part of the rows, 0 to 1."""
    apart: bool
    """Whether it fell by more than the rest of its column, beyond chance."""


def segment_entries(findings: Findings) -> list[SegmentEntry]:
    """The segments that fell most, as the document has them."""
    return [
        SegmentEntry(
            column=segment.column,
            value=segment.value,
            change=segment.change,
            low=segment.low,
            high=segment.high,
            n=segment.n,
            now=segment.now,
            before=segment.before,
            share=segment.share,
            rows=segment.rows,
            apart=segment.apart,
        )
        for segment in findings.segments[:MOST_SEGMENTS]
    ]
