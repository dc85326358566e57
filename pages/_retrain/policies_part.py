"""When to retrain, compared on the past."""

from typing import Any

import streamlit as st

from core.services.experiments.jobs import ComparePolicies
from core.services.experiments.replay import policies
from core.services.experiments.replay.views import PoliciesDocument
from pages._shared import job_panel
from pages._shared.page_context import Frame


def show(frame: Frame) -> None:
    """What came of it, and the button that compares anew."""
    name, document = frame.spec.name, policies.latest(frame.ws, frame.spec.name)
    if document is None:
        st.write(
            "The champion's recipe is fitted again and again, as each policy would have done with the labels "
            "of then: never, after every period, on an alarm, or when a challenger is shown to be better."
        )
    else:
        st.write(document["sentence"])
        rows = [_row(document, entry) for entry in document["policies"]]
        st.dataframe(rows, alt=document["sentence"], hide_index=True, key="policies_table")
        if document["alarm"]:
            st.write(document["alarm"])
    label = "Compare policies again" if document else "Compare policies of retraining"
    if job_panel.button(frame.ws, label, ComparePolicies, name, key="start_policies"):
        job_panel.start(frame.ws, ComparePolicies(model=name, by=frame.person.name))


def _row(document: PoliciesDocument, entry: Any) -> dict[str, str]:
    unit = document["unit"]
    row = {
        "Retrain": entry["policy"],
        unit.capitalize() if unit == "errors" else unit: f"{entry['total']:,.0f}",
        "Less than never": f"{entry['less']:,.0f}",
        "Retrains": f"{entry['retrains']:,}",
        "Changes": f"{entry['changes']:,}",
        "Labels": f"{entry['labels']:,}",
    }
    if entry["money"] is not None:
        row[f"Cost {document['currency']}".strip()] = f"{entry['money']:,.0f}"
    return row
