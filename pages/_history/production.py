"""The timeline of production with what was known at each decision, and the lineage of each version."""

from functools import partial
from html import escape

import streamlit as st

from core.charts.record import lineage as lineage_chart
from core.charts.record import production as production_chart
from core.services.operations.production import decision, lineage
from core.services.operations.production.timeline import ProductionTimeline, timeline
from core.store.types import now
from core.tables import dates
from pages._shared import chart_or_table
from pages._shared.page_context import Frame

CHART, CHOICE = "production_chart", "decision"


def show(frame: Frame) -> None:
    """Both pictures; a click on a bar, or the box, says which decision."""
    past = timeline(frame.ws, frame.spec.name)
    if past.stays:
        _show(frame, past)


@st.fragment
def _show(frame: Frame, past: ProductionTimeline) -> None:
    _picture(frame, past)
    known, origin = st.columns(2, gap="large")
    with known:
        _show_decision(frame, past)
    with origin:
        st.header("Where it came from", anchor=False)
        lines = lineage.lineage(frame.ws, frame.spec.name)
        chart_or_table.chart(
            partial(lineage_chart.chart, lines, frame.mode),
            partial(lineage_chart.table, lines),
            alt=lineage_chart.title(lines),
            key="lineage",
        )


def _picture(frame: Frame, past: ProductionTimeline) -> None:
    st.header("In production", anchor=False)
    minute = now().replace(second=0, microsecond=0)  # what is drawn then serves all who look within it
    chart_or_table.clickable(
        partial(production_chart.chart, past, minute, frame.mode),
        partial(production_chart.table, past),
        alt=production_chart.title(past),
        key="production",
        on_select=_choose_clicked,
    )


def _choose_clicked() -> None:
    """Callback: the bar that was clicked is the decision that is told."""
    clicked = st.session_state[CHART]["selection"].get(production_chart.SELECTION, [])
    numbers = [row["number"] for row in clicked if row.get("number")]
    if numbers:
        st.session_state[CHOICE] = int(numbers[-1])


def _show_decision(frame: Frame, past: ProductionTimeline) -> None:
    st.header("What was known then", anchor=False)
    names = {
        mark.number: f"{mark.kind.capitalize()}, version {mark.version}, {dates.minute(mark.at)}"
        for mark in reversed(past.marks)
        if mark.number is not None
    }
    if st.session_state.get(CHOICE) not in names:
        st.session_state[CHOICE] = next(iter(names))
    number = st.selectbox("Decision", list(names), format_func=names.__getitem__, key=CHOICE)
    if number is None:
        return
    view = decision.describe(frame.ws, frame.spec.name, number)
    st.markdown(f"**{view.title}**, {dates.minute(view.at)}")
    pairs = "".join(f"<dt>{escape(what)}</dt><dd>{escape(value)}</dd>" for what, value in view.facts)
    st.html(f'<dl class="ct-known">{pairs}</dl>')
