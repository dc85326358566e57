"""Several experts: where they differ, how far they agree, how good each of them is."""

import streamlit as st

from core.errors import LabelError
from core.health.performance import format_number
from core.messages.isolate import isolate
from core.messages.markdown import plain
from core.services.annotation import conflicts, views
from core.services.annotation.views import Conflict, ExpertsDocument
from pages._shared import item_view, toasts
from pages._shared.page_context import Frame


@st.fragment
def settle(frame: Frame) -> None:
    """One row after another on which experts differ: who chose what, what that suggests, what is right."""
    frame.require_still()
    toasts.show()
    waiting = conflicts.list_conflicts(frame.ws, frame.spec.name)
    if not waiting:
        return
    with st.expander(f"Settle {format_number.count(len(waiting), 'conflict')}", key="conflicts"):
        row_id = st.selectbox("Row", waiting, key="conflict_row")
        named = st.toggle("Show names", key="conflict_names")
        conflict = conflicts.open_conflict(frame.ws, frame.spec.name, row_id, named=named)
        item_view.draw(conflict.item, f"Row {isolate(row_id)}")
        st.markdown(
            "\n".join(f"- {plain(vote.expert)}: {plain(isolate(vote.text))}" for vote in conflict.votes)
        )
        st.write(_suggestion(conflict))
        _decide(frame, conflict)


def _suggestion(conflict: Conflict) -> str:
    """What the votes and the models say together."""
    if conflict.suggestion is None:
        return "Nothing is suggested until the votes were weighed beside a search for wrong labels."
    label, share = conflict.suggestion["label"], format_number.share(conflict.suggestion["probability"])
    return f"Suggested: {plain(isolate(label))} ({share}), by who is right how often and by the models."


def _decide(frame: Frame, conflict: Conflict) -> None:
    labels = [*conflict.labels, *(name for name in frame.spec.classes if name not in conflict.labels)]
    with st.form(f"settle_{conflict.row_id}", border=False):
        label = st.selectbox("Right is", labels, key="conflict_label")
        reason = st.text_input("Reason", key="conflict_reason")
        if st.form_submit_button("Settle", key="conflict_settle", type="primary"):
            try:
                conflicts.settle_conflict(
                    frame.ws, frame.spec.name, conflict.row_id, label, reason, frame.person.name
                )
            except LabelError as error:
                st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
                return
            toasts.announce(plain(f"Settled row {conflict.row_id}: {label}."))
            st.rerun(scope="fragment")


def agreement(document: ExpertsDocument | None) -> None:
    """How far they agree and how often each is right, by letters in place of names; nothing of one person."""
    if document is None:
        return
    with st.expander("How far experts agree", key="agreement"):
        together, *others = map(plain, views.sentences(document))
        st.write(together)
        st.markdown("\n".join(f"- {sentence}" for sentence in others))
