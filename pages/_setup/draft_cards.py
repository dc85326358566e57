"""A model that is being connected: five cards, one button."""

from datetime import UTC, datetime
from pathlib import PurePath

import streamlit as st

from core.access import Person
from core.jobs import client
from core.jobs.status import JobStatus
from core.messages.markdown import plain
from core.services.onboarding import connect_model
from core.services.onboarding.draft import cards, record
from core.services.onboarding.draft.connect_request import as_json, final
from core.services.onboarding.jobs import Connect, Look
from core.store.workspace import Workspace
from pages._setup import checks_card, data_card, labels_card, model_card, setup_card
from pages._setup import people_card as people
from pages._setup.setup_card import Desk
from pages._shared import job_panel, navigation, page_context, page_header

FILL = {
    "data": data_card.fill,
    "model": model_card.fill,
    "labels": labels_card.fill,
    "checks": checks_card.fill,
    "people": people.explain,
}
PACE = 0.4


def show(ws: Workspace, person: Person, draft_id: int) -> None:
    """The draft; once it is connected the Health page of its model."""
    view = record.load(ws, draft_id)
    if view is None:
        _show_gone(ws, draft_id)
        return
    desk = Desk(ws, person, view, page_context.mode())
    with st.container(horizontal=True, vertical_alignment="bottom", key="draft_top"):
        _top(desk)
        waiting = _look(desk)
    states = cards.cards(view)
    for name, fill in FILL.items():
        with setup_card.card(name, states[name], opened=name == cards.first_open(view)) as opened:
            if opened:
                trouble = view.trouble or (view.look or {}).get("trouble")
                if trouble and trouble["card"] == name and not view.stale:
                    setup_card.trouble(trouble["message"], trouble["hint"], f"trouble_{name}")
                question = (view.look or {}).get("question")
                if question and question["card"] == name and not view.stale:
                    setup_card.question(desk, question)
                fill(desk)
    _connect(desk, waiting=waiting)


def _top(desk: Desk) -> None:
    key = desk.key("name")
    if not st.session_state.get(key):
        st.session_state[key] = desk.view.entries.name  # maybe just taken from the file
    st.text_input(
        "Name of the model",
        key=key,
        on_change=desk.keep,
        args=("name", key),
        max_chars=64,
        width=320,
        autocomplete="off",
    )
    if st.button("Leave, go on later", key="leave_draft", icon=":material/arrow_back:"):
        leave()
    if st.button("Discard", key="discard_draft", icon=":material/delete:"):
        st.session_state["discarded"] = record.discard(desk.ws, desk.view.id)
        leave()


def leave() -> None:
    """Back to the list; what was said stays in the draft."""
    for name in cards.CARDS:
        st.session_state.pop(f"open_card_{name}", None)
    st.query_params.pop("draft", None)
    st.rerun()


def open_draft(draft_id: int) -> None:
    """Show the draft from the next run on."""
    for name in cards.CARDS:
        st.session_state.pop(f"open_card_{name}", None)
    st.query_params["draft"] = str(draft_id)


def _look(desk: Desk) -> bool:
    """Have the rows read when they must be; whether that is at work."""
    view = desk.view
    if not view.stale:
        return False
    look = Look(draft=view.id, key=view.entries.key)
    job = job_panel.newest_like(desk.ws, look)
    if job is not None and job.error:
        setup_card.trouble(job.error["message"], job.error["hint"], "look_failed")
        return False
    if job is None or not job.is_live:
        client.submit(desk.ws.settings, look, dedupe=f"{view.id}-{view.entries.key}")
    st.fragment(_wait, run_every=PACE)(desk.ws, look)
    return True


def _wait(ws: Workspace, look: Look) -> None:
    """One line while the rows are read; the page draws itself anew when that has ended."""
    job = job_panel.newest_like(ws, look)
    if job is not None and not job.is_live:
        st.rerun()
    st.write(":material/hourglass_top: Reading the rows")


def _connect(desk: Desk, *, waiting: bool) -> None:
    view, running = desk.view, _running(desk.ws, desk.view.id)
    missing = [setup_card.TITLES[name] for name, state in cards.cards(view).items() if state.state != "ready"]
    with st.container(horizontal=True, vertical_alignment="center", key="connect_row"):
        able = cards.ready(view) and not running and not waiting
        if st.button("Connect", key="connect", type="primary", disabled=not able):
            _submit(desk)
        if running:
            st.write("Connecting goes on when you close this tab.")
        elif missing and not waiting:
            st.write(f"Still open: {', '.join(missing)}.")

    last = _newest(desk.ws, view.id)
    if last and last.error == client.BROKEN:  # what did not fit stands on its card; this is about none
        setup_card.trouble(last.error["message"], last.error["hint"], "connect_failed")


def _submit(desk: Desk) -> None:
    entries, look = desk.view.entries, desk.view.look or {}
    request = final(entries, look["request"], desk.person.name)
    record.keep(desk.ws, desk.view.id, trouble=None)
    job = Connect(model=request.name, draft=desk.view.id, address=entries.address, request=as_json(request))
    job_panel.start(desk.ws, job, once=str(desk.view.id))


def _running(ws: Workspace, draft_id: int) -> bool:
    running = [job.arguments(Connect) for job in job_panel.live(ws, Connect)]
    return any(job is not None and job.draft == draft_id for job in running)


def _newest(ws: Workspace, draft_id: int) -> JobStatus | None:
    return job_panel.newest_where(ws, Connect, lambda job: job.draft == draft_id)


def _show_gone(ws: Workspace, draft_id: int) -> None:
    """It was connected (then its Health is what is looked for) or discarded."""
    job = _newest(ws, draft_id)
    name = job.model if job else None
    if name and any(spec.name == name for spec in connect_model.list_models(ws)):
        if st.session_state.get("model") != name:
            page_header.choose(name)
        with st.container(key="connected"):
            st.success(f"**{plain(name)} is connected.**", icon=":material/check:")
            for sentence in (job.result or {}).get("told", ()) if job else ():
                st.write(f":material/info: {plain(sentence)}")
            navigation.link("health", "Open its Health", ":material/monitor_heart:")
        return
    st.info("This model is connected or was discarded.", icon=":material/info:")
    if st.button("All models", key="leave_draft"):
        leave()


def drafts(ws: Workspace, person: Person) -> None:
    """What is being connected, and the button that begins another."""
    for view in record.list_drafts(ws):
        with st.container(horizontal=True, vertical_alignment="center", key=f"draft_{view.id}"):
            states = cards.cards(view).values()
            done = sum(state.state == "ready" for state in states)
            source = PurePath(view.entries.source or view.entries.address).name or "no data yet"
            days = (datetime.now(UTC) - view.changed_at).days
            since = "today" if days == 0 else f"{days} d ago"
            st.markdown(
                f"**{plain(view.name)}** - {done} of {len(states)} cards are ready; "
                f"{plain(source)}, changed {since}",
                width="stretch",
            )
            st.button("Go on", key=f"open_draft_{view.id}", on_click=open_draft, args=(view.id,))
    _undo(ws, person)
    if st.button("Connect a model", key="connect_model", type="primary", icon=":material/add:"):
        open_draft(record.start(ws, person.name).id)
        st.rerun()


def _undo(ws: Workspace, person: Person) -> None:
    entries = st.session_state.get("discarded")
    if entries is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="discarded_row"):
        name = plain(entries.name or record.UNNAMED)
        st.write(f"{name} was discarded.")
        if st.button("Undo", key="undo_discard", icon=":material/undo:"):
            del st.session_state["discarded"]
            open_draft(record.restore(ws, entries, person.name).id)
            st.rerun()
