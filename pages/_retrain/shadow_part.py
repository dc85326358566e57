"""A challenger beside the champion on live rows: start it, see how far a claim is, end it."""

from datetime import datetime
from html import escape

import streamlit as st

from core.services.shadow import start, status
from core.services.shadow.jobs import WatchShadows
from core.services.shadow.views import ShadowDocument
from core.tables import dates
from pages._retrain.steps import State
from pages._shared import job_panel, status_mark
from pages._shared.page_context import Frame

WORDS = {
    "better": ("green", "Better on live rows"),
    "worse": ("red", "Worse on live rows"),
    "open": ("amber", "Open"),
}
MARKS = {"green": "▲", "amber": "◆", "red": "▼"}
ENDINGS = {"ended": "It was ended", "lapsed": "It lapsed"}


def show(frame: Frame, state: State) -> None:
    """The shadow of the challenger, or the offer to start one."""
    version, champion = state.challenger, state.champion
    if version is None or champion is None or state.promoted:
        return
    st.subheader("Beside the champion", anchor=False)
    document = status.shadow_of(frame.ws, frame.spec.name, version)
    if document is not None:
        draw(document)
    if document is None or document["state"] != "running":
        _offer(frame, version, champion.version, again=document is not None)
    else:
        _running(frame, document)


def draw(document: ShadowDocument) -> None:
    """How it stands: the claim in words, and how far it is."""
    colour, word = WORDS[document["verdict"]]
    ending = ENDINGS.get(document["state"])
    over = escape(f"{ending} by {document['ended_by']}: {document['reason']}") if ending else ""
    left = 0 if document["state"] == "decided" else None
    bar = status_mark.evidence_bar(document["progress"], status_mark.WORSE_BETTER, left)
    st.html(
        f'<section class="ct-verdict ct-edge-{colour}"><span class="ct-chip ct-{colour}">'
        f'<span aria-hidden="true">{MARKS[colour]}</span> {word}</span>'
        f"<p>{escape(document['sentence'])}</p>{over and f'<p>{over}</p>'}"
        f"{bar}</section>"
    )


def _offer(frame: Frame, version: str, champion: str, *, again: bool) -> None:
    st.write(
        f"Version {version} can predict everything that comes from now on beside version {champion}, without "
        "anybody being told. As labels mature, the two are compared; one may look as often as one likes."
    )
    label = "Predict beside the champion again" if again else "Predict beside the champion"
    if st.button(label, key="start_shadow"):
        start.start(frame.ws, frame.spec.name, version, by=frame.person.name)
        st.rerun()


def _running(frame: Frame, document: ShadowDocument) -> None:
    st.write(
        f"Since {dates.minute(datetime.fromisoformat(document['since']))}, started by {document['by']}. "
        f"{document['waiting']:,} rows wait for their labels."
    )
    name = frame.spec.name
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if job_panel.button(frame.ws, "Look now", WatchShadows, name, key="watch_shadow"):
            job_panel.start(frame.ws, WatchShadows(model=name))
        reason = st.text_input("Reason", key="shadow_reason", placeholder="why it ends", live=True)
        if st.button("End it", key="end_shadow", disabled=not (reason or "").strip()):
            version = document["version"]
            start.end(frame.ws, name, version, by=frame.person.name, reason=(reason or "").strip())
            st.rerun()
