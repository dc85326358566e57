"""The order of three classes and more, from the lowest to the highest, as a person picks them."""

from collections.abc import Sequence

import streamlit as st

THREE, MOST_CLASSES = 3, 12
"""Of two classes every error is as far off as any other; more than twelve are said with `--class-order`."""


def field(classes: Sequence[str], order: Sequence[str], key: str) -> tuple[str, ...]:
    """The order as it stands in the field, empty while nobody says one; unchanged where there is no field."""
    if not THREE <= len(classes) <= MOST_CLASSES:
        return tuple(order)
    picked = st.multiselect(
        "Order of the classes, from the lowest to the highest (empty: they have none)",
        classes,
        [name for name in order if name in classes],
        key=key,
        placeholder="no order",
    )
    return tuple(picked)
