"""Room for what comes late: charts and tables are drawn once their scripts are there, and nothing moves.

The heights are classes of the style sheet: a sheet that a script writes would take the place of what the page
says in passing ("Saved").
"""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

ROW, FRAME, MOST = 35, 31, 400
"""Pixels of a row of a table, of its header without a row, and the most that a table takes by itself."""
STEP, HIGHEST = 10, 1600
"""Pixels between two heights that can be reserved, and the last of them."""
STYLE = "".join(
    f'[class*="_room_{pixels}px"] {{ min-height: {pixels}px }}' for pixels in range(STEP, HIGHEST + 1, STEP)
)
"""Part of the style sheet of all pages."""


@contextmanager
def reserve(key: str, pixels: int) -> Iterator[None]:
    """Where something is drawn that will be about so high; a little more room hurts less than a jump."""
    height = min(HIGHEST, -(-pixels // STEP) * STEP)
    with st.container(key=f"{key}_room_{height}px"):
        yield


def table_height(rows: int) -> int:
    """How high a table of so many rows will be.

    >>> table_height(2), table_height(500)
    (101, 400)
    """
    return min(FRAME + ROW * max(rows, 1), MOST)
