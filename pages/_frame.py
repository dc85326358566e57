"""What stands around every page: the guard, the workspace, the model in the URL and the header strip."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.access import Person, require
from core.frames.spec import ModelSpec
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.workspace import Workspace, open_workspace
from pages import _person

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page needs: the stores, the person, the chosen model and the colours."""

    ws: Workspace
    person: Person
    spec: ModelSpec
    mode: Mode


@st.cache_resource(show_spinner=False)
def _workspace(settings_json: str) -> Workspace:
    return open_workspace(Settings.model_validate_json(settings_json))


def workspace() -> Workspace:
    """The stores that the environment names; opened once for each set of settings."""
    return _workspace(Settings().model_dump_json())


def mode() -> Mode:
    """Light or dark, as the browser shows it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def enter(role: str) -> Frame:
    """First line of every page: lets the person pass or raises `AccessError`; stops when there is no model."""
    person = _person.current()
    require(person, role)
    ws = workspace()
    name = st.session_state.get("model")
    spec = next((spec for spec in _specs(ws) if spec.name == name), None)
    if spec is None:
        _empty()
        st.stop()
    return Frame(ws, person, spec, mode())


def header(title: str) -> None:
    """The strip: page, model, version in production, data up to, last check, a dot with a word."""
    specs = _specs(workspace())
    with st.container(horizontal=True, vertical_alignment="center", key="strip"):
        st.title(title, anchor=False, width="content")
        if specs:
            _picker([spec.name for spec in specs])


def _picker(names: list[str]) -> None:
    if "model" not in st.session_state and "model" not in st.query_params:
        st.session_state["model"] = names[0]
    st.selectbox(
        "Model", names, index=None, key="model", bind="query-params", required=True,
        label_visibility="collapsed", width=240, filter_mode=None,
    )


def _specs(ws: Workspace) -> list[ModelSpec]:
    with reading(ws.engine) as session:
        return models.specs(session)


def _empty() -> None:
    st.info("No model is connected yet.")
