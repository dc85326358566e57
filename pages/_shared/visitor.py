"""Who is at the door: the local person without sign-in, else the signed-in one with roles by e-mail."""

import streamlit as st

from core.access import LOCAL, ROLES, Person


def signing_in() -> bool:
    """Whether sign-in is configured (`[auth]` in secrets.toml)."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def current() -> Person:
    """The person of this session; asks for a sign-in and stops when that is needed.

    `[roles]` in secrets.toml maps an e-mail to its roles; an unverified e-mail has none.
    """
    if not signing_in():
        return LOCAL
    if not st.user.is_logged_in:
        st.title("Caretaker", anchor=False)
        st.write("Sign in to see how your models are.")
        st.button("Sign in", key="sign_in", type="primary", on_click=st.login)
        st.stop()
    email = str(st.user.get("email") or "")
    roles = st.secrets.get("roles", {}).get(email, []) if st.user.get("email_verified") else []
    return Person(email, frozenset(role for role in roles if role in ROLES))


def show_denied() -> None:
    """Stands in for a page that this person may not see."""
    st.info("Your account may not see this page. Ask the engineer who set up Caretaker to add the role.")
