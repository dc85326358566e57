"""What errors cost, cell by cell: two classes as fields, more of them as a table."""

from collections.abc import Sequence
from math import isnan

import pandas as pd
import streamlit as st

from core.messages.markdown import plain
from core.model import Costs

PAIR = 2
MOST_CLASSES = 12
"""A larger table is no longer filled in by hand: it is connected with `--costs FILE`."""


def fields(classes: Sequence[str], costs: Costs | None, key: str) -> Costs | None:
    """The costs as they stand in the fields; None while all of them are empty."""
    if len(classes) > MOST_CLASSES:
        return costs
    now = None if costs is None else costs.over(tuple(classes))
    st.write("What does a row cost? Leave everything empty if nobody knows; a gain is a cost below 0.")
    rows = _pair(classes, now, key) if len(classes) == PAIR else _table(classes, now, key)
    currency = st.text_input("Currency", costs.currency if costs else "", key=f"{key}_currency", width=160)
    if all(isnan(cost) for row in rows for cost in row):
        return None
    filled = tuple(tuple(0.0 if isnan(cost) else cost for cost in row) for row in rows)
    return Costs(tuple(classes), filled, currency.strip())


def _pair(classes: Sequence[str], now: list[list[float]] | None, key: str) -> list[list[float]]:
    rows = []
    for i, label in enumerate(classes):
        with st.container(horizontal=True):
            cells = [
                st.number_input(
                    f"{plain(label)}, predicted {plain(prediction)}",
                    value=None if now is None else float(now[i][j]),
                    format="%.6g",
                    key=f"{key}_cost_{i}_{j}",
                    width=240,
                )
                for j, prediction in enumerate(classes)
            ]
        rows.append([float("nan") if cell is None else float(cell) for cell in cells])
    return rows


def _table(classes: Sequence[str], now: list[list[float]] | None, key: str) -> list[list[float]]:
    """Labels down, predictions across."""
    empty = [[float("nan")] * len(classes) for _ in classes]
    frame = pd.DataFrame(now or empty, index=list(classes), columns=list(classes), dtype=float)
    edited = st.data_editor(frame, alt="What each label costs by its prediction", key=f"{key}_costs")
    return [[float(cell) for cell in row] for row in edited.to_numpy()]
