"""What a promotion asks of a challenger: what it must surely gain or save, and what it may take."""

from typing import Any

import streamlit as st

from core.model import Budgets, ModelSpec
from core.services.onboarding.measures import group_columns
from pages._setup import metric_field

FIELDS = {
    "p99_ms": "Milliseconds for 99 of 100 single rows",
    "memory_mb": "Megabytes of memory of a process that serves it",
    "size_mb": "Megabytes of the saved model",
}


def least(spec: ModelSpec, key: str) -> tuple[float | None, float | None]:
    """Both as they stand in the fields, the gain as it is typed; None while a field is empty."""
    per = f"{int(spec.chunk):,} rows" if spec.chunk.isdigit() else spec.chunk
    with st.container(horizontal=True):
        gain = _field(
            "Gain that is worth a promotion (points where the metric is a share, else in its own unit)",
            None if spec.least_gain is None else spec.least_gain * metric_field.points(spec.metric),
            f"{key}_least_gain",
        )
        saving = spec.least_saving
        if spec.classes:
            saving = _field(
                f"Saving per {per} that is worth a promotion, where costs are said",
                spec.least_saving,
                f"{key}_least_saving",
            )
    return gain, saving


def changes(gain: float | None, saving: float | None, metric: str) -> dict[str, Any]:
    """The settings that they are, by the metric that was chosen."""
    return {
        "least_gain": None if gain is None else gain / metric_field.points(metric),
        "least_saving": saving,
    }


def _field(label: str, value: float | None, key: str) -> float | None:
    return st.number_input(
        label, min_value=1e-9, value=value, format="%.4g", key=key, width=320, placeholder="any gain"
    )


def budgets(known: Budgets | None, key: str) -> Budgets | None:
    """The budgets as they stand in the fields; None while all of them are empty."""
    st.write("What may a version take where it is served? A challenger beyond a budget fails its tests.")
    before = known or Budgets()
    with st.container(horizontal=True):
        typed = {
            name: st.number_input(
                label,
                min_value=1e-3,
                value=getattr(before, name),
                format="%.4g",
                key=f"{key}_{name}",
                width=240,
                placeholder="no budget",
            )
            for name, label in FIELDS.items()
        }
    made = Budgets(**typed)
    return made if made != Budgets() else None


def fairness(key: str, *, blocks: bool) -> bool:
    """Whether a segment in which a challenger is surely worse forbids its promotion."""
    return st.checkbox(
        "A segment in which a challenger is surely worse forbids its promotion (else it is a warning)",
        blocks,
        key=key,
    )


def group(spec: ModelSpec, key: str) -> str | None:
    """The column that names what rows belong to."""
    names = ["", *group_columns(spec)]
    column = st.selectbox(
        "What rows belong to (a customer, a machine): comparisons count what its rows have in common once",
        names,
        names.index(spec.roles.group or ""),
        format_func=lambda name: name or "nothing: every row stands alone",
        key=key,
        width=520,
    )
    return column or None
