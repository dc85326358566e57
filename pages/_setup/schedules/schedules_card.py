"""The card Calendar: cron expressions for checks, looks for data and trainings, with last and next times."""

import streamlit as st

from core.errors import DataError
from core.messages.markdown import plain
from core.services.onboarding.draft.views import CardState
from core.services.schedules import plan
from core.services.schedules.cron import EXAMPLE
from core.services.schedules.plan import KINDS, ScheduleView
from pages._setup import setup_card
from pages._shared import toasts
from pages._shared.page_context import Frame


def card_state(frame: Frame) -> CardState:
    """The line of the closed card: what comes next."""
    views = sorted(plan.list_schedules(frame.ws, frame.spec.name), key=lambda view: view.next_at)
    if not views:
        return CardState("ready", "Nothing by the calendar; what arrives is checked at once.")
    return CardState("ready", f"Next: {KINDS[views[0].kind]}, {views[0].next_at:%d %b, %H:%M} UTC.")


def card(frame: Frame) -> None:
    """A line for each kind of work, and what sets or takes it back."""
    st.write(f"A cron expression has five fields: {EXAMPLE}.")
    views = {view.kind: view for view in plan.list_schedules(frame.ws, frame.spec.name)}
    for kind in KINDS:
        _line(frame, kind, views.get(kind))


def _line(frame: Frame, kind: str, view: ScheduleView | None) -> None:
    key = f"schedule_{frame.spec.name}_{kind}"
    with st.form(key=f"{key}_form"):
        st.write(f"**{KINDS[kind].capitalize()}**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            cron = st.text_input(
                "When",
                view.cron if view else "",
                placeholder="not by the calendar",
                key=f"{key}_cron",
                width=240,
            )
            zone = st.text_input("Time zone", view.time_zone if view else "UTC", key=f"{key}_zone", width=200)
            save = st.form_submit_button(f"Save: {KINDS[kind]}")
        if view is not None:
            st.caption(plain(plan.describe(view)))
    if not save:
        return
    try:
        if cron.strip():
            plan.set_schedule(frame.ws, frame.spec.name, kind, cron, zone.strip(), person=frame.person)
        else:
            plan.drop_schedule(frame.ws, frame.spec.name, kind, person=frame.person)
    except DataError as error:
        setup_card.trouble(error.message, error.hint, "schedule_refused")
        return
    toasts.announce("Saved.")
    st.rerun()
