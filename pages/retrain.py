"""Retrain: Data - Search - Compare - Test - Promote; the state is in the database, the step in the URL."""

import streamlit as st

from pages import _automation
from pages._retrain import (
    compare_step,
    promote_step,
    proposal,
    search_panel,
    shadow_part,
    steps,
    train_step,
)
from pages._shared import page_context

frame = page_context.enter("engineer")
state = steps.read(frame)
step = steps.choose(state)
proposal.show(frame, state.proposal)
_automation.notice(frame, link=False)

if step == "data":
    train_step.data(frame, state)
elif step == "search":
    train_step.search(frame, state)
elif step == "compare":
    compare_step.compare(frame, state)
elif step == "test":
    compare_step.test(state)
    shadow_part.show(frame, state)
else:
    promote_step.promote(frame, state)

steps.onward(state, step)
st.divider()
left, right = st.columns(2, gap="large")
with left:
    promote_step.next_experiments(state)
    search_panel.journey(frame)
with right:
    promote_step.rollback(frame, state)
