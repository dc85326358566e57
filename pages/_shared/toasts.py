"""What is said in passing of something that draws the page anew.

Streamlit loads what draws a toast with the first one of a session, and a toast of a run that is over by then
is never seen: it is shown by the run that comes after.
"""

import streamlit as st

COMING = "toasts_coming"


def announce(text: str, icon: str = ":material/check:") -> None:
    """Say it with the next run; call `st.rerun` after it."""
    st.session_state.setdefault(COMING, []).append((text, icon))


def show() -> None:
    """Say what the run before has announced."""
    for text, icon in st.session_state.pop(COMING, ()):
        st.toast(text, icon=icon)
