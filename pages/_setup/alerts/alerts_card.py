"""The card Alerts: which destination is told of which kinds, a test, the messages that were sent."""

import streamlit as st

from core.errors import DataError
from core.health.alerts.rules import KINDS, AlertRules, Route
from core.messages.markdown import plain
from core.services.alerts import deliver, routes, views
from core.services.alerts.views import MessageView
from core.services.onboarding.draft.views import CardState
from core.tables import dates
from pages._setup import setup_card
from pages._shared import toasts
from pages._shared.page_context import Frame

SETTING = """CARETAKER_ALERT_DESTINATIONS='{"ops": "slack://TokenA/TokenB/TokenC"}'"""
LEAST = {"amber": "watch and worse", "red": "worse only"}
ICONS = {"sent": "✓ sent", "waiting": "… waiting", "failed": "✕ given up", "superseded": "– not needed"}
NEWEST = 20


def card_state(frame: Frame) -> CardState:
    """The line of the closed card: who is told, or what did not arrive."""
    rules = routes.rules_of(frame.ws, frame.spec.name)
    names = {route.destination for route in rules.routes}
    lost = [name for name in names if name not in frame.ws.settings.alert_destinations]
    if lost:
        return CardState("needs attention", f"{lost[0]} is not configured any more.")
    newest = [
        one for one in views.list_messages(frame.ws, NEWEST, frame.spec.name) if one.destination in names
    ]
    if newest and newest[0].state == "failed":
        return CardState("needs attention", f"The newest message to {newest[0].destination} was given up.")
    return CardState("ready", f"{routes.describe(rules)}.".capitalize())


def card(frame: Frame) -> None:
    """Destinations, kinds, the weekly message; a test of each; what was sent."""
    names = sorted(frame.ws.settings.alert_destinations)
    if not names:
        st.write(
            "Alerts stand on Health. To be told in Slack, by e-mail or a webhook, the operator names a place "
            "where Caretaker is started:"
        )
        st.code(SETTING, language="sh", wrap_lines=True)
        return
    rules = routes.rules_of(frame.ws, frame.spec.name)
    for name in names:
        _route(frame, rules, name)
    _messages(
        [one for one in views.list_messages(frame.ws, NEWEST, frame.spec.name) if one.destination in names]
    )


def _route(frame: Frame, rules: AlertRules, name: str) -> None:
    """The fields of one destination."""
    known = next((route for route in rules.routes if route.destination == name), None)
    route, key = known or Route(name), f"alerts_{frame.spec.name}_{name}"
    with st.form(key=f"{key}_form"):
        on = st.toggle(f"Tell {plain(name)} of {plain(frame.spec.name)}", known is not None, key=f"{key}_on")
        kinds = st.multiselect(
            "Of what",
            list(KINDS),
            list(route.kinds),
            format_func=lambda kind: KINDS[kind],
            placeholder="everything",
            key=f"{key}_kinds",
        )
        least = st.radio(
            "From which status on",
            list(LEAST),
            list(LEAST).index(route.least),
            format_func=LEAST.__getitem__,
            horizontal=True,
            key=f"{key}_least",
        )
        digest = st.toggle(
            "A message every Monday with the state of the model", route.digest, key=f"{key}_week"
        )
        with st.container(horizontal=True):
            save = st.form_submit_button(f"Save {plain(name)}")
            test = st.form_submit_button("Send a test", icon=":material/send:")
    try:
        if test:
            deliver.put_test(frame.ws, name, person=frame.person)
            st.toast("The test is on its way: what became of it stands below.", icon=":material/send:")
        elif save and on:
            routes.set_route(
                frame.ws, frame.spec.name, name, person=frame.person, kinds=kinds, least=least, digest=digest
            )
        elif save:
            routes.drop_route(frame.ws, frame.spec.name, name, person=frame.person)
    except DataError as error:
        setup_card.trouble(error.message, error.hint, "alerts_refused")
        return
    if save:
        toasts.announce("Saved; it stands in History.")
        st.rerun()


def _messages(messages: list[MessageView]) -> None:
    """What was sent, newest first."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.write("**What was sent**")
        st.button("Look again", key="alerts_again", icon=":material/refresh:")
    if not messages:
        st.write(
            "Every message will have a line here: when it was sent, how often it was tried, what failed."
        )
        return
    st.dataframe(
        [
            {
                "When": dates.ago(one.at),
                "Where": one.destination,
                "What": one.title,
                "State": ICONS[one.state],
                "Tries": one.attempts,
                "Why not": one.message,
            }
            for one in messages
        ],
        alt="Messages, newest first",
        hide_index=True,
        key="alerts_table",
    )
