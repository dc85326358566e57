"""Rows without a label on the Suspects page: which to ask about first."""

import streamlit as st

from core.health.performance import format_number
from core.services.label_errors.jobs import FirstLabels
from core.services.monitoring import monitor
from pages._shared import job_panel
from pages._shared.page_context import Frame
from pages._suspects import parts

ABOUT = """Those come first of which the model is least sure and that do not say the same as another; rows
whose label may still come by itself are left out. What experts say is learnt from; health is not measured by
it, as the model is wrong there more often than elsewhere."""


def draw(frame: Frame) -> None:
    """How many rows have no label, and a button that asks experts where an answer teaches most."""
    document = monitor.health(frame.ws, frame.spec.name)
    if document is None or not frame.spec.classes:
        return
    rows = document["labels"]["rows"] - document["labels"]["labelled"]
    if rows < 1:
        return
    st.header("Rows without a label", anchor=False)
    has = "has" if rows == 1 else "have"
    st.write(f"{format_number.count(rows, 'row')} of the log {has} no label. {ABOUT}")
    with st.container(horizontal=True, vertical_alignment="bottom", key="first_labels"):
        most = min(parts.MOST, rows)
        count = st.number_input(
            "How many rows", 1, most, min(parts.BATCH, most), key="first_number", width=130
        )
        time = format_number.duration(count * parts.SECONDS_EACH)
        label = f"Ask for {format_number.count(count, 'label')}: about {time}"
        if job_panel.button(frame.ws, label, FirstLabels, frame.spec.name, key="ask_first"):
            job = FirstLabels(model=frame.spec.name, by=frame.person.name, count=count)
            job_panel.start(frame.ws, job)
