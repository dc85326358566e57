"""Parts of the History page: search, the table, the export."""

from typing import Any

import streamlit as st

from pages._shared import format_number

MOST = 18  # rows without a scroll bar
SHORT = 12  # letters of a reference; the export has all of it
KINDS = {"first": "First version", "trial": "Experiment", "scan": "Search for suspects"}


def table(name: str, events: Any) -> None:
    """All decisions, newest first; the search looks at every column."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="history_tools"):
        search = st.text_input("Search", key="search", type="search", bind="query-params", width=260) or ""
        rows = [row for row in events.to_dict("records") if search.lower() in str(list(row.values())).lower()]
        st.download_button(
            "Export CSV",
            lambda: events.to_csv(index=False),
            f"{name}-history.csv",
            "text/csv",
            key="export_history",
            on_click="ignore",
        )
    all_of = format_number.count(len(events), "entry")
    st.write(all_of if len(rows) == len(events) else f"{len(rows):,} of {all_of}")
    st.dataframe(
        [_line(row) for row in rows[::-1]],
        alt="Decisions, newest first",
        key="history",
        hide_index=True,
        height="content" if len(rows) <= MOST else MOST * 35,
        column_config={
            "at": st.column_config.DatetimeColumn("When", format="D MMM YYYY, HH:mm", width=150),
            "kind": st.column_config.TextColumn("What", width=140),
            "sentence": st.column_config.TextColumn("Decision", width=720),
            "person": st.column_config.TextColumn("Who", width=100),
            "reference": st.column_config.TextColumn("Reference", width=110),
        },
    )


def _line(row: dict[str, Any]) -> dict[str, Any]:
    kind = KINDS.get(row["kind"], row["kind"].capitalize())
    return {**row, "kind": kind, "reference": str(row["reference"])[:SHORT]}
