"""The header strip of every page: model - version in production - data up to - last check - status."""

from html import escape

import streamlit as st

from core.access import Person
from core.model import ModelSpec
from core.services.deployment import promote
from core.services.ingestion.jobs import Ingest
from core.services.monitoring import overview
from core.services.onboarding.draft import record
from core.store.workspace import Workspace
from core.tables import dates
from pages._shared import job_panel, page_context, status_mark

CHOSEN = "chosen_model"
PAGE = "last_page"
LAST = "last_model"
"""The model that was looked at last: a page without the picker forgets what was picked."""


def choose(name: str) -> None:
    """From the next run on the pages show this model: the picker is bound to the URL and drawn already."""
    st.session_state[CHOSEN] = name
    st.rerun()


def remember() -> None:
    """Keep the model of the address; call it before there is a link to press.

    A link that is pressed while the page is drawn may come before the picker, and then nothing else knows it.
    """
    if in_address := st.query_params.get_all("model"):
        st.session_state[LAST] = in_address[-1]


def draw(ws: Workspace, title: str, person: Person) -> None:
    """Page title, model picker (bound to the URL) and the facts; then what is said of the data, then jobs.

    Above a model that is being connected stands nothing of another model, and above all of them none.
    """
    is_new_page = st.session_state.get(PAGE) != title
    st.session_state[PAGE] = title
    if title == "Overview" or _connecting(ws, title):
        st.session_state.pop("model", None)  # else it wins over the address of the page after this one
        with st.container(key="strip"):
            st.title(title, anchor=False)
        job_panel.strip(ws, "", person)
        return
    specs, spec = page_context.models(ws, person), None
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="strip"):
        st.title(title, anchor=False, width="content")
        if specs:
            names = [spec.name for spec in specs]
            in_address = st.query_params.get_all("model")
            unsaid = not in_address and (is_new_page or "model" not in st.session_state)
            if unsaid or len(in_address) > 1:  # a link pressed while a page is drawn is added to its address
                st.session_state.setdefault(CHOSEN, st.session_state.get(LAST))
            name = st.session_state.pop(CHOSEN, None)
            if name in names:
                st.session_state["model"] = name
            st.selectbox(
                "Model", names, key="model", bind="query-params", label_visibility="collapsed", width=230
            )
            st.session_state[LAST] = st.session_state["model"]
            spec = specs[names.index(st.session_state["model"])]
            st.html(_facts(ws, spec, with_status=title != "Health"), width="stretch")
    if spec and spec.note:
        st.html(f'<p class="ct-note">{escape(spec.note)}</p>')
    told_below = (Ingest,) if title == "Setup" else ()
    job_panel.strip(ws, spec.name if spec else None, person, told_below=told_below)


def _connecting(ws: Workspace, title: str) -> bool:
    opened = st.query_params.get("draft", "") if title == "Setup" else ""
    return opened.isdecimal() and record.load(ws, int(opened)) is not None


def _facts(ws: Workspace, spec: ModelSpec, *, with_status: bool) -> str:
    """As HTML; Health says the status itself."""
    known = overview.headline(ws, spec.name)
    champion = promote.champion(ws, spec.name)
    chip = status_mark.chip(known["status"] if known else "grey") if with_status else ""
    newest = promote.newest(ws, spec.name)
    under_way = newest is not None and newest.state == "intended"
    change = f", change to <b>v{escape(newest.version)}</b> not confirmed" if newest and under_way else ""
    live = f"<b>v{escape(champion.version)}</b> in production" if champion else "no version in production"
    facts = [
        f"{live}{change}",
        f"data up to <b>{escape(dates.day(known['until'] if known else None))}</b>",
        f"last check <b>{escape(dates.ago(known['computed_at'] if known else None))}</b>",
    ]
    return f'<div class="ct-facts">{chip}<span>{"</span><span>".join(facts)}</span></div>'
