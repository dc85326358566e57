"""The blind sample on the Health page: offered where a fall is not explained, then how far it is."""

from html import escape

import streamlit as st

from core.health.attribution.reviewed_labels import ReviewedLabels
from core.health.report.document import HealthDocument
from core.messages import Code
from core.services.label_errors.jobs import Sample
from core.services.monitoring import reviews
from pages._shared import job_panel, navigation, status_mark
from pages._shared.page_context import Frame


def draw(frame: Frame, document: HealthDocument) -> None:
    """The button that asks experts, and what became of it."""
    offer = next((step for step in document["steps"] if step["code"] == Code.ASK_BLIND.value), None)
    waiting = any(finding["code"] == Code.LABELS_ASKED.value for finding in document["findings"])
    if offer is None and not waiting:
        return
    sample = reviews.sampled_labels(frame.ws, frame.spec.name)
    if sample is not None:
        st.html(_standing(document, sample))
    if sample is not None and sample.looked < sample.queued:
        navigation.link("relabel", "Go on on Relabel", ":material/keyboard:")
        return
    if offer is None:
        st.write("Every label of the blind sample was looked at. Check again to see what that says.")
        return
    labels, minutes = offer["parameters"]["labels"], offer["parameters"]["minutes"]
    st.write(
        f"{labels} random labels of these periods and {labels} of the reference period, shown to experts "
        f"without label and prediction, tell wrong labels from a changed world: about {minutes} minutes."
    )
    able = bool({"engineer", "expert"} & set(frame.person.roles))
    label = f"Ask for a blind sample of {labels}"
    if job_panel.button(frame.ws, label, Sample, frame.spec.name, key="ask_sample", able=able):
        job_panel.start(frame.ws, Sample(model=frame.spec.name, by=frame.person.name))


def _standing(document: HealthDocument, sample: ReviewedLabels) -> str:
    """How many labels were looked at, and what they say by now of the fall."""
    words = f"Blind sample: {sample.looked} of {sample.queued} labels looked at."
    fall = document.get("fall")
    progress, left = reviews.standing(sample, abs(fall["value"]) if fall else None)
    bar = status_mark.evidence_bar(progress, ("no cause", "labels are a cause"), left, "label")
    return f'<section class="ct-verdict"><p>{escape(words)}</p>{bar}</section>'
