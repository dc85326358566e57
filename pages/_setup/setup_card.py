"""One card of the Setup page: its state as icon and word, its line when it is closed, its way onward."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.access import Person
from core.charts.theme import Mode
from core.jobs import client
from core.messages.markdown import plain
from core.services.onboarding.draft import record
from core.services.onboarding.draft.cards import CARDS
from core.services.onboarding.draft.views import CardState, DraftView
from core.services.onboarding.jobs import Try
from core.store.workspace import Workspace
from pages._shared import job_panel

TITLES = {
    "data": "Data",
    "model": "Model",
    "labels": "Labels",
    "checks": "Checks",
    "training": "Training",
    "calendar": "Calendar",
    "alerts": "Alerts",
    "people": "People",
}
ICONS = {
    "to do": ":material/radio_button_unchecked:",
    "ready": ":material/check_circle:",
    "needs attention": ":material/error:",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every card of a draft needs."""

    ws: Workspace
    person: Person
    view: DraftView
    mode: Mode

    def key(self, name: str) -> str:
        """Key of a widget: drafts must not share what was typed."""
        return f"d{self.view.id}_{name}"

    def keep(self, field: str, key: str) -> None:
        """Callback: the field of the draft is what the widget says."""
        record.save(self.ws, self.view.id, **{field: st.session_state[key]})


@contextmanager
def card(name: str, state: CardState, *, opened: bool, scope: str = "card") -> Iterator[bool]:
    """The card; what is given says whether it is open, closed ones need not be filled.

    `opened` is for the first time that it is shown; later on the person opens and closes it. `scope` tells
    the cards of a draft ("card") from those of a connected model ("set").
    """
    key = f"{scope}_{name}"
    # the label is part of what Streamlit takes for the identity of a card: what is open is kept beside it
    st.session_state[key] = st.session_state.setdefault(f"open_{key}", opened)
    label = f"**{TITLES[name]}** - {state.state}: {plain(state.summary)}"
    with st.expander(label, key=key, icon=ICONS[state.state], on_change=_keep_toggle, args=(key,)) as box:
        yield bool(box.open)


def _keep_toggle(key: str) -> None:
    st.session_state[f"open_{key}"] = st.session_state[key]


def onward(desk: Desk, name: str) -> None:
    """The test of this card, and the button that closes it and opens the next."""
    test(desk, name)
    after = CARDS[CARDS.index(name) + 1] if name != CARDS[-1] else ""
    if after:
        st.button(f"Next: {TITLES[after]}", key=f"next_{name}", on_click=_go, args=(name, after))


def test(desk: Desk, name: str) -> None:
    """The button that sends five rows through, and what came out."""
    trial = Try(draft=desk.view.id, card=name, key=desk.view.entries.key)
    job = job_panel.newest_like(desk.ws, trial)
    running = job is not None and job.is_live
    able = not desk.view.stale and "plan" in (desk.view.look or {})
    if st.button(
        f"Test {TITLES[name]}", key=f"test_{name}", icon=":material/science:", disabled=running or not able
    ):
        client.submit(desk.ws.settings, trial, dedupe=f"{desk.view.id}-{name}")
        st.rerun()
    if running:
        st.fragment(_wait, run_every=job_panel.PACE)(desk.ws, trial)
    elif job is not None and job.error:
        trouble(job.error["message"], job.error["hint"], f"test_refused_{name}")
    elif job is not None and job.result:
        tried = job.result["tried"]
        with st.container(key=f"tested_{name}"):
            st.write(f":material/check: {plain(tried['sentence'])}")
            st.dataframe(
                tried["rows"], alt=f"Five rows through {TITLES[name]}", key=desk.key(f"tried_{name}")
            )


def _wait(ws: Workspace, trial: Try) -> None:
    job = job_panel.newest_like(ws, trial)
    if job is None or not job.is_live:
        st.rerun()
    st.write(":material/hourglass_top: Sending five rows through")


def _go(name: str, after: str) -> None:
    """Close one card, open another."""
    st.session_state[f"open_card_{name}"] = False
    st.session_state[f"open_card_{after}"] = True


def question(desk: Desk, open_question: dict[str, Any]) -> None:
    """What Caretaker must know to go on, with the answers as buttons."""
    with st.container(border=True, key="question"):
        st.write(f":material/help: **{plain(open_question['message'])}**")
        with st.container(horizontal=True):
            for number, choice in enumerate(open_question["choices"]):
                st.button(
                    plain(choice["title"]),
                    key=desk.key(f"choice_{number}"),
                    on_click=_keep_choice,
                    args=(desk, choice["wanted"]),
                )


def _keep_choice(desk: Desk, choice: dict[str, str]) -> None:
    record.save(desk.ws, desk.view.id, choices=desk.view.entries.choices | choice)


def trouble(message: str, hint: str, key: str) -> None:
    """What does not fit, and what to do next."""
    with st.container(key=key):
        st.warning(f"**{plain(message)}** {plain(hint)}", icon=":material/error:")
