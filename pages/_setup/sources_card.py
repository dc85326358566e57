"""Sources that keep coming: folders, patterns and SQL tables that are looked at again and again."""

import streamlit as st

from core.errors import CaretakerError
from core.health.performance import format_number
from core.messages.markdown import plain
from core.services.ingestion import sources
from core.services.ingestion.jobs import Poll
from core.services.ingestion.views import SourceView
from core.services.onboarding.draft.read_upload import require_allowed
from core.tables import dates
from pages._setup import setup_card
from pages._shared import job_panel, visitor
from pages._shared.page_context import Frame

HOLDS = {"predictions": "New rows", "labels": "Late labels", "training": "Training rows"}
MINUTE = 60


def show(frame: Frame) -> None:
    """One line for each source, and the form that adds one."""
    st.subheader("Sources that keep coming", anchor=False)
    views = sources.list_sources(frame.ws, frame.spec.name)
    for view in views:
        _source(frame, view)
    if not views:
        st.write("A watched folder or SQL table brings new rows by itself; none is watched yet.")
    if st.toggle("Watch a folder or a SQL table", key="watch_more"):
        _add(frame)


def _source(frame: Frame, view: SourceView) -> None:
    ws, name = frame.ws, frame.spec.name
    with st.container(horizontal=True, vertical_alignment="center", key=f"source_{view.id}"):
        paused = view.state == "paused"
        icon = ":material/pause_circle:" if paused else ":material/sync:"
        looked = f"looked at {dates.ago(view.polled_at)}" if view.polled_at else "not looked at yet"
        brought = f"{format_number.count(view.rows, 'row')} taken, {view.refused:,} refused"
        message = f" - {plain(view.message)}" if view.message else ""
        st.markdown(
            f"{icon} **{plain(view.address)}** - {HOLDS[view.kind]}, "
            f"{'paused' if paused else looked}, {brought}{message}",
            width="stretch",
        )
        turn = sources.resume if paused else sources.pause
        person = frame.person.name
        if st.button("Resume" if paused else "Pause", key=f"turn_{view.id}"):
            turn(ws, name, view.id, person)
            st.rerun()
        key = f"poll_{view.id}"
        poll = Poll(model=name, source=view.id)
        busy = any(job.arguments(Poll) == poll for job in job_panel.live(ws, Poll, name))
        if not paused and job_panel.button(ws, "Look now", Poll, name, key=key, busy=busy):
            job_panel.start(ws, poll, once=str(view.id))
        if st.button("Remove", key=f"remove_{view.id}", help=f"Remove {view.address}"):
            sources.remove(ws, name, view.id, person)
            st.rerun()


def _add(frame: Frame) -> None:
    with st.form(key="new_source", border=False):
        address = st.text_input(
            "Folder, pattern, s3://bucket/key or sql:CONNECTION/TABLE", placeholder="/data/new/*.parquet"
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.selectbox("What is in it?", list(HOLDS), format_func=HOLDS.__getitem__, width=240)
            minutes = st.number_input("Look every (minutes)", 1, value=5, width=180)
            mark = st.text_input("Watermark column (SQL only)", width=240)
        if not st.form_submit_button("Watch it"):
            return
    try:
        require_allowed(frame.ws.settings, address.strip(), signed_in=visitor.signing_in())
        sources.add(
            frame.ws,
            frame.spec.name,
            address.strip(),
            kind,
            watermark_column=mark.strip() or None,
            every_seconds=MINUTE * minutes,
            by=frame.person.name,
        )
    except CaretakerError as error:
        setup_card.trouble(error.message, error.hint, "source_refused")
        return
    st.rerun()
