"""The open alerts of a model on Health: who takes care, who wants to hear of them later."""

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import DataError
from core.health.page.titles import with_titles
from core.health.report.document import HealthDocument
from core.messages.markdown import plain
from core.services.alerts import decide, views
from core.services.alerts.views import AlertView
from core.tables import dates
from pages._setup import setup_card
from pages._shared.page_context import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

ICONS = {
    "open": ":material/notifications_active:",
    "acknowledged": ":material/how_to_reg:",
    "snoozed": ":material/snooze:",
}
SNOOZES = (("Snooze 1 day", 1), ("Snooze 7 days", 7))
FIRST = 3
"""Alerts that stand open; the rest is one click away."""


def notice(frame: Frame, document: HealthDocument) -> None:
    """A line for each open alert, the worst first, with what an engineer can decide of it."""
    alerts = sorted(views.list_alerts(frame.ws, frame.spec.name), key=lambda one: one.severity != "red")
    if not alerts:
        return
    with st.container(key="alerts", gap="xsmall"):
        for alert in alerts[:FIRST]:
            _draw(frame, document, alert)
        if more := alerts[FIRST:]:
            with st.expander(f"{len(more)} more open {'alert' if len(more) == 1 else 'alerts'}"):
                for alert in more:
                    _draw(frame, document, alert)


def _draw(frame: Frame, document: HealthDocument, alert: AlertView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"alert_{alert.id}"):
        line = f"{ICONS[alert.state]} **{describe(alert)}** {_sentence(document, alert)}"
        st.markdown(line, width="content")
        if "engineer" in frame.person.roles:
            _decisions(frame, alert)


def _decisions(frame: Frame, alert: AlertView) -> None:
    acts: list[tuple[str, Callable[..., AlertView]]] = [
        (label, partial(decide.snooze, days=days)) for label, days in SNOOZES
    ]
    if alert.state != "acknowledged":
        acts = [("Acknowledge", decide.acknowledge), *acts]
    for label, act in acts:
        if st.button(label, key=f"alert_{alert.id}_{label}", type="tertiary"):
            try:
                act(frame.ws, alert.id, person=frame.person)
            except DataError as error:
                setup_card.trouble(error.message, error.hint, "alert_refused")
                return
            st.rerun()


def describe(alert: AlertView) -> str:
    """How an alert stands, and who decided so."""
    since = f"Alert {alert.id}, since {dates.day(alert.opened_at.isoformat())}"
    by = f" by {plain(alert.by)}" if alert.by else ""
    if alert.state == "snoozed" and alert.until is not None:
        return f"{since}, snoozed until {dates.day(alert.until.isoformat())}{by}."
    return f"{since}, {alert.state}{by}."


def _sentence(document: HealthDocument, alert: AlertView) -> str:
    """What it says; of a fall that stands at the top of the page."""
    return (
        "The fall that is told above."
        if alert.severity == "red" and "performance" in alert.kinds
        else plain(with_titles(document, alert.sentence))
    )
