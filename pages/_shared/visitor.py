"""Who is at the door: the local person without sign-in, else the signed-in one with roles by e-mail."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from core.access import LOCAL, Person, person_with_roles


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
    return person_with_roles(st.user.to_dict(), _roles())


def of_cookies(cookies: Mapping[str, str]) -> Person | None:
    """Who sends a request to the HTTP doors, with the roles of now; None: nobody who is signed in."""
    if not signing_in():
        return LOCAL
    claims = _claims(cookies)
    return person_with_roles(claims, _roles()) if claims.get("is_logged_in") is True else None


def show_account() -> None:
    """Sign out, where people sign in."""
    if signing_in():
        st.button("Sign out", key="sign_out", type="tertiary", icon=":material/logout:", on_click=st.logout)


def show_denied() -> None:
    """Stands in for a page that this person may not see."""
    st.info("Your account may not see this page. Ask the engineer who set up Caretaker to add the role.")


def _roles() -> Mapping[str, Any]:
    """E-mail -> roles, as the file says now: Streamlit reads it again within seconds of a change."""
    st.secrets.load_if_toml_exists()
    table: Mapping[str, Any] = st.secrets.get("roles", {})
    return table


def _claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """What the provider said of who signed in, from the cookie that Streamlit signed then."""

    def part(name: str) -> bytes | None:
        sent = cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(get_cookie_secret(), name, sent) if sent else None

    content = get_cookie_with_chunks(part, USER_COOKIE_NAME)
    claims = json.loads(content) if content else {}
    return claims if isinstance(claims, dict) else {}
