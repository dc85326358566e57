"""Setup: the connected models, a model that is being connected, the settings of the chosen one, the demo."""

import streamlit as st

from core.services.onboarding import connect_model
from pages._setup import connected, draft_cards, model_list
from pages._shared import page_context

person = page_context.guard("engineer")
ws = page_context.workspace()
opened = st.query_params.get("draft", "")

if opened.isdecimal():
    draft_cards.show(ws, person, int(opened))
else:
    specs = connect_model.list_models(ws)
    model_list.models(ws, specs)
    draft_cards.drafts(ws, person)
    if specs:
        connected.show(page_context.enter("engineer"))
    model_list.demo(ws, specs)
