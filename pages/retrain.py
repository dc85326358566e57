"""Retrain: Data - Search - Compare - Test - Promote; the state is in the database, the step in the URL."""

import streamlit as st

from pages import _champion, _compare, _frame, _search, _steps

frame = _frame.enter("engineer")
state = _steps.read(frame)
step = _steps.choose(state)

if step == "data":
    _search.data(frame, state)
elif step == "search":
    _search.search(frame, state)
elif step == "compare":
    _compare.compare(frame, state)
elif step == "test":
    _compare.test(state)
else:
    _champion.promote(frame, state)

_steps.onward(state, step)
st.divider()
left, right = st.columns(2, gap="large")
with left:
    _champion.next_experiments(state)
with right:
    _champion.rollback(frame, state)
