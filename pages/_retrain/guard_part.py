"""The guard after a promotion: whether the version before is better after all."""

import streamlit as st

from core.services.shadow import status
from core.services.shadow.views import ShadowDocument
from pages._retrain import shadow_part
from pages._shared import navigation
from pages._shared.page_context import Frame


def show(frame: Frame) -> None:
    """How the guard stands, below what is in production."""
    document = status.guard(frame.ws, frame.spec.name)
    if document is None:
        return
    st.subheader("Guard", anchor=False)
    if asks(document):
        st.markdown(f"**Roll back?** {_certainty(document)}")
    else:
        st.write(f"Version {document['version']} still predicts beside it, to see whether it was better.")
    shadow_part.draw(document)


def card(frame: Frame) -> None:
    """On Health: only where it asks for a rollback."""
    document = status.guard(frame.ws, frame.spec.name)
    if document is None or not asks(document):
        return
    with st.container(key="guard"):
        st.warning(f"**Roll back?** {document['sentence']} {_certainty(document)}", icon=":material/undo:")
        if "engineer" in frame.person.roles:
            navigation.link("retrain", "Decide in Retrain", ":material/undo:")


def asks(document: ShadowDocument) -> bool:
    """Whether it shows that the version before is better."""
    return document["state"] == "decided" and document["verdict"] == "better"


def _certainty(document: ShadowDocument) -> str:
    share = f"{100 * document['level']:.0f} %"
    return f"Of new versions that are as good as the one before, at most {share} are ever called worse."
