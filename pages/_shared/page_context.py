"""What every page needs before its first line: the guard, the workspace, the chosen model, the colours."""

from dataclasses import dataclass

import streamlit as st

from core.access import Person, can_see, require
from core.charts.theme import Mode
from core.errors import AccessError
from core.model import ModelSpec
from core.services.monitoring import overview
from core.services.onboarding import connect_model
from core.settings import Settings
from core.store.chain.position import position
from core.store.workspace import Workspace, open_workspace
from pages._shared import empty_state, visitor


@dataclass(frozen=True, slots=True)
class Frame:
    """The stores, the person with the roles for the chosen model, that model, and light or dark."""

    ws: Workspace
    person: Person
    spec: ModelSpec
    mode: Mode
    role: str
    """That the page asks for."""

    def require_still(self) -> None:
        """Let the person act who may still do so: dialogs, fragments and callbacks run without the guard.

        Raises:
            AccessError: signed out, another one, or without the role by now.
        """
        now = guard(self.role, self.spec.name)
        if now.name != self.person.name:
            raise AccessError("Somebody else has signed in meanwhile.", "Reload the page.")


def workspace() -> Workspace:
    """The stores that the environment names; opened once for each set of settings."""
    return _workspace(Settings().model_dump_json())


@st.cache_resource(show_spinner=False)
def _workspace(settings: str) -> Workspace:
    return open_workspace(Settings.model_validate_json(settings))


def guard(role: str, model: str | None = None) -> Person:
    """First line of every page: lets the person pass who has the role for the model, or for one at least.

    Raises:
        AccessError: the person does not have it.
    """
    person = visitor.current()
    if model is not None or not person.has_anywhere(role):
        require(person, role, model)
    return person


def enter(role: str) -> Frame:
    """Guard, then the frame of the chosen model; without any model the page says what to do and ends."""
    person = guard(role)
    ws = workspace()
    name = st.session_state.get("model")
    spec = next((spec for spec in models(ws, person) if spec.name == name), None)
    if spec is None:
        empty_state.no_model(ws, person)
        st.stop()
    require(person, role, spec.name)
    return Frame(ws, person.at(spec.name), spec, mode(), role)


def models(ws: Workspace, person: Person, role: str | None = None) -> list[ModelSpec]:
    """The models for which the person has the role, or any: others are not named either."""
    specs = connect_model.list_models(ws)
    return [spec for spec in specs if can_see(person, spec.name, role)]


def count_models(ws: Workspace, person: Person) -> int:
    """Of how many models the person may see the health."""
    if "stakeholder" in person.roles:
        return overview.count_models(ws)
    return len(models(ws, person, "stakeholder"))


def record_position(ws: Workspace) -> str:
    """A key for `st.cache_data`: it is another one as soon as a row of the record was written."""
    return position(ws.engine)


def mode() -> Mode:
    """Light or dark, as the browser shows it."""
    return "dark" if st.context.theme.type == "dark" else "light"
