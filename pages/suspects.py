"""Suspects: records whose label is probably wrong, why, and what correcting them would bring."""

from functools import partial

import streamlit as st

from core.charts import suspects as charts
from core.services.label_errors import embeddings, suspect_list
from core.services.label_errors.jobs import Scan
from pages._shared import chart_or_table, empty_state, page_context
from pages._suspects import first_labels, parts

frame = page_context.enter("expert")
ws, spec, mode = frame.ws, frame.spec, frame.mode
summary = suspect_list.latest(ws, spec.name)
note = embeddings.encoder_note(spec, summary.encoder) if summary else None
if summary is None or summary.refused is not None:
    reason = " ".join(filter(None, [summary.refused, note])) if summary else None
    empty_state.state(
        ws,
        Scan(model=spec.name),
        reason or "Here you will see the rows whose label is probably wrong, most useful first.",
        button="Find suspects again" if reason else "Find suspects",
    )
    first_labels.draw(frame)
    st.stop()

parts.headline(summary)
if note:
    st.write(note)
parts.how_many(frame, summary)
parts.pick(frame, summary)

overview, gain = st.columns(2, gap="large")
with overview:
    parts.overview(summary, mode)
with gain:
    st.header("What answering brings", anchor=False)
    if summary.curve:
        chart_or_table.chart(
            partial(charts.gain, summary.curve, mode),
            partial(charts.gain_table, summary.curve),
            alt="Expected wrong labels found by number of answers",
            key="gain",
        )
first_labels.draw(frame)
