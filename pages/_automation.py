"""Training by itself on the pages: its card in Setup, and what waits for a person on Health and Retrain."""

import streamlit as st

from core.errors import DataError
from core.messages.markdown import plain
from core.model import Automation
from core.services.automation import views
from core.services.automation.rules import describe
from core.services.onboarding.adjust import adjust
from core.services.onboarding.draft.views import CardState
from core.tables import dates
from pages._setup import setup_card
from pages._shared import navigation, toasts
from pages._shared.page_context import Frame

RECIPE, SEARCH = "The champion's recipe on the present labels", "A search"


def card_state(frame: Frame) -> CardState:
    """The line of the closed card."""
    return CardState("ready", f"By itself: {describe(frame.spec.automation)}.")


def card(frame: Frame) -> None:
    """The rule, its last and its next time."""
    state = views.state(frame.ws, frame.spec.name)
    with st.container(key="automation_state"):
        st.write(f"**{plain(state.next.sentence)}**")
        if state.last is not None:
            st.write(f"**Last:** {plain(state.last.sentence)}")
    rule, key = state.rule or Automation(), f"auto_{frame.spec.name}"
    with st.form(key=f"{key}_form", border=False):
        wish = _fields(rule, key)
        if st.form_submit_button("Save"):
            try:
                adjust(frame.ws, frame.spec.name, frame.person.name, automation=wish)
            except DataError as error:
                setup_card.trouble(error.message, error.hint, "automation_refused")
                return
            toasts.announce("Saved; it stands in History.")
            st.rerun()
    if state.rule is not None:
        st.caption(f"Set by {plain(state.rule.set_by)} on {dates.day(state.rule.set_at)}.")


def notice(frame: Frame, *, link: bool) -> None:
    """What a training by itself has left for a person to decide, or has promoted."""
    waiting = views.notice(frame.ws, frame.spec.name)
    if waiting is None:
        return
    with st.container(key="automation_notice"):
        # in Retrain the comparison stands right below
        sentence = f"**{plain(waiting.sentence)}**"
        if link or not waiting.open:
            sentence = f"{sentence} {plain(waiting.detail)}"
        st.info(sentence, icon=":material/model_training:")
        if link and waiting.open and "engineer" in frame.person.roles:
            navigation.link("retrain", "Decide in Retrain", ":material/model_training:")


def _fields(rule: Automation, key: str) -> Automation:
    st.write("Begin a training without a person:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        every = st.number_input(
            "Every so many days",
            min_value=0.05,
            value=rule.every_days,
            format="%.4g",
            key=f"{key}_every",
            width=200,
            placeholder="not by the calendar",
        )
        on_alarm = st.toggle("Whenever Health shows an alarm", rule.on_alarm, key=f"{key}_alarm")
    with st.container(horizontal=True):
        pause = st.number_input(
            "Days between two trainings, at least",
            0.05,
            value=rule.pause_days,
            format="%.4g",
            key=f"{key}_pause",
            width=240,
        )
        labels = st.number_input(
            "New labels, at least", 0, value=rule.new_labels, key=f"{key}_labels", width=240
        )
    with st.container(horizontal=True):
        what = st.radio(
            "What is tried", [RECIPE, SEARCH], 0 if rule.minutes is None else 1, key=f"{key}_what", width=340
        )
        minutes = st.number_input(
            "Minutes of a search",
            0.1,
            value=rule.minutes or 10.0,
            format="%.4g",
            key=f"{key}_minutes",
            width=200,
            disabled=what != SEARCH,
        )
    promote = st.toggle(
        "Promote by itself what is better and passed all tests", rule.promote_by_itself, key=f"{key}_promote"
    )
    st.write(
        "Each training is compared with the champion, and the result waits on Health and in Retrain. Without "
        "the last switch nothing is promoted. What was tried before on the same labels is not trained again."
    )
    return Automation(
        every_days=every,
        on_alarm=on_alarm,
        minutes=minutes if what == SEARCH else None,
        pause_days=pause,
        new_labels=labels,
        promote_by_itself=promote,
    )
