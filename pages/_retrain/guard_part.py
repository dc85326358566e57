"""The guard after a promotion: whether the version before is better after all."""

import streamlit as st

from core.services.shadow import status
from pages._retrain import shadow_part
from pages._shared import navigation
from pages._shared.page_context import Frame


def show(frame: Frame) -> None:
    """How the guard stands, below what is in production."""
    document = status.guard(frame.ws, frame.spec.name)
    if document is None:
        return
    st.subheader("Guard", anchor=False)
    if document["finding"] is None:
        st.write(f"Version {document['version']} still predicts beside it, to see whether it was better.")
        shadow_part.draw(document)
    else:
        shadow_part.draw({**document, "sentence": document["finding"]["sentence"]})


def card(frame: Frame) -> None:
    """On Health: only where it asks for a rollback."""
    document = status.guard(frame.ws, frame.spec.name)
    if document is None or document["finding"] is None:
        return
    with st.container(key="guard"):
        st.warning(f"**{document['finding']['sentence']}**", icon=":material/undo:")
        if "engineer" in frame.person.roles:
            navigation.link("retrain", "Decide in Retrain", ":material/undo:")
