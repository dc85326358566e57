"""Parts of the History page: search, the table, the export."""

from typing import Any

import streamlit as st

MOST = 18  # rows without a scroll bar


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
    st.write(f"{len(rows):,} of {len(events):,} entries")
    st.dataframe(
        rows[::-1],
        alt="Decisions, newest first",
        key="history",
        hide_index=True,
        height="content" if len(rows) <= MOST else MOST * 35,
        column_config={
            "at": st.column_config.DatetimeColumn("When", format="D MMM YYYY, HH:mm", width="small"),
            "kind": st.column_config.TextColumn("What", width="small"),
            "sentence": st.column_config.TextColumn("Decision", width="large"),
            "person": st.column_config.TextColumn("Who", width="small"),
            "reference": st.column_config.TextColumn("Reference", width="small"),
        },
    )
