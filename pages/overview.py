"""Overview: every model in a line, those first that need attention."""

import streamlit as st

from core.services.monitoring import overview
from pages._shared import empty_state, page_context
from pages._watch import model_lines

page_context.guard("stakeholder")
ws = page_context.workspace()
lines = overview.model_lines(ws)
if not lines:
    empty_state.no_model(ws)
    st.stop()
model_lines.counts(lines)
lines = model_lines.filter_lines(lines)
model_lines.draw(lines)
model_lines.export(lines)
