"""A closer look on Health: a period of the timeline, a segment, a column; each stands in the URL."""

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from core.charts import health as charts
from core.charts.closer import column, segment_curve
from core.charts.theme import Mode
from core.charts.timeline import PICKED
from core.health.page.titles import with_titles
from core.health.performance import format_number
from core.health.performance.formatting import column_title, segment_name
from core.health.period import Period, PeriodSegment, period
from core.health.report.document import HealthDocument
from core.messages.markdown import plain
from core.services.deployment.views import DeploymentView
from pages._shared import chart_or_table

MOST = 3
"""Segments, inputs and findings that are named of a period; the charts have all."""


@st.fragment
def timeline(document: HealthDocument, deployments: Sequence[DeploymentView], mode: Mode) -> None:
    """The course of the metric, and below it the periods that are looked at."""
    chart_or_table.clickable(
        partial(charts.timeline, document, deployments, mode),
        partial(charts.timeline_table, document),
        alt=document["sentence"],
        key="timeline",
        on_select=partial(keep_period, document),
    )
    _show_period(document)


@st.fragment
def segments(document: HealthDocument, mode: Mode) -> None:
    """The map of segments by periods, and below it the segment that is looked at."""
    chart_or_table.clickable(
        partial(charts.segments, document, mode),
        partial(charts.segments_table, document),
        alt="Change of the metric by segment and period",
        key="segments",
        on_select=_keep_segment,
    )
    _show_segment(document, mode)


def keep_period(document: HealthDocument) -> None:
    """Callback of the timeline: from the first to the last of the chunks that are clicked."""
    names = {row["chunk"] for row in st.session_state["timeline_chart"]["selection"].get(PICKED, [])}
    inside = [chunk["label"] for chunk in document["chunks"] if chunk["label"] in names]
    if inside:
        st.session_state["period"] = (inside[0], inside[-1])


def _keep_segment() -> None:
    """Callback of the map: the segment of the cell."""
    cells = st.session_state["segments_chart"]["selection"].get("cell", [])
    if cells:
        st.session_state["segment"] = cells[-1]["segment"]


def _show_period(document: HealthDocument) -> None:
    """The slider, which stands at the newest measured periods, and what is known of others it is moved to."""
    names = [chunk["label"] for chunk in document["chunks"]]
    if len(names) < 2:  # noqa: PLR2004 -- a slider has two ends
        return
    ends = st.select_slider(
        "Periods looked at: move the ends, or click the first on the timeline and the last with Shift",
        names,
        value=newest_periods(document),
        key="period",
        bind="query-params",
    )
    if ends == newest_periods(document):  # of these the page says everything already
        return
    look = period(document, *ends)
    cells = (
        _measured_cell(document, look),
        _segments_cell(document, look),
        _moved_cell(look),
        _findings_cell(document, look),
    )
    st.html(f'<dl class="ct-answers">{"".join(cells)}</dl>')


def newest_periods(document: HealthDocument) -> tuple[str, str]:
    """The chunks on which the verdict rests; the newest one where nothing is measured."""
    now, newest = document["current"], document["chunks"][-1]["label"]
    places = (now["start"], now["end"]) if now else (None, None)
    first, last = (
        next((chunk["label"] for chunk in document["chunks"] if chunk[at] == place), newest)  # type: ignore[literal-required]
        for at, place in zip(("start", "end"), places, strict=True)
    )
    return first, last


def _cell(name: str, text: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{text}</dd></div>"


def _measured_cell(document: HealthDocument, look: Period) -> str:
    title = look.chunks[0] if len(look.chunks) == 1 else f"{look.chunks[0]} to {look.chunks[-1]}"
    number = look.measured
    if number is None:
        return _cell(title, f"No label counts yet, of {format_number.count(look.rows, 'row')}.")
    text = format_number.with_interval(
        number["value"], number["low"], number["high"], number["n"], metric=document["metric"]
    )
    several = f" <span>mean of {len(look.chunks)} periods, weighted by rows</span>"
    mean = several if len(look.chunks) > 1 else ""
    return _cell(title, f"{escape(document['metric_label'])} <b>{escape(text)}</b>{mean}")


def _segments_cell(document: HealthDocument, look: Period) -> str:
    lines = [_segment(document, segment) for segment in look.segments[:MOST]]
    return _cell("Where it was worst", "<br>".join(lines)) if lines else ""


def _segment(document: HealthDocument, segment: PeriodSegment) -> str:
    now, metric = segment.now, document["metric"]
    text = format_number.with_interval(now["value"], now["low"], now["high"], now["n"], metric=metric)
    before = ""
    if segment.before is not None:
        past = format_number.brief(segment.before, now["low"], now["high"], metric=metric)
        before = f", {past} before"
    return f"{escape(segment_name(segment.column, segment.value))} <span>{escape(text + before)}</span>"


def _moved_cell(look: Period) -> str:
    if not look.moved:
        return ""
    names = ", ".join(map(column_title, list(look.moved)[:MOST]))
    more = len(look.moved) - MOST
    rest = f" and {more} more" if more > 0 else ""
    return _cell("Inputs that moved", f"{escape(names)}{rest}")


def _findings_cell(document: HealthDocument, look: Period) -> str:
    lines = [escape(with_titles(document, sentence)) for sentence in look.findings[:MOST]]
    return _cell("Found then", "<br>".join(lines)) if lines else ""


def _show_segment(document: HealthDocument, mode: Mode) -> None:
    """The curve of the segment that is picked in the map or by name."""
    segments = {segment_name(one["column"], one["value"]): one for one in document["segments"]}
    name = st.selectbox(
        "One segment over time: pick it, or click its row",
        list(segments),
        index=None,
        key="segment",
        bind="query-params",
        placeholder="none",
    )
    if name is None:
        return
    chart_or_table.chart(
        partial(segment_curve.segment_curve, document, segments[name], mode),
        partial(segment_curve.curve_table, document, segments[name]),
        alt=f"{document['metric_label']} of {name} over time",
        key="segment_curve",
    )


@st.fragment
def show_column(document: HealthDocument, mode: Mode) -> None:
    """What a column held before and holds now; those that a cause names, then those that moved most."""
    features = {column_title(name): (name, feature) for name, feature in document["features"].items()}
    if not features:
        return
    title = st.selectbox(
        "One column, before and now",
        list(features),
        index=None,
        key="column",
        bind="query-params",
        placeholder="none",
    )
    if title is None:
        return
    name, feature = features[title]
    chart_or_table.chart(
        partial(column.column, name, feature, mode),
        partial(column.column_table, feature),
        alt=f"Values of {title} in the reference period and now",
        key="column_bars",
    )
    for alert in document["alerts"]:
        if alert.get("feature") == name:
            st.write(plain(with_titles(document, alert["sentence"])))
