"""History: every decision - what was promoted, compared, trained, answered - searchable and to take away."""

import streamlit as st

from core.services.operations import history
from pages import _history
from pages._shared import page_context

frame = page_context.enter("stakeholder")
events = history.timeline(frame.ws, frame.spec.name)
if not len(events):
    st.write("Here you will see every decision about this model: who did what, when and why.")
    st.stop()

_history.table(frame.spec.name, events)
