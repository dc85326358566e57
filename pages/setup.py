"""Setup: the connected models, a model that is being connected, the settings of the chosen one, the demo."""

import streamlit as st

from core.access import require
from pages._setup import connected, draft_cards, model_list
from pages._shared import page_context

person = page_context.guard("engineer")
ws = page_context.workspace()
opened = st.query_params.get("draft", "")
connects = "engineer" in person.roles  # of every model, also of one that comes

if opened.isdecimal():
    require(person, "engineer")
    draft_cards.show(ws, person, int(opened))
else:
    specs = page_context.models(ws, person, "engineer")
    model_list.models(ws, specs)
    if connects:
        draft_cards.drafts(ws, person)
    if specs:
        connected.show(page_context.enter("engineer"))
    if connects:
        model_list.demo(ws, specs)
