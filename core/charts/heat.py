"""Where it fell: a map of segments by periods, coloured by the change against the reference period."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish
from core.health.performance.formatting import between, segment_name, tolerance
from core.health.report.document import HealthDocument
from core.stats.measures.table import metric_named

ROW, TALL_ROW, LIFT = 28, 34, 7
"""Pixels of a row whose name has one line, and two; how much higher the first of two stands."""
MOST = 12
CELL = "cell"
"""The selection: the segment of a cell that is clicked."""
NAME_PIXELS, NAME_LETTERS = 120, 20
"""Room of a line of a name."""


def segments(document: HealthDocument, mode: Mode) -> Any:
    """One row a segment, the one with the largest share of the fall first; one column a chunk."""
    palette, cells = PALETTE[mode], _cells(document)
    order = list(dict.fromkeys(cells["segment"]))
    extent = max(float(cells["change"].abs().max()), document["tolerance"]) if len(cells) else 1.0
    scale = alt.Scale(
        domain=[-extent, 0, extent],
        range=[palette.status["red"], palette.grid, palette.accent],
        interpolate="rgb",
    )
    chunks = set(cells["chunk"])
    periods = [chunk["label"] for chunk in document["chunks"] if chunk["label"] in chunks]
    chart = alt.Chart(cells).mark_rect(stroke=palette.ground, strokeWidth=1)
    drawn = chart.encode(
        x=alt.X("chunk:O", sort=periods, axis=_x_axis(periods)),
        y=alt.Y("segment:N", sort=order, axis=_y_axis(order)),
        color=alt.Color("change:Q", scale=scale, legend=None),
        tooltip=[
            "segment:N",
            alt.Tooltip("chunk:N", title="period"),
            alt.Tooltip("is:N", title=document["metric_label"]),
            alt.Tooltip("n:Q", format=","),
        ],
    )
    rows = (TALL_ROW if _are_long(order) else ROW) * max(len(order), 1)
    drawn = drawn.add_params(alt.selection_point(name=CELL, fields=["segment"])).properties(height=rows)
    subtitle = (
        f"{document['metric_label']} against the same segment in the reference period: orange is worse, "
        f"blue is better, the fullest colour is {_size(document, extent)}."
    )
    return finish(drawn, title=_title(document, order), subtitle=subtitle, mode=mode)


def _size(document: HealthDocument, change: float) -> str:
    """How large a change is, in the unit in which people read the metric."""
    metric = metric_named(document["metric"])
    if metric.unit == "amount":
        return tolerance(metric, change)
    return f"{100 * change:.0f} points" if metric.unit == "share" else f"{change:.2f}"


def segments_table(document: HealthDocument) -> pd.DataFrame:
    """One row a segment: before, now, the change with its interval, its share of the fall."""
    rows = [
        {
            "segment": segment_name(segment["column"], segment["value"]),
            "before": segment["before"],
            "now": segment["now"],
            "change": segment["change"],
            "low": segment["low"],
            "high": segment["high"],
            "n": segment["n"],
            "share of the fall": segment["share"],
            "share of the rows": segment["rows"],
        }
        for segment in document["segments"]
    ]
    return pd.DataFrame(rows)


def _cells(document: HealthDocument) -> pd.DataFrame:
    """Segment by chunk: change is positive when the segment got better."""
    metric = metric_named(document["metric"])
    rows = [
        {
            "segment": segment_name(segment["column"], segment["value"]),
            "chunk": chunk["label"],
            "change": metric.gain(segment["before"], count["value"]),
            "value": count["value"],
            "low": count["low"],
            "high": count["high"],
            "n": count["n"],
            "is": between(metric, count["value"], count["low"], count["high"]),
        }
        for segment in document["segments"][:MOST]
        for chunk in document["chunks"]
        if (count := chunk["segments"].get(segment["column"], {}).get(segment["value"])) is not None
    ]
    return pd.DataFrame(rows, columns=["segment", "chunk", "change", "value", "low", "high", "n", "is"])


def _x_axis(names: list[str]) -> alt.Axis:
    """Three labels only, so that a phone can show them."""
    step = max(1, -(-len(names) // 3))
    return alt.Axis(
        title=None, values=names[::step], labelAngle=0, labelAlign="left", ticks=False, labelFlush=True
    )


def _y_axis(names: list[str]) -> alt.Axis:
    """Where a name is too long for a line, column and value of all names stand on one each."""
    if not _are_long(names):
        return alt.Axis(title=None, labelLimit=NAME_PIXELS, ticks=False)
    at = "indexof(datum.label, ' = ')"
    lines = f"[slice(datum.label, 0, {at} + 2), slice(datum.label, {at} + 3)]"
    return alt.Axis(title=None, labelExpr=lines, labelLimit=NAME_PIXELS, labelOffset=-LIFT, ticks=False)


def _are_long(names: list[str]) -> bool:
    return any(len(name) > NAME_LETTERS for name in names)


def _title(document: HealthDocument, drawn: list[str]) -> str:
    """The drawn segment that fell by more than the rest: its share of the fall beside that of the rows."""
    names = [(segment, segment_name(segment["column"], segment["value"])) for segment in document["segments"]]
    worst = next((segment for segment, name in names if name in drawn and segment["apart"]), None)
    if worst is None:
        return "No segment stands apart from the others"
    part = f"{100 * worst['share']:.0f} % of the fall in {100 * worst['rows']:.0f} % of the rows"
    return f"{segment_name(worst['column'], worst['value'])} lost most: {part}"
