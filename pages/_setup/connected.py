"""A connected model: what arrives, what experts are told, when to tell, who may send data."""

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import DataError
from core.health.performance import format_number
from core.messages.markdown import plain
from core.model import ModelSpec
from core.services.ingestion import api_tokens, delivery_log
from core.services.ingestion.views import DeliveryView
from core.services.monitoring import monitor
from core.services.monitoring.jobs import Monitor
from core.services.onboarding.adjust import adjust
from core.services.onboarding.declared.declare import declare
from core.services.onboarding.draft import cards
from core.services.onboarding.draft.views import CardState
from core.stats.measures.cost_matrix import NAME as COST
from core.tables import chunks, dates
from pages import _automation
from pages._setup import (
    costs_editor,
    metric_field,
    model_list,
    order_field,
    people_card,
    promotion_fields,
    setup_card,
    sources_card,
)
from pages._setup.alerts import alerts_card
from pages._setup.schedules import schedules_card
from pages._shared import job_panel, period_picker, toasts
from pages._shared.page_context import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

LISTED = 50
NOTED = 60


def show(frame: Frame) -> None:
    """Its cards."""
    spec = frame.spec
    st.header(f"{spec.name}", anchor=False)
    deliveries = delivery_log.list_deliveries(frame.ws, spec.name, LISTED)
    tokens = [token for token in api_tokens.list_tokens(frame.ws, spec.name) if token.revoked_at is None]
    count = format_number.count(len(tokens), "token")
    parts: dict[str, tuple[CardState, Callable[[Frame], None]]] = {
        "data": (_delivery_state(deliveries), partial(_data, deliveries=deliveries)),
        "labels": (CardState("ready", _label_line(spec)), _labels),
        "checks": (CardState("ready", cards.words(spec.metric, spec.tolerance)), _checks),
        "training": (_automation.card_state(frame), _automation.card),
        "calendar": (schedules_card.card_state(frame), schedules_card.card),
        "alerts": (alerts_card.card_state(frame), alerts_card.card),
        "people": (CardState("ready", f"{count} may send data."), people_card.show_connected),
    }
    for name, (state, fill) in parts.items():
        with setup_card.card(name, state, opened=name == "data", scope="set") as opened:
            if opened:
                fill(frame)
    _as_file(frame)


def _as_file(frame: Frame) -> None:
    """All that stands on these cards as a file, for models as code."""
    name = frame.spec.name
    try:
        text = declare(frame.ws, [name])
    except DataError as error:
        setup_card.trouble(error.message, error.hint, "file_refused")
        return
    st.download_button(
        "This model as a file", text, f"{name}.yaml", "application/yaml", key="model_file", on_click="ignore"
    )
    st.caption("Edited, `plan` shows what it would change and `apply` makes it: models as code.")


def _delivery_state(deliveries: list[DeliveryView]) -> CardState:
    if not deliveries:
        return CardState("ready", "Nothing was sent since it was connected.")
    newest = deliveries[0]
    what = f"{newest.name}, {dates.ago(newest.created_at)}, {newest.outcome}"
    return CardState("needs attention" if newest.outcome == "refused" else "ready", f"Newest: {what}.")


def _data(frame: Frame, deliveries: list[DeliveryView]) -> None:
    model_list.take_in(frame)
    sources_card.show(frame)
    st.subheader("What arrived", anchor=False)
    if not deliveries:
        st.write("Every delivery will have a line here, through whichever door it came.")
        return
    st.dataframe(
        [_line(frame.spec, delivery) for delivery in deliveries],
        alt="Deliveries, newest first",
        hide_index=True,
        key="arrivals_table",
    )


def _line(spec: ModelSpec, delivery: DeliveryView) -> dict[str, object]:
    ends = [chunks.label(key, spec.chunk) for key in (delivery.first, delivery.last) if key]
    return {
        "When": dates.ago(delivery.created_at),
        "What": delivery.name,
        "Holds": delivery.kind,
        "Door": delivery.door,
        "Outcome": delivery.outcome,
        "Rows": delivery.rows,
        "New": delivery.new,
        "Left out": delivery.left_out,
        "Period": " - ".join(dict.fromkeys(ends)),
        "Why": f"{delivery.message} {delivery.hint}".strip(),
        "By": delivery.person,
    }


def _label_line(spec: ModelSpec) -> str:
    guideline = "with a guideline" if spec.guideline else "without a guideline"
    classes = format_number.count(len(spec.classes), "classe") if spec.classes else "a number"
    return f"{spec.roles.label}: {classes}, {guideline}."


def _labels(frame: Frame) -> None:
    spec = frame.spec
    with st.form(key="label_settings", border=False):
        guideline = st.text_area("What experts are told when they label", spec.guideline, height=100)
        notes = {
            name: st.text_input(f"Note for {plain(name)}", spec.class_notes.get(name, ""))
            for name in spec.classes[:NOTED]
        }
        if st.form_submit_button("Save"):
            all_notes = spec.class_notes | notes
            filled = {name: note for name, note in all_notes.items() if note}
            adjust(frame.ws, spec.name, frame.person.name, guideline=guideline, class_notes=filled)
            toasts.announce("Saved: experts see it from now on.")
            st.rerun()


def _checks(frame: Frame) -> None:
    """Metric, tolerance and reference; saving them starts a check."""
    spec = frame.spec
    names = metric_field.choices(spec.task, spec.classes, *([COST] if spec.classes else []), spec.metric)
    with st.form(key="check_settings", border=False):
        metric = st.selectbox(
            "Metric of record",
            names,
            names.index(spec.metric),
            format_func=metric_field.describe,
            accept_new_options=True,
            help=metric_field.HELP,
            key=f"set_metric_{spec.name}",
        )
        size = None if spec.tolerance is None else spec.tolerance * metric_field.points(spec.metric)
        tolerance = st.number_input(
            "Fall that may pass (points where the metric is a share, else in its own unit)",
            min_value=0.0001,
            value=size,
            format="%.4g",
            key=f"set_tolerance_{spec.name}",
            width=320,
        )
        threshold = _threshold(spec)
        costs = costs_editor.fields(spec.classes, spec.costs, f"set_{spec.name}") if spec.classes else None
        least = promotion_fields.least(spec, f"set_{spec.name}")
        budgets = promotion_fields.budgets(spec.budgets, f"set_{spec.name}")
        fair = promotion_fields.fairness(f"set_fair_{spec.name}", blocks=spec.fairness_blocks)
        group = promotion_fields.group(spec, f"set_group_{spec.name}")
        order = order_field.field(spec.classes, spec.class_order, f"set_order_{spec.name}")
        reference = _reference(frame)
        if st.form_submit_button("Save and check again"):
            size = None if tolerance is None else tolerance / metric_field.points(metric)
            changes: dict[str, Any] = {
                **promotion_fields.changes(*least, metric),
                "budgets": budgets,
                "fairness_blocks": fair,
                "group": group,
                "metric": metric,
                "tolerance": size,
                "threshold": threshold,
                "costs": costs,
                "class_order": order,
                "reference": reference,
            }
            _save(frame, changes)


def _threshold(spec: ModelSpec) -> float | None:
    """Where it decides, if that is not in the data."""
    if spec.task != "binary" or spec.roles.prediction:
        return spec.threshold
    return st.number_input(
        f"Score from which on it decides {plain(spec.classes[1])}, also in the past",
        min_value=0.001,
        max_value=0.999,
        value=spec.threshold,
        step=0.05,
        format="%.3g",
        placeholder="its own decisions",
        key=f"set_threshold_{spec.name}",
        width=320,
    )


def _reference(frame: Frame) -> tuple[str, str] | None:
    """First and last chunk; None is the training window, or the first quarter of the log."""
    spec, document = frame.spec, monitor.health(frame.ws, frame.spec.name)
    keys = [chunk["key"] for chunk in document["chunks"]] if document else []
    if len(keys) < 2 or spec.reference is None:  # noqa: PLR2004 -- nothing to choose from
        return spec.reference
    labels = {key: chunks.label(key, spec.chunk) for key in keys}
    return period_picker.choose("Reference period", labels, spec.reference, f"set_period_{spec.name}")


def _save(frame: Frame, changes: dict[str, Any]) -> None:
    try:
        adjust(frame.ws, frame.spec.name, frame.person.name, **changes)
    except DataError as error:
        setup_card.trouble(error.message, error.hint, "settings_refused")
        return
    # a check that is at work read the settings of before: it must not stand for the one that is due now
    sentence = f"{frame.spec.name} {changes}"
    once = hashlib.sha256(sentence.encode()).hexdigest()
    job_panel.start(frame.ws, Monitor(model=frame.spec.name), once=once)
