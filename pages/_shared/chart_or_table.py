"""One way to show a chart: with a text for those who cannot see it, and as a table on request."""

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from core.charts.spec import ChartSpec, fingerprint, spec
from pages._shared import room

Drawn = Callable[[], Any]
KEPT = 64  # charts of all visitors, as they were built last
HEIGHT = 320  # of a table, so that switching moves the page little


@st.fragment
def chart(draw: Drawn, table: Drawn, *, alt: str, key: str) -> None:
    """Draw one of the two; only what is asked for is built, and a chart once for all who see it.

    Args:
        draw: gives the chart: a function of `core.charts` with its tables (`functools.partial`), which say
            whether it was built before.
        table: gives the same numbers as a table.
        alt: the finding in words.
        key: stable name; the toggle is `<key>_table`.
    """
    _either(draw, table, alt, key, "ignore")


def clickable(draw: Drawn, table: Drawn, *, alt: str, key: str, on_select: Callable[[], None]) -> None:
    """The same, as part of a fragment of the page, which runs anew when a mark is clicked.

    Args:
        draw: as of `chart`, like the three that follow.
        table: the same numbers.
        alt: the finding.
        key: stable name.
        on_select: called first: what is clicked is in the session state under `<key>_chart`.
    """
    _either(draw, table, alt, key, on_select)


def _either(draw: Drawn, table: Drawn, alt: str, key: str, on_select: Any) -> None:
    with st.container(key=key):
        if st.session_state.get(f"{key}_table"):
            st.dataframe(table(), alt=alt, hide_index=True, height=HEIGHT, width="stretch", key=f"{key}_data")
        else:
            drawn = _build(fingerprint(draw), draw)
            # as text of the page it breaks where the page is narrow; drawn, it could not
            words = f"<b>{escape(drawn.title)}</b><p>{escape(drawn.subtitle)}</p>"
            st.html(f'<div class="ct-chart">{words}</div>')
            with room.reserve(f"{key}_chart", drawn.height):
                st.vega_lite_chart(
                    spec=drawn.body,
                    alt=alt,
                    theme=None,
                    width="stretch",
                    key=f"{key}_chart",
                    on_select=on_select,
                )
        st.toggle("Show as table", key=f"{key}_table")


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _build(content: str, _draw: Drawn) -> ChartSpec:  # noqa: ARG001 -- the key
    return spec(_draw())
