"""Setup: the connected models, a model that is being connected, the settings of the chosen one, the demo."""

import streamlit as st

from core.services import setup
from pages import _frame, _setup, _setup_connected, _setup_draft

person = _frame.guard("engineer")
ws = _frame.workspace()
opened = st.query_params.get("draft", "")

if opened.isdecimal():
    _setup_draft.show(ws, person, int(opened))
else:
    specs = setup.list_models(ws)
    _setup.models(ws, specs)
    _setup_draft.drafts(ws, person)
    if specs:
        _setup_connected.show(_frame.enter("engineer"))
    _setup.demo(ws, specs)
