"""A period chosen by its first and its last chunk: two boxes, for a keyboard and for a screen reader."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

WIDTH = 240


def choose(
    title: str,
    labels: Mapping[str, str],
    period: tuple[str, str],
    key: str,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> tuple[str, str]:
    """First and last chunk; `labels` has all of them in order: key -> what is shown."""
    show(labels, period, key, again=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for end, name in (("from", f"{key}_first"), ("to", f"{key}_last")):
            st.selectbox(
                f"{title}, {end}",
                list(labels),
                format_func=lambda chunk: labels[chunk],
                key=name,
                on_change=on_change,
                args=args,
                width=WIDTH,
            )
    return picked_period(labels, key)


def show(labels: Mapping[str, str], period: tuple[str, str], key: str, *, again: bool = True) -> None:
    """Write the period into the boxes; `again`: also over what a person chose there."""
    for name, chunk in zip((f"{key}_first", f"{key}_last"), period, strict=True):
        if again or st.session_state.get(name) not in labels:
            st.session_state[name] = chunk if chunk in labels else next(iter(labels))


def picked_period(labels: Mapping[str, str], key: str) -> tuple[str, str]:
    """What the boxes say, in order of time, whichever of them is the earlier."""
    both = {st.session_state[f"{key}_first"], st.session_state[f"{key}_last"]}
    inside = [chunk for chunk in labels if chunk in both]
    return inside[0], inside[-1]
