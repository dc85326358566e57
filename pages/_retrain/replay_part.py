"""The time machine: what would have been, had a version gone live earlier."""

from functools import partial

import streamlit as st

from core.charts.experiments import replay as charts
from core.services.experiments.jobs import Replay
from core.services.experiments.replay import replay as services
from core.services.experiments.replay.views import ReplayDocument
from core.tables import dates
from pages._shared import chart_or_table, job_panel
from pages._shared.page_context import Frame


def show(frame: Frame, versions: list[str]) -> None:
    """Choose a version and a start, and see what came of it."""
    name = frame.spec.name
    st.write(
        "A version predicts every row of the log that it has not learnt from, once the labels that it learnt "
        "from were known, and is compared with what production predicted then."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        version = st.selectbox("Version", versions, key="replay_version", width=160)
        since = st.text_input(
            "Live since", key="replay_since", placeholder="as early as is fair", width=220,
            help="A date such as 2024-03-01, or the number of a row.",
        )  # fmt: skip
        if job_panel.button(frame.ws, "Replay", Replay, name, key="start_replay"):
            job_panel.start(
                frame.ws,
                Replay(
                    model=name, version=version, since=(since or "").strip() or None, by=frame.person.name
                ),
            )
    document = services.latest(frame.ws, name).get(version)
    if document is not None:
        _draw(frame, document)


def _draw(frame: Frame, document: ReplayDocument) -> None:
    chart_or_table.chart(
        partial(charts.less_so_far, document, frame.mode),
        partial(charts.less_table, document),
        alt=document["sentence"],
        key="replay",
    )
    unit = document["less"]["unit"]
    st.write(
        f"{document['before']:,.0f} {unit} were made from {dates.place(document['since'])} to "
        f"{dates.place(document['until'])}; version {document['version']} makes {document['after']:,.0f}. "
        f"The interval is of 95 %: what rows like these have in the mean. {document['together']}"
    )
    st.write(
        f"Kept from judging what it learnt: {document['guard']}; "
        f"{document['left_out']:,} labelled rows before its start do not count."
    )
