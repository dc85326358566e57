"""The card People: who may see and do what."""

import streamlit as st

from core.access import ROLES
from core.errors import CaretakerError
from core.messages.markdown import plain
from core.services.deployment.targets import known_targets
from core.services.ingestion import api_tokens
from core.services.ingestion.views import TokenView
from core.services.onboarding.adjust import adjust
from core.tables import dates
from pages._retrain.proposal import NOT_PROVEN
from pages._setup import setup_card
from pages._setup.setup_card import Desk
from pages._shared import visitor
from pages._shared.navigation import PAGES
from pages._shared.page_context import Frame

FRESH = "fresh_token"
DUTIES = {
    "stakeholder": "reads",
    "expert": "answers questions about labels",
    "engineer": "connects, trains and promotes",
}


def explain(_desk: Desk | None) -> None:
    """The roles as they are configured, and where that is changed."""
    if visitor.signing_in():
        st.write(
            "People sign in; `[roles]` in `.streamlit/secrets.toml` gives each e-mail its roles, of every "
            'model (`"expert"`) or of one (`"expert:tickets"`). A change counts within seconds.'
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


def show_connected(frame: Frame) -> None:
    """Roles, whether promotions need two people, and the tokens with which programs send data."""
    explain(None)
    _second_person(frame)
    _guard(frame)
    _deploy_targets(frame)
    st.subheader("Tokens", anchor=False)
    st.write(
        "A program that sends predictions or labels shows a token. It opens this model only, is shown once "
        "and can be revoked at any time."
    )
    for token in api_tokens.list_tokens(frame.ws, frame.spec.name):
        _token(frame, token)
    _create(frame)
    _try(frame)


def _toggle(frame: Frame, setting: str, label: str) -> None:
    """A setting that is on or off, saved as it is pressed."""
    name, key = frame.spec.name, f"{setting}_{frame.spec.name}"

    def save() -> None:
        frame.require_still()
        adjust(frame.ws, name, frame.person.name, **{setting: bool(st.session_state[key])})

    st.toggle(label, getattr(frame.spec, setting), key=key, on_change=save)


def _second_person(frame: Frame) -> None:
    """Whether somebody else than who proposes a promotion must approve it."""
    _toggle(frame, "second_person", "A second person approves each promotion")
    st.write(
        "Then one engineer proposes and another approves or declines; rolling back stays one person's. "
        "Changing this stands in History."
    )
    if not visitor.signing_in():
        st.write(NOT_PROVEN)


def _guard(frame: Frame) -> None:
    """Whether Caretaker rolls back by itself."""
    _toggle(frame, "guard_rolls_back", "Roll back by itself where the guard asks")
    st.write(
        "After each promotion the version before goes on predicting beside the new one. Where its rows show "
        "that it is better, Caretaker asks whether to roll back; with this it does so."
    )


def _deploy_targets(frame: Frame) -> None:
    """Which of the operator's targets are told of promotions; addresses and commands are not typed here."""
    spec, key = frame.spec, f"deploy_to_{frame.spec.name}"
    names = sorted({*known_targets(frame.ws.settings), *spec.deploy_to})
    if not names:
        st.write(
            "No deploy target is configured (`CARETAKER_WEBHOOKS`, `CARETAKER_DEPLOY_COMMANDS`, "
            "`CARETAKER_SERVERS`): programs ask for the champion."
        )
        return

    def save() -> None:
        frame.require_still()
        adjust(frame.ws, spec.name, frame.person.name, deploy_to=tuple(st.session_state[key]))

    st.multiselect("Told of each promotion and rollback", names, spec.deploy_to, key=key, on_change=save)


def _token(frame: Frame, token: TokenView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"token_{token.id}"):
        used = f"used {dates.ago(token.used_at)}" if token.used_at else "not used yet"
        state = f"revoked {dates.ago(token.revoked_at)}" if token.revoked_at else used
        made = f"made {dates.ago(token.created_at)} by {plain(token.created_by)}"
        st.markdown(f"**{plain(token.name)}** - {made}, {state}", width="stretch")
        if token.revoked_at is None and st.button(
            "Revoke", key=f"revoke_{token.id}", help=f"Revoke {token.name}"
        ):
            api_tokens.revoke(frame.ws, frame.spec.name, token.name, frame.person)
            st.rerun()


def _create(frame: Frame) -> None:
    with st.form(key="new_token", border=False, clear_on_submit=True):
        name = st.text_input("What is the new token for?", placeholder="scoring service", max_chars=64)
        if st.form_submit_button("Make a token"):
            try:
                secret = api_tokens.create(frame.ws, frame.spec.name, name.strip(), frame.person)
            except CaretakerError as error:
                setup_card.trouble(error.message, error.hint, "token_refused")
                return
            st.session_state[FRESH] = (frame.spec.name, secret)
            st.rerun()
    model, secret = st.session_state.get(FRESH, ("", ""))
    if secret and model == frame.spec.name:
        with st.container(key="fresh_token"):
            st.write("**Copy it now: it is not shown again.** Send it as `Authorization: Bearer ct_...`.")
            st.code(secret, language=None)
            st.button("I have it", key="token_copied", on_click=st.session_state.pop, args=(FRESH, None))


def _try(frame: Frame) -> None:
    """The test of this card: what a token opens."""
    token_name = st.text_input(
        "Test a token", type="password", key="token_given", placeholder="ct_...", autocomplete="off"
    )
    if not token_name:
        return
    try:
        token = api_tokens.verify(frame.ws, frame.spec.name, token_name.strip())
    except CaretakerError as error:
        setup_card.trouble(error.message, error.hint, "token_unknown")
        return
    with st.container(key="token_known"):
        st.write(f":material/check: The token {plain(token.name)} may send data for this model.")
