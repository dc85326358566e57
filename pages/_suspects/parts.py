"""Parts of the Suspects page: counts, filters, the table, the card, sending to Relabel."""

from collections.abc import Iterable
from functools import partial
from html import escape
from typing import Any, Literal

import streamlit as st

from core.charts import suspects as charts
from core.charts.theme import Mode
from core.health.performance import format_number
from core.messages.isolate import isolate
from core.messages.markdown import plain
from core.model import ModelSpec
from core.services.annotation import items
from core.services.label_errors import suspect_feedback, suspect_list, views
from core.services.label_errors.jobs import Scan
from core.services.label_errors.labelled_rows import reason_names
from core.services.label_errors.suspect_list import Order, SuspectFilter
from core.services.label_errors.views import Card, Question, ScanSummary, Vote
from core.tables.values.number_text import short_number
from pages._shared import chart_or_table, item_view, job_panel, status_mark, toasts
from pages._shared.page_context import Frame

STATES = {"not settled": "open", "new": "new", "sent": "sent", "settled": "settled", "all": None}
ORDERS: tuple[Order, ...] = ("likelihood", "impact")
SECONDS_EACH = 4.5  # a usual pace; used until the expert has a pace of their own
BATCH = 40
MOST = 500  # questions sent at once
MOST_EXPERTS = 5  # asked about one row
RANDOM = 40  # random rows where it cannot be told how many decide
PAGE = 200  # rows of the table; filters reach the rest


def headline(summary: ScanSummary) -> None:
    """What was found, in one sentence each."""
    weak = views.is_weak(summary)
    verdict = "are worth a look" if weak else "look wrong"
    lines = [f"**{summary.flagged:,} of {summary.rows:,} labels {verdict}.**"]
    if summary.number:
        lines.append(views.number_sentence(summary.number, summary.counted))
    if weak:
        lines.append("This is a weak list: less than half of it is expected to be wrong.")
    if summary.settled:
        lines.append(f"Of the last {summary.settled} suggestions experts accepted {summary.accepted}.")
    if summary.changed:
        lines.append(
            f"{summary.changed['rows']:,} rows only contradict the time before {summary.changed['from']}; "
            "they are not counted as wrong."
        )
    if summary.unjudged:
        lines.append(f"{summary.unjudged:,} rows belong to classes too rare to judge.")
    st.markdown(" ".join(lines))


def question(summary: ScanSummary | None) -> None:
    """How far "how many labels are wrong?" is; nothing without a search, or where it was refused."""
    if summary is not None and summary.number is not None:
        _bar(views.how_many(summary))


def how_many(frame: Frame, summary: ScanSummary) -> None:
    """The same, with a button for the random rows that decide it."""
    _decide(frame, views.how_many(summary), None)


def mixed_up(frame: Frame, summary: ScanSummary, pair: tuple[str, str] | None) -> None:
    """How far "are these two classes mixed up?" is, where a pair is chosen."""
    if pair is not None:
        _decide(frame, views.mixed_up(summary, pair), pair)


def _bar(of: Question) -> None:
    bar = status_mark.evidence_bar(of.progress, of.ends, of.left, "random row")
    st.html(f'<section class="ct-verdict"><p>{escape(of.sentence)}</p>{bar}</section>')


def _decide(frame: Frame, of: Question, among: tuple[str, str] | None) -> None:
    _bar(of)
    if of.left == 0:
        return
    number = min(of.left or RANDOM, MOST)
    key = "send_random" if among is None else "send_random_pair"
    if st.button(f"Ask about {format_number.count(number, 'random row')}", key=key):
        sent = suspect_list.send_random(frame.ws, frame.spec.name, frame.person.name, number, among)
        st.toast(format_number.queue_size(sent), icon=":material/check:")


def overview(summary: ScanSummary, mode: Mode) -> None:
    """Where the suspects lie: which classes are swapped, or how far given and expected numbers are apart."""
    if summary.points:
        st.header("Given and expected", anchor=False)
        chart_or_table.chart(
            partial(charts.scatter, summary.points, mode),
            partial(charts.scatter_table, summary.points),
            alt="Given numbers against the numbers that the models expect",
            key="scatter",
        )
        return
    st.header("Which labels are swapped", anchor=False)
    chart_or_table.chart(
        partial(charts.swaps, summary.pairs, mode),
        partial(charts.swaps_table, summary.pairs),
        alt="Suspected swaps by given and suggested label",
        key="swaps",
    )


def filters(summary: ScanSummary, spec: ModelSpec) -> SuspectFilter:
    """Which suspects are shown, in which order; kept in the URL."""
    pairs = {f"{label} → {suggested}": (label, suggested) for label, suggested, _, _ in summary.pairs}
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        pair = _choice("Given → suggested", pairs, "pair", 190) if pairs else None
        reason = _choice("Reason", reason_names(spec), "reason", 190)
        state = st.selectbox("State", list(STATES), key="state", bind="query-params", width=140)
        sort = st.segmented_control(
            "Sort by",
            ORDERS,
            default="likelihood",
            required=True,
            key="sort",
            bind="query-params",
        )
        search = st.text_input("Search an id", key="search", type="search", bind="query-params", width=170)
    return SuspectFilter(
        flagged=True, pair=pairs.get(pair or ""), reason=reason, state=STATES[state], sort=sort, search=search
    )


def _choice(label: str, options: Iterable[str], key: str, width: int) -> str | None:
    return st.selectbox(
        label, list(options), index=None, key=key, bind="query-params", placeholder="all", width=width
    )


def send(frame: Frame, summary: ScanSummary, which: SuspectFilter, new: int) -> None:
    """So many questions go to the queue of the experts: the listed suspects first, then the next in rank."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="send"):
        most = min(MOST, summary.rows)
        number = st.number_input("How many", 1, most, min(BATCH, most), key="send_number", width=130)
        experts = st.number_input("Experts for each", 1, MOST_EXPERTS, 1, key="send_experts", width=130)
        time = format_number.duration(number * experts * SECONDS_EACH)
        if st.button(f"Send {number} to Relabel: about {time}", key="send_to_relabel", type="primary"):
            sent = suspect_list.send(frame.ws, frame.spec.name, which, frame.person.name, number, experts)
            toasts.announce(format_number.queue_size(sent))
            st.rerun()
        if job_panel.button(frame.ws, "Find suspects again", Scan, frame.spec.name, key="start_scan"):
            job_panel.start(frame.ws, Scan(model=frame.spec.name))
        if number > new:
            st.write(f"{new} of the listed are new; the others are the next likely ones.")


@st.fragment
def pick(frame: Frame, summary: ScanSummary) -> None:
    """Filters, and what they leave; the rest of the page does not depend on them."""
    frame.require_still()
    which = filters(summary, frame.spec)
    mixed_up(frame, summary, which.pair)
    count, new = suspect_list.count_suspects(frame.ws, frame.spec.name, which)
    send(frame, summary, which, new)
    browse(frame, suspect_list.suspects(frame.ws, frame.spec.name, which, limit=PAGE), count)


@st.fragment
def browse(frame: Frame, table: Any, count: int) -> None:
    """The table, the first of `count` suspects, and beside it the chosen one."""
    frame.require_still()
    if not len(table):
        st.write("No suspect matches these filters.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        row_id = _table(frame, table, count)
    with right:
        _card(frame, row_id)


def _table(frame: Frame, table: Any, count: int) -> str:
    """The listed suspects; gives the id of the chosen one, at first the best."""
    page = table.round({"p_error": 2})
    ids = list(page["id"])
    if frame.spec.item == "image":
        known = {item["row_id"]: item["sha"] for item in items.payload(frame.ws, frame.spec, ids)}
        page = page.assign(item=[item_view.address(sha) if (sha := known.get(i)) else None for i in ids])
    event = st.dataframe(
        page,
        alt=f"{count} suspects",
        key="suspects_table",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_order=["item", "given", "suggested", "p_error", "impact", "reasons", "state", "id"],
        column_config={
            "item": st.column_config.ImageColumn("Item", width=60),
            "given": st.column_config.TextColumn("Given"),
            "suggested": st.column_config.TextColumn("Suggested"),
            "p_error": st.column_config.ProgressColumn(
                "Likely wrong", min_value=0, max_value=1, format="percent"
            ),
            "impact": st.column_config.NumberColumn("Impact", format="%.3f"),
            "reasons": st.column_config.ListColumn("Reasons", width="large"),
            "state": st.column_config.TextColumn("State"),
            "id": st.column_config.TextColumn("Id"),
        },
        height=520,
        row_height=48 if frame.spec.item == "image" else None,
    )
    if count > PAGE:
        st.write(f"The first {PAGE} of {count:,}; use the filters to see others.")
    rows = event.selection.rows
    return str(ids[rows[0] if rows and rows[0] < len(ids) else 0])


def _card(frame: Frame, row_id: str) -> None:
    """One suspect large, with what speaks for and against it."""
    card = suspect_list.card(frame.ws, frame.spec.name, row_id)
    st.header(plain(_opinion(card)), anchor=False)
    item_view.draw(card.item, f"Row {isolate(row_id)}, labelled {isolate(card.given_label)}")
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in card.reasons.values()))
    if card.state == "settled":
        st.write("An expert has settled this one.")
    else:
        _annotation_buttons(frame, card)
    with st.expander("Models and neighbours", key="evidence"):
        st.markdown("\n".join(map(_vote, card.votes)))
        with st.container(horizontal=True):
            for near in card.neighbours:
                with st.container(width=110):
                    item_view.draw(
                        near.item if frame.spec.item == "image" else None,
                        f"A neighbour: {isolate(near.label)}",
                        size=72,
                        caption=False,
                    )
                    st.write(f"{plain(isolate(near.label))}, distance {near.distance:.2f}")


def _opinion(card: Card) -> str:
    """The two labels; of a number also where sound ones lie."""
    if card.interval is None:
        share = format_number.share(card.p_error)
        return f"Labelled {isolate(card.given_label)}. We think {isolate(card.suggested)} ({share})."
    low, high = map(short_number, card.interval)
    return (
        f"Given {card.given_label}. We expect {card.suggested}, 9 in 10 times {low} to {high} "
        f"({format_number.share(card.p_error)} likely wrong)."
    )


def _vote(vote: Vote) -> str:
    if vote.probability is None:
        return f"- {plain(vote.model)}: {short_number(float(vote.label))}"
    return f"- {plain(vote.model)}: {plain(isolate(vote.label))} ({format_number.share(vote.probability)})"


def _annotation_buttons(frame: Frame, card: Card) -> None:
    with st.container(horizontal=True, key="answers"):
        labels: dict[suspect_feedback.Choice, str] = {
            "agree": f"Agree: {plain(isolate(card.suggested))}",
            "keep": f"Keep: {plain(isolate(card.given_label))}",
            "unsure": "Unsure",
        }
        for choice, label in labels.items():
            kind: Literal["primary", "secondary"] = "primary" if choice == "agree" else "secondary"
            if st.button(label, key=f"answer_{choice}", type=kind):
                suspect_feedback.give(frame.ws, frame.spec.name, card.id, choice, frame.person.name)
                toasts.announce(f"Saved for row {plain(card.id)}: {label}.")
                st.rerun()
