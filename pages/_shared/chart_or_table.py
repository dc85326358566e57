"""One way to show a chart: with a text for those who cannot see it, and as a table on request."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from core.charts.spec import ChartSpec, fingerprint, spec
from pages._shared import room

Drawn = Callable[[], Any]
KEPT = 64  # charts of all visitors, as they were built last


@st.fragment
def chart(
    draw: Drawn,
    table: Drawn,
    *,
    alt: str,
    key: str,
    height: int = 320,
    on_select: Callable[[], None] | None = None,
) -> None:
    """Draw one of the two; only what is asked for is built, and a chart once for all who see it.

    Args:
        draw: gives the chart: a function of `core.charts` with its tables (`functools.partial`), which say
            whether it was built before.
        table: gives the same numbers as a table.
        alt: the finding in words.
        key: stable name; the toggle is `<key>_table`.
        height: of the table, so that switching moves the page as little as possible.
        on_select: called when a mark is clicked: what was is in the session state under `<key>_chart`, and
            the whole page runs anew.
    """
    with st.container(key=key):
        if st.session_state.get(f"{key}_table"):
            st.dataframe(table(), alt=alt, hide_index=True, height=height, width="stretch", key=f"{key}_data")
        else:
            drawn = _build(fingerprint(draw), draw)
            # as text of the page it breaks where the page is narrow; drawn, it could not
            words = f"<b>{escape(drawn.title)}</b><p>{escape(drawn.subtitle)}</p>"
            st.html(f'<div class="ct-chart">{words}</div>')
            picked: Any = partial(_pick, key, on_select) if on_select else "ignore"
            with room.reserve(f"{key}_chart", drawn.height):
                st.vega_lite_chart(
                    spec=drawn.body,
                    alt=alt,
                    theme=None,
                    width="stretch",
                    key=f"{key}_chart",
                    on_select=picked,
                )
        st.toggle("Show as table", key=f"{key}_table")
    if st.session_state.pop(f"{key}_picked", False):
        st.rerun()


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _build(content: str, _draw: Drawn) -> ChartSpec:  # noqa: ARG001 -- the key
    return spec(_draw())


def _pick(key: str, on_select: Callable[[], None]) -> None:
    """Callback: what the chart is for, and then the whole page anew, as this is but a part of it."""
    on_select()
    st.session_state[f"{key}_picked"] = True
