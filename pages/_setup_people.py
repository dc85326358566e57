"""The card People: who may see and do what."""

import streamlit as st

from core.access import ROLES
from pages import _person
from pages._nav import PAGES
from pages._setup_card import Desk

DUTIES = {
    "stakeholder": "reads",
    "expert": "answers questions about labels",
    "engineer": "connects, trains and promotes",
}


def explain(_desk: Desk | None) -> None:
    """The roles as they are configured, and where that is changed."""
    if _person.signing_in():
        st.write(
            "People sign in; `[roles]` in `.streamlit/secrets.toml` gives each e-mail its roles. "
            "Change it there and start Caretaker again."
        )
    else:
        st.write(
            "Nobody has to sign in: everybody on this machine is you, with every role. Other machines are "
            "refused until sign-in is configured (`[auth]` in `.streamlit/secrets.toml`)."
        )
    rows = [
        {
            "Role": role,
            "May": DUTIES[role],
            "Pages": ", ".join(name.capitalize() for _, name, _, needs in PAGES if needs == role),
        }
        for role in ROLES
    ]
    st.dataframe(rows, alt="Roles and their pages", hide_index=True, key="roles_table")
