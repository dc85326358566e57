"""How far the holdout is used up, and the button that freezes newer rows in its place."""

import streamlit as st

from core.health.performance import format_number
from core.services.experiments.holdout.views import HoldoutBudget
from core.services.experiments.jobs import Freshen
from core.tables import dates
from pages._shared import job_panel
from pages._shared.page_context import Frame


def show(frame: Frame, budget: HoldoutBudget | None) -> None:
    """One line, and the way to fresh rows once a version was compared."""
    if budget is None or not budget.challengers:
        return
    looks, name = format_number.count(len(budget.challengers), "look"), frame.spec.name
    with st.container(horizontal=True, vertical_alignment="center", key="holdout"):
        if budget.is_used_up:
            st.warning(
                f"**Holdout {budget.number} is used up: {looks}.** A further one would prove nothing. "
                "Freshen it with the newest labelled rows, which no version has learnt from, then compare.",
                icon=":material/hourglass_disabled:",
                width="stretch",
            )
        else:
            st.write(
                f"Holdout {budget.number}: {format_number.count(budget.rows, 'row')}, "
                f"{dates.place(budget.first)} to {dates.place(budget.last)}. "
                f"{looks} of {budget.most} taken; then it is used up."
            )
        label, first = "Freshen the holdout", budget.is_used_up
        if job_panel.button(frame.ws, label, Freshen, name, key="freshen", first=first):
            job_panel.start(frame.ws, Freshen(model=name, by=frame.person.name))
