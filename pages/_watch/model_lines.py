"""Parts of the Overview: how many models stand how, the filters, a line for each model, the export."""

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import cast

import streamlit as st

from core.charts import sparkline
from core.health.headline import Headline
from core.health.performance import format_number
from core.health.performance.money import Money
from core.health.status import STATUS_WORD, Status
from core.messages.markdown import plain
from core.services.monitoring import overview
from core.services.monitoring.views import ATTENTION, ModelLine
from core.tables import dates
from core.tables.csv_export import to_csv
from pages._shared import navigation, status_mark

FEW = 10
"""Models that are seen at a glance: of more one searches."""
ON_A_PAGE = 25
NEVER = "Not checked yet: the first check reads the log once."
OLDER = "Checked before the last update, or damaged since: the worker checks it anew. Health says which."
WORDS = {STATUS_WORD[cast("Status", status)].capitalize(): status for status in ATTENTION}


def counts(lines: Sequence[ModelLine]) -> None:
    """How many models stand how, in one sentence."""
    numbers = Counter(line.status for line in lines)
    parts = [f"{status_mark.chip(status)} {numbers[status]}" for status in ATTENTION if numbers[status]]
    total = format_number.count(len(lines), "model")
    spans = "".join(f"<span>{part}</span>" for part in (total, *parts))
    st.html(f'<div class="ct-facts">{spans}</div>')


def filter_lines(lines: Sequence[ModelLine]) -> list[ModelLine]:
    """Those that fit the search and the statuses, which stand in the URL; all of them while they are few."""
    if len(lines) <= FEW:
        return list(lines)
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        place = "Part of a name"
        text = st.text_input("Search", key="q", bind="query-params", placeholder=place, width=260)
        words = st.pills("Status", list(WORDS), selection_mode="multi", key="status", bind="query-params")
    statuses = {WORDS[word] for word in words} or set(ATTENTION)
    needle = (text or "").strip().casefold()
    return [line for line in lines if line.status in statuses and needle in line.name.casefold()]


def draw(lines: Sequence[ModelLine]) -> None:
    """A page of lines, each of which leads to the Health of its model."""
    if not lines:
        st.write("No model fits. Search for less, or choose another status.")
        return
    pages = -(-len(lines) // ON_A_PAGE)
    number = st.session_state.get("page", 1) if pages > 1 else 1
    first = (min(number, pages) - 1) * ON_A_PAGE
    with st.container(key="overview", gap=None):
        for at, line in enumerate(lines[first : first + ON_A_PAGE]):
            with st.container(key=f"model_{at}", gap=None):
                navigation.link("health", plain(line.name), "", line.name)
                st.html(_line(line))
    if pages > 1:
        st.pagination(pages, key="page", bind="query-params")


def export(lines: Sequence[ModelLine]) -> None:
    """What is chosen, as a file."""
    st.download_button(
        "Export CSV",
        lambda: to_csv(overview.table(lines)),
        "models.csv",
        "text/csv",
        key="export_overview",
        on_click="ignore",
        disabled=not lines,
    )


def _line(line: ModelLine) -> str:
    known = line.headline
    if known is None:
        return _cells(status_mark.chip("grey"), OLDER if line.is_checked else NEVER)
    return _cells(
        status_mark.chip(line.status),
        _number(known),
        f"since {escape(known['since'])}" if known["since"] else "",
        sparkline.line(known["course"]),
        _money(known),
        _alerts(line.open_alerts),
        f"<small>data up to</small> {escape(dates.day(known['until']))}",
        f"<small>last check</small> {escape(dates.ago(known['computed_at']))}",
    )


def _cells(*cells: str) -> str:
    return f'<div class="ct-line">{"".join(f"<span>{cell}</span>" for cell in cells)}</div>'


def _number(known: Headline) -> str:
    now, metric = known["now"], known["metric"]
    label = escape(known["metric_label"])
    if now is None:
        return f"{label} not measured yet"
    value = format_number.brief(now["value"], now["low"], now["high"], metric=metric)
    between = format_number.between(now["low"], now["high"], now["n"], metric=metric)
    return f"{label} <b>{escape(value)}</b> <small>{escape(between)}</small>"


def _money(known: Headline) -> str:
    if known["money"] is None:
        return ""
    paid = Money(**known["money"])
    return f"<b>{escape(paid.change)}</b> each {escape(paid.per)} <small>{escape(paid.span)}</small>"


def _alerts(number: int) -> str:
    return format_number.count(number, "open alert") if number else ""
