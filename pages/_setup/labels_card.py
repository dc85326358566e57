"""The card Labels: the truth that is known later, its classes, what they mean, how long it takes."""

from typing import Any

import streamlit as st

from core.health.performance import format_number
from core.messages.markdown import plain
from core.services.onboarding.draft import record
from pages._setup import setup_card
from pages._setup.setup_card import Desk

TASKS = {"binary": "one of two classes", "multiclass": "one of several classes", "regression": "a number"}
NOTED = 60


def fill(desk: Desk) -> None:
    """What was found; the positive class, the guideline, the delay."""
    look = desk.view.look or {}
    _task(desk, look)
    if "task" not in look:
        setup_card.onward(desk, "labels")
        return
    names = [name for name, _ in look["classes"]]
    st.write(
        f"The label is **{plain(look['label'])}**, {TASKS[look['task']]}. "
        f"{format_number.count(look['unlabelled'], 'row')} without one. Another column gets the role in Data."
    )
    if look["task"] == "binary":
        _positive(desk, names)
    _classes(look)
    _delay(desk, look)
    _guideline(desk, names)
    setup_card.onward(desk, "labels")


def _task(desk: Desk, look: dict[str, Any]) -> None:
    choices = desk.view.entries.choices
    names = list(TASKS)
    now = choices.get("task") or look.get("task")
    key = desk.key("task")
    st.segmented_control(
        "What is predicted?",
        names,
        default=now if now in names else None,
        format_func=TASKS.__getitem__,
        key=key,
        on_change=_keep,
        args=(desk, "task", key),
    )


def _positive(desk: Desk, names: list[str]) -> None:
    key = desk.key("positive")
    st.segmented_control(
        "The positive class (what a score is the probability of)",
        sorted(names),
        default=names[-1],
        required=True,
        key=key,
        on_change=_keep,
        args=(desk, "positive", key),
    )


def _keep(desk: Desk, field: str, key: str) -> None:
    choices = desk.view.entries.choices
    choice = st.session_state[key]
    others = {name: value for name, value in choices.items() if name != field}
    record.save(desk.ws, desk.view.id, choices=others | ({field: choice} if choice else {}))


def _classes(look: dict[str, Any]) -> None:
    if not look["classes"]:
        return
    total = max(1, sum(count for _, count in look["classes"]))
    rows = [{"Class": name, "Rows": count, "Share": count / total} for name, count in look["classes"]]
    st.dataframe(
        rows,
        alt="The classes and how often they occur",
        hide_index=True,
        width="content",
        height=min(38 + 35 * len(rows), 260),
        column_config={"Share": st.column_config.NumberColumn(format="percent")},
        key="classes_table",
    )


def _delay(desk: Desk, look: dict[str, Any]) -> None:
    if look["label_time"]:
        st.write(f"A label counts from the moment in **{plain(look['label_time'])}** on.")
        return
    if not look["timed"]:
        return
    key = desk.key("delay")
    st.number_input(
        "Days until a label is known (empty: at once)",
        min_value=0.0,
        value=desk.view.entries.label_delay_days,
        step=1.0,
        key=key,
        on_change=desk.keep,
        args=("label_delay_days", key),
        width=320,
    )


def _guideline(desk: Desk, names: list[str]) -> None:
    key, entries = desk.key("guideline"), desk.view.entries
    st.text_area(
        "What experts are told when they label",
        entries.guideline,
        key=key,
        on_change=desk.keep,
        args=("guideline", key),
        height=80,
    )
    if names and st.toggle("A note for each class", bool(entries.class_notes), key=desk.key("notes")):
        for number, name in enumerate(names[:NOTED]):
            note = desk.key(f"note_{number}")
            st.text_input(
                plain(name),
                entries.class_notes.get(name, ""),
                key=note,
                on_change=_note,
                args=(desk, name, note),
            )


def _note(desk: Desk, name: str, key: str) -> None:
    notes = desk.view.entries.class_notes | {name: st.session_state[key]}
    record.save(desk.ws, desk.view.id, class_notes=notes)
