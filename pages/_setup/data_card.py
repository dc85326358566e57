"""The card Data: where the rows are, what their columns hold, which parts they play and why."""

from pathlib import PurePath
from typing import Any

import streamlit as st

from core.errors import CaretakerError
from core.health.performance import format_number
from core.messages.markdown import plain
from core.services.onboarding.draft import record
from core.services.onboarding.draft.connect_request import SCORE, with_role
from core.services.onboarding.draft.preview import Column
from core.services.onboarding.draft.read_upload import require_allowed
from core.tables.roles.role_reasons import ROLES
from pages._setup import setup_card
from pages._setup.setup_card import Desk
from pages._shared import visitor

WAYS = ("A file", "A path or address", "A SQL table")
TYPES = ("csv", "tsv", "txt", "parquet", "pq", "jsonl", "ndjson")
KIND_WORDS = {"number": "numbers", "text": "texts", "time": "dates", "bytes": "bytes"}
MOST_SCORES = 12


def fill(desk: Desk) -> None:
    """Where the rows are; then what was found."""
    entries, look = desk.view.entries, desk.view.look
    _where(desk)
    if not entries.address or look is None or "columns" not in look:
        return
    st.write(
        f"**{plain(entries.source or look['source'])}**: "
        f"{format_number.count(look['rows'], 'row')}, "
        f"{format_number.count(look['width'], 'column')}. Every role can be changed in the table."
    )
    _columns(desk, look)
    if st.toggle("Show the first 50 rows", key=desk.key("preview")):
        st.dataframe(look["preview"], alt="The first rows", height=320, key=desk.key("rows"))
    setup_card.onward(desk, "data")


def _where(desk: Desk) -> None:
    connections = list(desk.ws.settings.connections)
    ways = WAYS if connections else WAYS[:2]
    address = desk.view.entries.address
    usual = ways[0] if not address or "/drafts/" in address else ways[2 if address.startswith("sql:") else 1]
    way = st.segmented_control(
        "Where are the rows?", ways, default=usual, required=True, key=desk.key("where")
    )
    if way == WAYS[0]:
        _upload(desk)
    elif way == WAYS[1]:
        _address(desk)
    else:
        _table(desk, connections)


def _upload(desk: Desk) -> None:
    file = st.file_uploader(
        "CSV, Parquet or JSON lines: rows of the past, with the truth that is known by now",
        type=list(TYPES),
        key=desk.key("upload"),
    )
    key = desk.key("uploaded")
    if file is None or st.session_state.get(key) == file.file_id:
        return
    st.session_state[key] = file.file_id
    try:
        record.upload(desk.ws, desk.view.id, file.name, file.getvalue())
    except CaretakerError as error:
        setup_card.trouble(error.message, error.hint, "refused_upload")
        return
    _keep_name(desk, PurePath(file.name).stem)
    st.rerun()


def _address(desk: Desk) -> None:
    entries = desk.view.entries
    address = "" if "/drafts/" in entries.address or entries.address.startswith("sql:") else entries.address
    typed = st.text_input(
        "Path or pattern on this server, or s3://bucket/key",
        address,
        key=desk.key("address"),
        placeholder="/data/predictions-2024-*.parquet",
        autocomplete="off",
    )
    if typed and typed != address:
        _take(desk, typed.strip())


def _table(desk: Desk, connections: list[str]) -> None:
    entries = desk.view.entries
    known, _, named = entries.address.removeprefix("sql:").partition("/")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        at = connections.index(known) if known in connections else 0
        connection = st.selectbox("Connection", connections, index=at, key=desk.key("connection"), width=220)
        value = named if entries.address.startswith("sql:") else ""
        table = st.text_input(
            "Table", value, key=desk.key("table"), placeholder="schema.table", autocomplete="off"
        )
    if table and f"sql:{connection}/{table}" != entries.address:
        _take(desk, f"sql:{connection}/{table.strip()}")


def _take(desk: Desk, address: str) -> None:
    try:
        require_allowed(desk.ws.settings, address, signed_in=visitor.signing_in())
    except CaretakerError as error:
        setup_card.trouble(error.message, error.hint, "refused_address")
        return
    record.save(desk.ws, desk.view.id, address=address, source="")
    _keep_name(desk, PurePath(address).stem)
    st.rerun()


def _keep_name(desk: Desk, name: str) -> None:
    """Without a name the model is called like its data."""
    if not desk.view.entries.name:
        record.save(desk.ws, desk.view.id, name=record.harmless_name(name))


def _columns(desk: Desk, look: dict[str, Any]) -> None:
    """One line for each column; the role is a choice."""
    entries = desk.view.entries
    rows = [
        {
            "column": column["name"],
            "role": entries.roles.get(column["name"], column["role"] or "left out"),
            "reason": "You said so." if column["name"] in entries.roles else column["reason"],
            "kind": KIND_WORDS[column["kind"]],
            "missing": column["missing"],
            "distinct": column["distinct"],
            "example": column["example"],
        }
        for column in look["columns"]
    ]
    key = desk.key(f"columns_{look['key']}")
    st.data_editor(
        rows,
        key=key,
        on_change=_keep_edits,
        args=(desk, key),
        hide_index=True,
        alt="The columns with their roles",
        disabled=["column", "reason", "kind", "missing", "distinct", "example"],
        column_config={
            "column": st.column_config.TextColumn("Column", pinned=True),
            "role": st.column_config.SelectboxColumn("Role", options=_roles(look), required=True),
            "reason": st.column_config.TextColumn("Why", width="large"),
            "kind": st.column_config.TextColumn("Holds"),
            "missing": st.column_config.NumberColumn("Missing", format="percent"),
            "distinct": st.column_config.NumberColumn("Different", format="localized"),
            "example": st.column_config.TextColumn("Example"),
        },
    )


def _roles(look: dict[str, Any]) -> list[str]:
    names = [name for name, _ in look.get("classes", [])][:MOST_SCORES]
    return [role for role in ROLES if role != "score"] + [f"{SCORE}{name}" for name in names]


def _keep_edits(desk: Desk, key: str) -> None:
    """Callback: what was changed in the table is said of the columns."""
    look = desk.view.look or {}
    parts = [Column(column["name"], column["role"]) for column in look["columns"]]
    entries = desk.view.entries
    try:
        for row, change in st.session_state[key]["edited_rows"].items():
            entries = with_role(entries, parts, parts[int(row)].name, change["role"])
    except CaretakerError as error:
        st.toast(plain(f"{error.message} {error.hint}"), icon=":material/error:")
        return
    record.save(
        desk.ws, desk.view.id, roles=entries.roles, segments=entries.segments, choices=entries.choices
    )
