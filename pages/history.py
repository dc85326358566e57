"""History: every decision - what was promoted, compared, trained, answered - searchable and to take away."""

import streamlit as st

from core.services import history
from pages import _frame, _history

frame = _frame.enter("stakeholder")
events = history.timeline(frame.ws, frame.spec.name)
if not len(events):
    st.write("Here you will see every decision about this model: who did what, when and why.")
    st.stop()

_history.table(frame.spec.name, events)
