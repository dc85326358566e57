"""Overview: every model in a line, those first that need attention."""

import streamlit as st

from core.access import can_see
from core.services.monitoring import overview
from pages._shared import empty_state, page_context
from pages._watch import model_lines

person = page_context.guard("stakeholder")
ws = page_context.workspace()
lines = [line for line in overview.model_lines(ws) if can_see(person, line.name, "stakeholder")]
if not lines:
    empty_state.no_model(ws, person)
    st.stop()
model_lines.counts(lines)
lines = model_lines.filter_lines(lines)
model_lines.draw(lines)
model_lines.export(lines)
