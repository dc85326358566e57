"""The card Checks: the metric of record, when to tell, in which pieces, against what."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st

from core.charts import periods
from core.messages.markdown import plain
from core.model import Costs
from core.services.onboarding.draft import cards, record
from core.stats.measures.cost_matrix import NAME as COST
from core.stats.measures.table import metric_named
from core.tables import chunks
from pages._setup import costs_editor, metric_field, order_field, setup_card
from pages._setup.setup_card import Desk
from pages._shared import period_picker

ROWS = "a number of rows"
UNSAID: dict[str, Any] = {
    "metric": "",
    "chunk": "",
    "tolerance": None,
    "threshold": None,
    "costs": None,
    "class_order": [],
    "reference": None,
}
"""The checks while nothing was said of them."""


def fill(desk: Desk) -> None:
    """The checks; what is empty is chosen by Caretaker."""
    look = desk.view.look or {}
    plan = look.get("plan")
    if plan is None:
        st.write("Choose the data and the model first: the checks are proposed from them.")
        return
    trouble = desk.view.trouble or look["trouble"]
    if trouble and trouble["card"] == "checks":
        st.button("Take the proposed checks", key="propose_checks", on_click=_propose, args=(desk, plan))
    metric = _metric(desk, plan, look)
    _tolerance(desk, plan, metric)
    _threshold(desk, plan, look)
    _costs(desk, look)
    _order(desk, look)
    _chunk(desk, plan, look)
    _reference(desk, plan)
    setup_card.onward(desk, "checks")


def _propose(desk: Desk, plan: dict[str, Any]) -> None:
    """Callback: forget what was said of the checks, also in the fields that show it."""
    record.save(desk.ws, desk.view.id, **UNSAID)
    rows = plan["chunk"].isdigit()
    values = {"metric": plan["metric"], "chunk": ROWS if rows else plan["chunk"]}
    values |= {"rows_each": int(plan["chunk"])} if rows else {}
    st.session_state.update({desk.key(name): value for name, value in values.items()})


def _metric(desk: Desk, plan: dict[str, Any], look: dict[str, Any]) -> str:
    entries, costs = desk.view.entries, [COST] if desk.view.entries.costs else []
    typed = [entries.metric] if metric_field.is_known(entries.metric) and "@" in entries.metric else []
    classes = [name for name, _ in look["classes"]]
    names = metric_field.choices(look["task"], classes, *costs, *typed, plan["metric"])
    now = entries.metric if entries.metric in names else plan["metric"]
    key = desk.key("metric")
    st.selectbox(
        "Metric of record",
        names,
        index=names.index(now),
        format_func=metric_field.describe,
        accept_new_options=True,
        help=metric_field.HELP,
        key=key,
        on_change=_keep_metric,
        args=(desk, key),
        width=520,
    )
    refused = st.session_state.get(desk.key("metric_refused"))
    if refused:
        message, hint = f"There is no metric {refused!r}.", metric_field.HELP
        setup_card.trouble(message, hint, "metric_refused")
    return now


def _keep_metric(desk: Desk, key: str) -> None:
    """Callback: a metric is kept; what is none is said, and the one of before stays."""
    typed, refused = st.session_state[key], desk.key("metric_refused")
    st.session_state[refused] = "" if metric_field.is_known(typed) else typed
    if metric_field.is_known(typed):
        desk.keep("metric", key)
    else:
        del st.session_state[key]


def _tolerance(desk: Desk, plan: dict[str, Any], metric: str) -> None:
    points = metric_named(metric).unit == "share"
    size: float | None = (
        plan["tolerance"] if desk.view.entries.tolerance is None else desk.view.entries.tolerance
    )
    key = desk.key(f"tolerance_{metric}")
    st.number_input(
        "Fall that may pass" + (" (points)" if points else " (in its own unit)"),
        min_value=0.1 if points else 0.0001,
        value=None if size is None else 100 * size if points else float(size),
        step=0.5 if points else 0.01,
        format="%.1f" if points else "%.4g",
        key=key,
        on_change=_keep_tolerance,
        args=(desk, key, 100.0 if points else 1.0),
        width=240,
    )
    st.write(f"*{cards.words(metric, size)}*")


def _keep_tolerance(desk: Desk, key: str, factor: float) -> None:
    size = st.session_state[key]
    record.save(desk.ws, desk.view.id, tolerance=None if size is None else size / factor)


def _threshold(desk: Desk, plan: dict[str, Any], look: dict[str, Any]) -> None:
    """Where it decides, if that is not in the data."""
    if look["task"] != "binary" or plan["decided"]:
        return
    key, positive = desk.key("threshold"), look["classes"][1][0]
    st.number_input(
        f"Score from which on it decides {plain(positive)}",
        min_value=0.001,
        max_value=0.999,
        value=desk.view.entries.threshold,
        step=0.05,
        format="%.3g",
        placeholder="its own decisions",
        key=key,
        on_change=desk.keep,
        args=("threshold", key),
        width=320,
    )


def _costs(desk: Desk, look: dict[str, Any]) -> None:
    """What errors cost; kept by a button, because a table that is half filled in says nothing."""
    if look["task"] == "regression":
        return
    classes = [name for name, _ in look["classes"]]
    with st.form(key=desk.key("costs_form"), border=False):
        costs = costs_editor.fields(classes, Costs.from_json(desk.view.entries.costs), desk.key("set"))
        if st.form_submit_button("Keep these costs"):
            record.save(desk.ws, desk.view.id, costs=None if costs is None else asdict(costs))
            st.rerun()


def _order(desk: Desk, look: dict[str, Any]) -> None:
    """Which class is the lowest, which the highest, where they have an order."""
    classes = [name for name, _ in look["classes"]]
    key = desk.key("order")
    order = order_field.field(classes, desk.view.entries.class_order, key)
    if list(order) != list(desk.view.entries.class_order) and len(order) in {0, len(classes)}:
        record.save(desk.ws, desk.view.id, class_order=list(order))
        st.rerun()


def _chunk(desk: Desk, plan: dict[str, Any], look: dict[str, Any]) -> None:
    names = [*(chunks.CALENDAR if look["timed"] else ()), ROWS]
    now = ROWS if plan["chunk"].isdigit() else plan["chunk"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = desk.key("chunk")
        choice = st.segmented_control("Told for every", names, default=now, required=True, key=key)
        rows = None
        if choice == ROWS:
            usual = int(plan["chunk"]) if plan["chunk"].isdigit() else 500
            rows = st.number_input("Rows", 20, value=usual, step=50, key=desk.key("rows_each"), width=130)
    pieces = str(rows) if rows else choice
    if pieces != plan["chunk"] and pieces != desk.view.entries.chunk:
        record.save(desk.ws, desk.view.id, chunk=pieces, reference=None)
        st.rerun()


def _reference(desk: Desk, plan: dict[str, Any]) -> None:
    if desk.view.entries.way == "train":
        st.write("The reference is what it learnt from, every row predicted by a model that did not see it.")
        _draw(desk, plan, plan["reference"])
        return
    labels = {chunk["key"]: chunk["label"] for chunk in plan["chunks"]}
    period, key = desk.view.entries.reference or tuple(plan["reference"]), desk.key(f"period_{plan['chunk']}")
    if len(labels) > 1:
        title = "Reference: when it was still good"
        period_picker.choose(title, labels, period, key, _keep_period, (desk, plan["chunk"], labels, key))
        st.write("Or click its first bar, then its last one with Shift.")
    _draw(desk, plan, period, partial(_keep_picked, desk, plan["chunk"], labels, key))


def _draw(
    desk: Desk,
    plan: dict[str, Any],
    reference: tuple[str, str] | None,
    picked: Callable[[], None] | None = None,
) -> None:
    table = periods.table(plan["chunks"], reference)
    st.altair_chart(
        periods.chart(table, desk.mode),
        alt="Rows for each period; the reference is blue",
        theme=None,
        width="stretch",
        key=desk.key("periods"),
        on_select=picked or "ignore",
    )


def _keep_period(desk: Desk, chunk: str, labels: dict[str, str], key: str) -> None:
    record.save(desk.ws, desk.view.id, reference=period_picker.picked_period(labels, key), chunk=chunk)


def _keep_picked(desk: Desk, chunk: str, labels: dict[str, str], key: str) -> None:
    """Callback: from the first to the last bar that was clicked is the reference period."""
    clicked = st.session_state[desk.key("periods")]["selection"].get(periods.SELECTION, [])
    names = {row["chunk"] for row in clicked}
    inside = [key_inside for key_inside, label in labels.items() if label in names]
    if inside:
        period_picker.show(labels, (inside[0], inside[-1]), key)
        _keep_period(desk, chunk, labels, key)
