"""The timeline: realised and estimated metric with bands, the reference, events, and label coverage below."""

from collections.abc import Sequence
from typing import Any, Protocol

import altair as alt
import pandas as pd

from core.charts.alarm_bar import alarm_bar, is_on
from core.charts.axes import Axes, shared_axes
from core.charts.chunks import timeline_table
from core.charts.lines import estimated_layers, names, realised_layers
from core.charts.theme import PALETTE, Mode, Palette, finish, inner_axis, with_parts
from core.charts.versions import curves, several
from core.health.performance.formatting import number
from core.health.report.document import HealthDocument
from core.stats.measures.table import metric_named

HEIGHT, STRIP = 260, 34
PICKED = "picked"
"""The selection: the chunks that are clicked."""


class Promotion(Protocol):
    """What the chart wants to know of a change of the champion."""

    @property
    def version(self) -> str:
        """Version that was put into production."""

    @property
    def kind(self) -> str:
        """First, promote or rollback."""

    @property
    def data_until(self) -> str | None:
        """Where the log ended then."""

    @property
    def override(self) -> str | None:
        """Kind of the override by which it was promoted; None without one."""


def timeline(document: HealthDocument, deployments: Sequence[Promotion], mode: Mode) -> Any:
    """Draw the document; realised is solid, estimated dashed, both with their 95 % bands."""
    palette, table = PALETTE[mode], timeline_table(document)
    axes = shared_axes(document, table)
    layers = [
        *_clickable(table, axes),
        *_reference(document, axes, palette),
        *_empty(document, axes, palette),
        *estimated_layers(table, axes, palette),
        *realised_layers(table, axes, palette, alone=not several(document)),
        *(curves(document, axes, palette) if several(document) else names(table, axes, palette)),
        *alarm_bar(table, axes, palette),
        *_events(document, deployments, axes, palette),
    ]
    main = alt.layer(*(layers or [_nothing(palette)]), width=640, height=HEIGHT)
    strip = _coverage(table, axes, palette)
    stacked = alt.vconcat(main, strip, spacing=6, resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="shared")))
    low, high = (format(bound, axes.form).replace("%", " %") for bound in (axes.low, axes.high))
    shaded = "Shaded: when the fall may have begun. " if document["onset"] else ""
    alarm = "Bar at the foot: the alarm, which remembers earlier periods. " if is_on(table) else ""
    lines = "Each line is a version; marks are all predictions together. " if several(document) else ""
    subtitle = (
        f"Solid: measured; dashed: estimated without labels; both with 95 % bands. {lines}{alarm}{shaded}"
        f"The y axis goes from {low} to {high}. Below: share of rows whose label counts."
    )
    return finish(stacked, title=_title(document), subtitle=subtitle, mode=mode)


def _clickable(table: pd.DataFrame, axes: Axes) -> list[Any]:
    """What a click selects: a chunk of the log, from top to bottom; with Shift one more.

    No brush: Vega draws it without any text for those who cannot see it.
    """
    log = table[table["period"] == "log"]
    if log.empty:
        return []
    starts = [axes.at(place) for place in log["start"]]
    data = pd.DataFrame({"at": starts, "end": [*starts[1:], axes.end], "chunk": log["chunk"].to_numpy()})
    picked = alt.selection_point(name=PICKED, fields=["chunk"])
    bars = alt.Chart(data).mark_rect(opacity=0)
    return [bars.encode(x=axes.x, x2=alt.X2("end"), description="chunk:N").add_params(picked)]


def _nothing(palette: Palette) -> Any:
    data = pd.DataFrame({"text": ["No values yet"]})
    return alt.Chart(data).mark_text(color=palette.quiet).encode(text=alt.Text("text:N"))


def _title(document: HealthDocument) -> str:
    metric, before, now = metric_named(document["metric"]), document["reference"], document["current"]
    if before is None or now is None:
        return f"{document['metric_label']}: no measured values yet"
    half = (now["high"] - now["low"]) / 2
    past, present = number(metric, before["value"], half), number(metric, now["value"], half)
    if document["status"] == "red":
        onset = document["onset"]
        since = f" since {onset['label']}" if onset else ""
        return f"{document['metric_label']} went from {past} to {present}{since}"
    return f"{document['metric_label']} is {present}, {past} in the reference period"


def _reference(document: HealthDocument, axes: Axes, palette: Palette) -> list[Any]:
    reference = document["reference"]
    if reference is None or not reference["chunks"]:
        return []
    start, end = axes.at(reference["start"]), axes.at(reference["end"])
    period = pd.DataFrame({"at": [start], "end": [end], "value": [reference["value"]], "what": ["reference"]})
    area = alt.Chart(period).mark_rect(color=palette.grid, opacity=0.5)
    rule = alt.Chart(period).mark_rule(color=palette.ink, strokeWidth=1)
    name = alt.Chart(period).mark_text(align="left", dx=3, dy=12, color=palette.quiet, baseline="top")
    top = pd.DataFrame({"at": [start], "value": [axes.high], "what": ["reference"]})
    return [
        area.encode(x=axes.x, x2=alt.X2("end")),
        rule.encode(y=axes.y),
        name.properties(data=top).encode(x=axes.x, y=axes.y, text=alt.Text("what:N")),
    ]


def _empty(document: HealthDocument, axes: Axes, palette: Palette) -> list[Any]:
    """Where no rows came; what follows the last chunk lies outside of the picture."""
    gaps = document["data"]["gaps"]
    if not gaps:
        return []
    data = pd.DataFrame(
        {
            "at": [axes.at(gap["from"]) for gap in gaps],
            "end": [axes.at(gap["until"]) + pd.Timedelta(days=1) for gap in gaps],
            "period": [gap["label"] for gap in gaps],
            "value": [axes.low] * len(gaps),
            "what": ["no rows"] * len(gaps),
        }
    )
    area = alt.Chart(data).mark_rect(color=palette.grid, opacity=0.7)
    name = alt.Chart(data).mark_text(align="left", dx=3, dy=-6, color=palette.quiet, baseline="bottom")
    tooltip = alt.Tooltip("period:N", title="no rows in")
    return [
        area.encode(x=axes.x, x2=alt.X2("end"), tooltip=tooltip),
        name.encode(x=axes.x, y=axes.y, text=alt.Text("what:N")),
    ]


def _events(
    document: HealthDocument, deployments: Sequence[Promotion], axes: Axes, palette: Palette
) -> list[Any]:
    layers: list[Any] = []
    onset = document["onset"]
    if onset is not None:
        span = pd.DataFrame({"at": [axes.at(onset["earliest"])], "end": [axes.at(onset["latest"])]})
        layers.append(
            alt.Chart(span)
            .mark_rect(color=palette.status["red"], opacity=0.08)
            .encode(x=axes.x, x2=alt.X2("end"))
        )
        layers += _mark(
            axes.at(onset["date"]), f"since {onset['label']}", axes, palette.status["red"], palette
        )
    for deployment in deployments:
        place = _place(deployment, axes)
        if place is not None:
            override = ", by override" if deployment.override else ""
            layers += _mark(place, f"version {deployment.version}{override}", axes, palette.quiet, palette)
    return layers


def _place(deployment: Promotion, axes: Axes) -> Any:
    """Where a promotion stands; the first champion was there from the beginning and has no mark."""
    until = deployment.data_until
    if deployment.kind == "first" or not until or until.isdecimal() == axes.timed:
        return None
    return axes.at(until)


def _mark(place: Any, text: str, axes: Axes, colour: str, palette: Palette) -> list[Any]:
    data = pd.DataFrame({"at": [place], "value": [axes.low], "text": [text]})
    rule = alt.Chart(data).mark_rule(color=colour, strokeDash=[2, 2], strokeWidth=1.5).encode(x=axes.x)
    name = alt.Chart(data).mark_text(align="left", dx=4, dy=-6, color=palette.ink, baseline="bottom")
    return [rule, name.encode(x=axes.x, y=axes.y, text=alt.Text("text:N"))]


def _coverage(table: pd.DataFrame, axes: Axes, palette: Palette) -> Any:
    log = table[table["period"] == "log"] if len(table) else table
    starts, ends = ([axes.at(place) for place in log.get(name, [])] for name in ("start", "until"))
    step = pd.Timedelta(days=1) if axes.timed else 1
    data = pd.DataFrame(
        {
            "at": starts,
            "until": [end + step for end in ends],
            "value": log.get("labelled", pd.Series(dtype=float))
            / log.get("n", pd.Series(dtype=float)).clip(lower=1),
            "chunk": log.get("chunk", []),
            "n": log.get("n", []),
        }
    )
    y = alt.Y(
        "value:Q",
        axis=inner_axis(format=".0%", values=[0, 1], grid=False),
        scale=alt.Scale(domain=[0, 1]),
    )
    bars = alt.Chart(data).mark_rect(color=palette.quiet, opacity=0.5)
    tooltip = [
        alt.Tooltip("chunk:N", title="period"),
        alt.Tooltip("value:Q", format=".0%", title="labels that count"),
        alt.Tooltip("n:Q", format=","),
    ]
    drawn = bars.encode(x=axes.below, x2=alt.X2("until"), y=y, y2=alt.datum(0), tooltip=tooltip)
    return with_parts(drawn, width=640, height=STRIP)
