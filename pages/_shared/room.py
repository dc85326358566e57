"""Room for what comes late: charts and tables are drawn once their scripts are there, and nothing moves."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

ROW, FRAME, MOST = 35, 31, 400
"""Pixels of a row of a table, of its header without a row, and the most that a table takes by itself."""


@contextmanager
def reserve(key: str, pixels: int) -> Iterator[None]:
    """Where something is drawn that will be about so high; `<key>_room` is its container."""
    st.html(f"<style>.st-key-{key}_room {{ min-height: {pixels}px }}</style>")
    with st.container(key=f"{key}_room"):
        yield


def table_height(rows: int) -> int:
    """How high a table of so many rows will be.

    >>> table_height(2), table_height(500)
    (101, 400)
    """
    return min(FRAME + ROW * max(rows, 1), MOST)
