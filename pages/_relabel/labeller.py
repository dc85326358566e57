"""The labeller as a Streamlit component: own script and style, no build; answers go over the HTTP routes."""

from pathlib import Path
from urllib.parse import quote

import streamlit as st

from core.access import Person
from core.model import ModelSpec
from core.services.annotation import labeller_grants
from core.store.types import now
from core.store.workspace import Workspace

FOLDER = Path(__file__).parent.parent / "labeller"
SCRIPTS = (
    "outbox",
    "sync",
    "keys",
    "item",
    "zoom",
    "words",
    "grid",
    "tiles",
    "classes",
    "beside",
    "draw",
    "labeller",
)
"""One module when joined in this order; the last one exports the function that Streamlit calls."""

_component = st.components.v2.component(
    "caretaker_labeller",
    html='<div class="labeller" data-state="loading"></div>',
    css=(FOLDER / "labeller.css").read_text(encoding="utf-8"),
    js="\n".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS),
)


def draw(ws: Workspace, spec: ModelSpec, person: Person) -> None:
    """Draw it for this person and model; a run of the page gives it a fresh permission."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    root = f"/{base}" if base else ""
    _component(
        key="labeller",
        data={
            "token": labeller_grants.issue(ws.settings, person, spec.name, now()),
            "person": person.name,
            "model": spec.name,
            "classes": list(spec.classes),
            "kind": spec.item,
            "guideline": _guideline(spec),
            "base": root,
            "links": {page: f"{root}/{page}?model={quote(spec.name)}" for page in ("retrain", "suspects")},
        },
        on_renew_change=_nothing,
    )


def _nothing() -> None:
    """The run itself is what was asked for."""


def _guideline(spec: ModelSpec) -> str:
    """The guideline, then a line for each class that has a note."""
    notes = [f"{name}: {spec.class_notes[name]}" for name in spec.classes if name in spec.class_notes]
    return "\n".join([spec.guideline, *notes]).strip()
