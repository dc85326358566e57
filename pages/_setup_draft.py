"""A model that is being connected: five cards, one button."""

from datetime import UTC, datetime
from pathlib import PurePath

import streamlit as st

from core.access import Person
from core.jobs import client
from core.services import draft, draft_cards, setup
from core.services.asking import as_json, final
from core.store.workspace import Workspace
from pages import (
    _frame,
    _header,
    _job,
    _nav,
    _setup_card,
    _setup_checks,
    _setup_data,
    _setup_labels,
    _setup_model,
)
from pages import _setup_people as people
from pages._setup_card import Desk

FILL = {
    "data": _setup_data.fill,
    "model": _setup_model.fill,
    "labels": _setup_labels.fill,
    "checks": _setup_checks.fill,
    "people": people.explain,
}
PACE = 0.4


def show(ws: Workspace, person: Person, draft_id: int) -> None:
    """The draft; once it is connected the Health page of its model."""
    view = draft.load(ws, draft_id)
    if view is None:
        _gone(ws, draft_id)
        return
    desk = Desk(ws, person, view, _frame.mode())
    with st.container(horizontal=True, vertical_alignment="bottom", key="draft_top"):
        _top(desk)
        waiting = _look(desk)
    states = draft_cards.cards(view)
    for name, fill in FILL.items():
        with _setup_card.card(name, states[name], opened=name == draft_cards.first_open(view)) as opened:
            if opened:
                told = view.trouble or (view.look or {}).get("trouble")
                if told and told["card"] == name and not view.stale:
                    _setup_card.trouble(told["message"], told["hint"], f"trouble_{name}")
                asked = (view.look or {}).get("question")
                if asked and asked["card"] == name and not view.stale:
                    _setup_card.question(desk, asked)
                fill(desk)
    _connect(desk, waiting=waiting)


def _top(desk: Desk) -> None:
    key = desk.key("name")
    if not st.session_state.get(key):
        st.session_state[key] = desk.view.said.name  # maybe just taken from the file
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
        st.session_state["discarded"] = draft.discard(desk.ws, desk.view.id)
        leave()


def leave() -> None:
    """Back to the list; what was said stays in the draft."""
    for name in draft_cards.CARDS:
        st.session_state.pop(f"open_card_{name}", None)
    st.query_params.pop("draft", None)
    st.rerun()


def open_draft(draft_id: int) -> None:
    """Show the draft from the next run on."""
    for name in draft_cards.CARDS:
        st.session_state.pop(f"open_card_{name}", None)
    st.query_params["draft"] = str(draft_id)


def _look(desk: Desk) -> bool:
    """Have the rows read when they must be; whether that is at work."""
    view = desk.view
    if not view.stale:
        return False
    about = {"draft": view.id, "key": view.said.key}
    job = _job.about(desk.ws, "look", about)
    if job is not None and job.error:
        _setup_card.trouble(job.error["message"], job.error["hint"], "look_failed")
        return False
    if job is None or job.state not in _job.LIVE:
        client.submit(desk.ws.settings, "look", about, dedupe=f"{view.id}-{view.said.key}")
    st.fragment(_wait, run_every=PACE)(desk.ws, about)
    return True


def _wait(ws: Workspace, about: dict[str, object]) -> None:
    """One line while the rows are read; the page draws itself anew when that has ended."""
    job = _job.about(ws, "look", about)
    if job is not None and job.state not in _job.LIVE:
        st.rerun()
    st.write(":material/hourglass_top: Reading the rows")


def _connect(desk: Desk, *, waiting: bool) -> None:
    view, running = desk.view, _running(desk.ws, desk.view.id)
    missing = [
        _setup_card.TITLES[name] for name, state in draft_cards.cards(view).items() if state.state != "ready"
    ]
    with st.container(horizontal=True, vertical_alignment="center", key="connect_row"):
        able = draft_cards.ready(view) and not running and not waiting
        if st.button("Connect", key="connect", type="primary", disabled=not able):
            _submit(desk)
        if running:
            st.write("Connecting goes on when you close this tab.")
        elif missing and not waiting:
            st.write(f"Still open: {', '.join(missing)}.")

    last = _job.about(desk.ws, "connect", {"draft": view.id})
    if last and last.error == client.BROKEN:  # what did not fit stands on its card; this is about none
        _setup_card.trouble(last.error["message"], last.error["hint"], "connect_failed")


def _submit(desk: Desk) -> None:
    said, look = desk.view.said, desk.view.look or {}
    asked = final(said, look["request"], desk.person.name)
    draft.keep(desk.ws, desk.view.id, trouble=None)
    args = {"draft": desk.view.id, "address": said.address, "request": as_json(asked)}
    _job.start(desk.ws, "connect", asked.name, once=str(desk.view.id), **args)


def _running(ws: Workspace, draft_id: int) -> bool:
    return any(job.args.get("draft") == draft_id for job in _job.live(ws, "connect"))


def _gone(ws: Workspace, draft_id: int) -> None:
    """It was connected (then its Health is what is looked for) or discarded."""
    job = _job.about(ws, "connect", {"draft": draft_id})
    name = job.args["model"] if job else None
    if name and any(spec.name == name for spec in setup.list_models(ws)):
        if st.session_state.get("model") != name:
            _header.choose(name)
        with st.container(key="connected"):
            st.success(f"**{_setup_card.plain(name)} is connected.**", icon=":material/check:")
            for sentence in (job.result or {}).get("told", ()) if job else ():
                st.write(f":material/info: {_setup_card.plain(sentence)}")
            _nav.link("health", "Open its Health", ":material/monitor_heart:")
        return
    st.info("This model is connected or was discarded.", icon=":material/info:")
    if st.button("All models", key="leave_draft"):
        leave()


def drafts(ws: Workspace, person: Person) -> None:
    """What is being connected, and the button that begins another."""
    for view in draft.listed(ws):
        with st.container(horizontal=True, vertical_alignment="center", key=f"draft_{view.id}"):
            states = draft_cards.cards(view).values()
            done = sum(state.state == "ready" for state in states)
            source = PurePath(view.said.source or view.said.address).name or "no data yet"
            days = (datetime.now(UTC) - view.changed_at).days
            since = "today" if days == 0 else f"{days} d ago"
            st.markdown(
                f"**{_setup_card.plain(view.name)}** - {done} of {len(states)} cards are ready; "
                f"{_setup_card.plain(source)}, changed {since}",
                width="stretch",
            )
            st.button("Go on", key=f"open_draft_{view.id}", on_click=open_draft, args=(view.id,))
    _undo(ws, person)
    if st.button("Connect a model", key="connect_model", type="primary", icon=":material/add:"):
        open_draft(draft.start(ws, person.name).id)
        st.rerun()


def _undo(ws: Workspace, person: Person) -> None:
    said = st.session_state.get("discarded")
    if said is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="discarded_row"):
        name = _setup_card.plain(said.name or draft.UNNAMED)
        st.write(f"{name} was discarded.")
        if st.button("Undo", key="undo_discard", icon=":material/undo:"):
            del st.session_state["discarded"]
            open_draft(draft.restore(ws, said, person.name).id)
            st.rerun()
