"""Steps 1 and 2 of the wizard: the frozen labels, and the recipes that are tried on them."""

from typing import Literal

import streamlit as st

from core.retraining.recipes import recipes_for
from core.services import annotate, retrain, revise
from pages import _experiments, _job, _moment
from pages._frame import Frame
from pages._steps import State


def data(frame: Frame, state: State) -> None:
    """Which labels an experiment learns from: a revision never changes once it is cut."""
    queue = annotate.progress(frame.ws, frame.spec.name)
    revision = state.revision
    if revision is None:
        st.write("A revision freezes the labels as they are now, so that an experiment can name its data.")
    else:
        st.markdown(
            f"**Revision {revision.number}** holds {revision.rows:,} labelled records, "
            f"{revision.corrections:,} of them corrected by experts. "
            f"Cut {_moment.ago(revision.created_at)} by {revision.created_by}; "
            f"content `{revision.content_hash[:12]}`."
        )
    if queue.open:
        st.write(
            f"{queue.open:,} questions are still open in Relabel; "
            "answers given later belong to the next revision."
        )
    if st.button("Cut a revision", key="cut_revision", type="primary" if revision is None else "secondary"):
        cut = revise.cut(frame.ws, frame.spec.name, frame.person.name)
        same = revision is not None and cut.number == revision.number
        st.toast(
            f"Nothing changed since revision {cut.number}." if same else f"Revision {cut.number} is cut.",
            icon=":material/check:",
        )
        st.rerun()


def search(frame: Frame, state: State) -> None:
    """Choose recipes and start; what was tried on this revision is said."""
    titles = {recipe.name: recipe.title for recipe in recipes_for(frame.spec.item)}
    tried = _tried(state)
    usual = [name for name in retrain.default_recipes(frame.ws, frame.spec.name) if name in titles]
    chosen = st.pills(
        "Recipes",
        list(titles),
        selection_mode="multi",
        default=None if "recipes" in st.session_state else usual,
        key="recipes",
        format_func=lambda name: f"{titles[name]}{' (tried)' if name in tried else ''}",
    )
    if tried:
        st.write(
            f"{len(tried)} of these {len(titles)} were tried on revision {state.revision.number}; "  # type: ignore[union-attr]
            "they are looked up, not trained again."
        )
    running = bool(_job.live(frame.ws, "retrain", frame.spec.name))
    label = "Train" if not chosen else f"Train {len(chosen)} recipe{'s' if len(chosen) > 1 else ''}"
    kind: Literal["primary", "secondary"] = "secondary" if state.done["search"] else "primary"
    if st.button(label, key="start_retrain", type=kind, disabled=running or not chosen):
        args = {"recipes": list(chosen), "by": frame.person.name}
        _job.start(frame.ws, "retrain", frame.spec.name, **args)
    if running:
        st.write("Training goes on when you close this tab.")
    if len(state.board):
        _experiments.board(frame.spec, state.board)


def _tried(state: State) -> set[str]:
    if state.revision is None:
        return set()
    rows = zip(state.board["recipe"], state.board["revision"], state.board["status"], strict=True)
    return {
        recipe for recipe, number, status in rows if number == state.revision.number and status == "trained"
    }
