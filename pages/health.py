"""Health: is the model still good, since when not, where, why, and how sure are we."""

import streamlit as st

from core.services.deployment import promote
from core.services.monitoring import monitor
from core.services.monitoring.jobs import Monitor
from pages import _automation, _health
from pages._retrain import guard_part
from pages._shared import empty_state, page_context
from pages._watch import blind_sample, causes, closer_look, verdict

frame = page_context.enter("stakeholder")
ws, spec, mode = frame.ws, frame.spec, frame.mode
document = monitor.health(ws, spec.name)
if document is None:
    sentence = (
        "What was found out is not shown: the database holds something else than what was written (a damaged "
        "disk, perhaps). The worker checks the model anew; `doctor` says what else is damaged."
        if monitor.is_damaged(ws, spec.name)
        else "Here you will see how the model is doing over time. The first check reads the prediction log "
        "once."
    )
    empty_state.state(ws, Monitor(model=spec.name), sentence, button="Check now")
    st.stop()

deployments = promote.deployments(ws, spec.name)
verdict.draw(document)
_health.actions(frame, document, deployments)
guard_part.card(frame)
_automation.notice(frame, link=True)
_health.numbers(document)

closer_look.timeline(document, deployments, mode)

where, why = st.columns(2, gap="large")
with where:
    st.header("Where", anchor=False)
    if document["segments"]:
        closer_look.segments(document, mode)
    else:
        st.write(
            "No segment differs from the rest by more than chance, or no segments are set for this model."
        )
    closer_look.show_column(document, mode)
with why:
    st.header("Why", anchor=False)
    causes.draw(document, mode)
    blind_sample.draw(frame, document)

st.header("How sure are we?", anchor=False)
_health.certainty(document)
