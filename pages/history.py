"""History: what was in production and why, every decision searchable, and the dossier to take away."""

import streamlit as st

from pages._history import dossiers, entries, production
from pages._shared import page_context

frame = page_context.enter("stakeholder")
events = entries.read(frame.ws, frame.spec.name, page_context.record_position(frame.ws))
if not len(events):
    st.write("Here you will see every decision about this model: who did what, when and why.")
    st.stop()

production.show(frame)
st.header("Every decision", anchor=False)
entries.show(frame.spec.name, events)
dossiers.show(frame)
