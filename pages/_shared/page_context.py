"""What every page needs before its first line: the guard, the workspace, the chosen model, the colours."""

from dataclasses import dataclass

import streamlit as st

from core.access import Person, require
from core.charts.theme import Mode
from core.model import ModelSpec
from core.services.onboarding import connect_model
from core.settings import Settings
from core.store.chain.position import position
from core.store.workspace import Workspace, open_workspace
from pages._shared import empty_state, visitor


@dataclass(frozen=True, slots=True)
class Frame:
    """The stores, the person, the chosen model and light or dark."""

    ws: Workspace
    person: Person
    spec: ModelSpec
    mode: Mode


def workspace() -> Workspace:
    """The stores that the environment names; opened once for each set of settings."""
    return _workspace(Settings().model_dump_json())


@st.cache_resource(show_spinner=False)
def _workspace(settings: str) -> Workspace:
    return open_workspace(Settings.model_validate_json(settings))


def guard(role: str) -> Person:
    """First line of every page: lets the person pass or raises `AccessError`."""
    person = visitor.current()
    require(person, role)
    return person


def enter(role: str) -> Frame:
    """Guard, then the frame of the chosen model; without any model the page says what to do and ends."""
    person = guard(role)
    ws = workspace()
    name = st.session_state.get("model")
    spec = next((spec for spec in connect_model.list_models(ws) if spec.name == name), None)
    if spec is None:
        empty_state.no_model(ws)
        st.stop()
    return Frame(ws, person, spec, mode())


def record_position(ws: Workspace) -> str:
    """A key for `st.cache_data`: it is another one as soon as a row of the record was written."""
    return position(ws.engine)


def mode() -> Mode:
    """Light or dark, as the browser shows it."""
    return "dark" if st.context.theme.type == "dark" else "light"
