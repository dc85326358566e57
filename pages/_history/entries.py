"""Every decision as a table: search, export."""

from typing import Any

import streamlit as st

from core.health.performance import format_number
from core.services.operations import history
from core.store.workspace import Workspace
from core.tables.csv_export import to_csv

MOST = 18  # rows without a scroll bar
SHORT = 12  # letters of a reference; the export has all of it
KEPT = 8  # models, of which the record is kept as it was read last
KINDS = {"first": "First version", "trial": "Experiment", "scan": "Search for suspects"}


@st.cache_data(show_spinner=False, max_entries=KEPT)
def read(_ws: Workspace, name: str, position: str) -> Any:  # noqa: ARG001 -- the key
    """All decisions, read again only when something was written since."""
    return history.timeline(_ws, name)


def show(name: str, events: Any) -> None:
    """All decisions, newest first; the search looks at every column."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="history_tools"):
        search = st.text_input("Search", key="search", type="search", bind="query-params", width=260) or ""
        st.download_button(
            "Export CSV",
            lambda: to_csv(events),
            f"{name}-history.csv",
            "text/csv",
            key="export_history",
            on_click="ignore",
        )
    rows = events[_matches(events, search.lower())] if search else events
    all_of = format_number.count(len(events), "entry")
    st.write(all_of if len(rows) == len(events) else f"{len(rows):,} of {all_of}")
    st.dataframe(
        _for_people(rows.iloc[::-1]),
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


def _matches(events: Any, search: str) -> Any:
    """Which rows have it in some column."""
    texts = (events[column].astype(str).str.lower() for column in events.columns)
    matches = [column.str.contains(search, regex=False) for column in texts]
    return sum(matches[1:], matches[0])


def _for_people(rows: Any) -> Any:
    kinds = rows["kind"].map(lambda kind: KINDS.get(kind, kind.capitalize()))
    at = rows["at"].dt.tz_localize(None)  # UTC, as everywhere
    return rows.assign(at=at, kind=kinds, reference=rows["reference"].astype(str).str[:SHORT])
