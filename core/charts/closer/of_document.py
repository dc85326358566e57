"""Each chart of the Health page by its name, for who asks without a page."""

from collections.abc import Mapping
from typing import Any, Literal

from core.charts import health
from core.charts.closer.column import column
from core.charts.closer.segment_curve import segment_curve
from core.charts.theme import Mode
from core.errors import DataError
from core.health.performance.formatting import column_title, segment_name
from core.health.report.document import HealthDocument

Name = Literal["timeline", "segments", "account", "segment", "column"]


def draw(document: HealthDocument, chart: Name, of: str | None, mode: Mode) -> Any:
    """The chart.

    Args:
        document: of a model.
        chart: which one.
        of: which segment or column; the first of the page when None.
        mode: light or dark.

    Raises:
        DataError: there is nothing of that to draw.
    """
    if chart == "timeline":
        return health.timeline(document, [], mode)
    if chart == "account":
        fall = document.get("fall")
        if not fall:
            raise DataError("There is no fall to account for.", "Draw the timeline.")
        return health.account(fall, document["account"], mode)
    if chart == "column":
        names = {column_title(name): name for name in document["features"]}
        name = names[_choose("column", names, of and column_title(of))]
        return column(name, document["features"][name], mode)
    segments = {segment_name(one["column"], one["value"]): one for one in document["segments"]}
    first = _choose("segment", segments, of)
    return (
        health.segments(document, mode)
        if chart == "segments"
        else segment_curve(document, segments[first], mode)
    )


def _choose(kind: str, names: Mapping[str, Any], of: str | None) -> str:
    """The one that is meant.

    Raises:
        DataError: there is none of that name, or none at all.
    """
    if not names:
        raise DataError(f"There is no {kind} to draw.", f"The log has none that a {kind} chart could show.")
    if of is not None and of not in names:
        raise DataError(f"There is no {kind} {of!r}.", f"There are {', '.join(list(names)[:12])}.")
    return of or next(iter(names))
