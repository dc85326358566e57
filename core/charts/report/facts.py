"""What every form of the report says: status, charts, causes, what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from core.charts.heat import segments
from core.charts.theme import STATUS_ICON, with_parts
from core.charts.timeline import Promotion, timeline
from core.charts.waterfall import account
from core.health.page.titles import with_titles
from core.health.performance import formatting
from core.health.report.data_entry import describe
from core.health.report.document import HealthDocument
from core.health.status import STATUS_WORD, Status

WIDTH = 500
"""Pixels of charts that take the width of a page in the browser."""


def status_of(document: HealthDocument) -> Status:
    """Of four, whatever an older document says."""
    status = document["status"]
    return status if status in STATUS_WORD else "grey"


def status_word(document: HealthDocument) -> str:
    """Mark and word."""
    status = status_of(document)
    return f"{STATUS_ICON[status]} {STATUS_WORD[status].capitalize()}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with its words apart: the finding, what is drawn, and Vega-Lite with its tables."""

    title: str
    subtitle: str
    body: dict[str, Any]


def drawings(
    document: HealthDocument, deployments: Sequence[Promotion], background: str | None = None
) -> list[Drawing]:
    """The charts of the page, on light ground or on another: over time, where, why."""
    charts = [timeline(document, deployments, "light")]
    charts += [segments(document, "light").properties(width=WIDTH)] if document["segments"] else []
    fall = document.get("fall")
    charts += [account(fall, document["account"], "light").properties(width=WIDTH)] if fall else []
    return [_drawing(chart, background) for chart in charts]


def _drawing(chart: Any, background: str | None) -> Drawing:
    title, subtitle = (" ".join(lines) for lines in (chart.title.text, chart.title.subtitle))
    bare = with_parts(chart, title=alt.Undefined, background=background or chart.background)
    return Drawing(title, subtitle, bare.to_dict())


def causes(document: HealthDocument) -> list[str]:
    """A line for each, with its part of the fall."""
    return [
        f"{with_titles(document, cause['sentence'])} ({formatting.part_of_loss(cause['share'])})"
        for cause in document["causes"]
    ]


def foot(document: HealthDocument) -> str:
    """What all of it rests on."""
    labels = document["labels"]
    return (
        f"Version {document['version'] or 'unknown'}; data: {describe(document['data'])}; "
        f"computed {document['computed_at']}; "
        f"{labels['mature']:,} of {labels['rows']:,} rows have a label that counts. "
        "Intervals are 95 % intervals."
    )
