"""Why, on the Health page: the causes, what confirms each, where it is repaired, and the account."""

from functools import partial
from html import escape

import streamlit as st

from core.charts import health as charts
from core.charts.theme import Mode
from core.charts.waterfall import finding, of_record
from core.health.page.titles import with_titles
from core.health.performance import format_number
from core.health.report.document import HealthDocument
from core.health.report.why_entries import AccountLine, CauseEntry
from core.tables import dates
from pages._shared import chart_or_table, navigation

KINDS = {
    "data_fault": "A fault in the data",
    "output_fault": "A fault in the predictions",
    "label_fault": "A fault in the labels",
    "version": "Another version",
    "mix": "The mix of the inputs moved",
    "inside": "The same kind of rows",
    "labels": "Wrong labels",
}
SETUP = ("setup", ":material/upload_file:")
RETRAIN = ("retrain", ":material/model_training:")
WAYS = {
    "data_fault": ("Send the column repaired", *SETUP),
    "output_fault": ("Send repaired predictions", *SETUP),
    "label_fault": ("Send repaired labels", *SETUP),
    "version": ("Compare, and roll back", *RETRAIN),
    "mix": ("Retrain on the rows of now", *RETRAIN),
    "inside": ("Try a retrained model", *RETRAIN),
    "labels": ("Correct the labels", "relabel", ":material/label:"),
}
"""Where a cause of that kind is repaired: label of the link, page, icon."""
WHOLE = 0.995
"""Share from which on a cause rounds to all of the fall."""


def draw(document: HealthDocument, mode: Mode) -> None:
    """Ranked causes, each with its share of the loss and the link that repairs it; the fall, itemised."""
    if not document["causes"]:
        st.write(_unexplained_line(document))
    for number, cause in enumerate(document["causes"], 1):
        with st.container(key=f"cause_{number}", gap="small"):
            st.html(f'<ol class="ct-causes" start="{number}">{_cause(document, cause)}</ol>')
            if cause["share"] > 0:
                label, page, icon = WAYS[cause["kind"]]
                navigation.link(page, label, icon)
    fall = document.get("fall")
    if fall:
        lines = document["account"]
        chart_or_table.chart(
            partial(charts.account, fall, lines, mode),
            partial(charts.account_table, fall, lines),
            alt=f"{finding(fall, lines)}.{of_record(fall)} " + " ".join(line["sentence"] for line in lines),
            key="account",
        )


def _unexplained_line(document: HealthDocument) -> str:
    if document["status"] == "red" or document["losses"]:
        return (
            "Not known yet. No fault in the data and no moved mix of the inputs explains the fall beyond "
            "chance. A changed world, predictions that no longer follow the inputs and wrong labels look "
            "alike from here: a sample of checked labels or a retrained model tells them apart."
        )
    return "No fall beyond chance was found that would need an explanation."


def _cause(document: HealthDocument, cause: CauseEntry) -> str:
    width = f"{max(0.0, min(1.0, cause['share'])):.0%}"
    line = next((line for line in document.get("account", []) if _is_line(line, cause)), None)
    sentence = escape(with_titles(document, cause["sentence"]))
    return (
        f'<li><b>{escape(KINDS[cause["kind"]])}</b> <span class="ct-share">{_part(cause["share"])}</span>'
        f'<span class="ct-bar"><i style="width:{width}"></i></span>{sentence}'
        f"{_state(document, line) if line else ''}</li>"
    )


def _part(share: float) -> str:
    """A share of the fall in words: what one cause costs beyond all of it, another one spared."""
    if share <= 0:
        return "makes the fall smaller" if share < 0 else "no part of the fall"
    return "the whole fall" if share >= WHOLE else f"{format_number.share(share)} of the fall"


def _is_line(line: AccountLine, cause: CauseEntry) -> bool:
    return (line["kind"], line["features"]) == (cause["kind"], cause["features"])


def _state(document: HealthDocument, line: AccountLine) -> str:
    """Whether an experiment has confirmed it, and which."""
    if line["state"] != "confirmed":
        return " <small>Suspected: no experiment has confirmed it yet.</small>"
    by = f" by {', '.join(line['confirmed_by'])}" if line.get("confirmed_by") else ""
    proof = f": {with_titles(document, line['proof']['sentence'])}" if "proof" in line else "."
    day = dates.day(line.get("confirmed_on"))
    return f" <small><b>Confirmed</b>{escape(by)}, data until {escape(day)}{escape(proof)}</small>"
