"""The headline of a health document: its few numbers, stored beside it for pages that show many models."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from core.health.report.chunk_entries import Counted, Place
from core.health.report.document import HealthDocument, MoneyEntry
from core.stats.measures.table import metric_named

POINTS = 26
"""Newest periods of the course: half a year of weeks."""
DIGITS = 6


class Headline(TypedDict):
    """What is said of a model among many: a few hundred bytes, whatever the size of its log."""

    status: str
    """green, amber, red or grey."""
    code: str
    """Code of the first finding."""
    sentence: str
    """Its sentence."""
    metric: str
    """Metric of record."""
    metric_label: str
    """Its name for people."""
    now: Counted | None
    """The metric now; null when it cannot be measured."""
    before: float | None
    """What it was in the reference period; null when it cannot be measured."""
    loss: float
    """How far it is worse than in the reference period, in tolerances; 0 where it is not, or not measured."""
    since: str | None
    """The period in which the fall began, for people; null without one."""
    course: list[float]
    """The metric in the newest measured periods, oldest first."""
    money: MoneyEntry | None
    """What decisions cost more for each period than before; null without costs."""
    until: Place | None
    """Day of the newest row, or its number; null without rows."""
    computed_at: str
    """When the document was computed (UTC)."""


def headline(document: HealthDocument) -> Headline:
    """The few numbers of a document of the present format."""
    metric = document["metric"]
    now, reference, onset = document["current"], document["reference"], document["onset"]
    measured = [c["realised"][metric]["value"] for c in document["chunks"] if metric in c["realised"]]
    return Headline(
        status=document["status"],
        code=document["findings"][0]["code"],
        sentence=document["findings"][0]["sentence"],
        metric=metric,
        metric_label=document["metric_label"],
        now=None
        if now is None
        else Counted(value=now["value"], low=now["low"], high=now["high"], n=now["n"]),
        before=reference and reference["value"],
        loss=_loss(document),
        since=onset and onset["label"],
        course=round_course(measured[-POINTS:]),
        money=document["money"],
        until=document["data"]["until"],
        computed_at=document["computed_at"],
    )


def _loss(document: HealthDocument) -> float:
    """In tolerances, so that models with different metrics can be put in one order."""
    now, before, tolerance = document["current"], document["reference"], document["tolerance"]
    if now is None or before is None or not tolerance:
        return 0.0
    gain = metric_named(document["metric"]).gain(before["value"], now["value"])
    return round(max(0.0, -gain / tolerance), DIGITS)


def round_course(values: Sequence[float]) -> list[float]:
    """Fine enough for a line that is as small as a word.

    >>> round_course([0.123456789, 1234567.89])
    [0.123457, 1234570.0]
    """
    return [float(f"{value:.{DIGITS}g}") for value in values]
