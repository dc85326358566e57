"""Parts of the Health page: the actions, the row of numbers, how sure we are."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.charts import health as charts
from core.charts.report import parts
from core.health.page.tiles import describe_alert, open_alerts, tiles
from core.health.performance import format_number, formatting
from core.health.report.data_entry import describe
from core.health.report.document import HealthDocument
from core.messages import Code
from core.messages.markdown import plain
from core.services.deployment.views import DeploymentView
from core.services.monitoring.jobs import Monitor
from core.stats.measures.table import metric_named
from core.tables import dates
from pages import _alerts
from pages._shared import job_panel, navigation
from pages._shared.page_context import Frame

RETRAIN = ("Fix it: retrain", "retrain", ":material/model_training:")
CHECK = ("Check the labels", "suspects", ":material/troubleshoot:")
LOG_ENDED = Code.LOG_ENDED.value
NO_REPAIR = frozenset({"performance", "guard"})
"""Rules of alerts that no repair of data answers."""
SEND = ("Send new predictions", "setup", ":material/upload_file:")
REPAIR = ("Send repaired data", "setup", ":material/upload_file:")
LABEL = ("Label the newest rows", "relabel", ":material/label:")
LABELS = ("Send the missing labels", "setup", ":material/upload_file:")
COMPARE = ("Compare, and roll back", "retrain", ":material/model_training:")
SETUP = ("Open Setup", "setup", ":material/tune:")
FIRST = {Code.COMPARE_VERSIONS: (COMPARE,), Code.SEND_LABELS: (LABELS,)}
"""The first step -> where it is done, whatever the status."""
OPEN = {
    Code.LABEL_NEWEST: (LABEL,),
    Code.LONGER_PERIODS: (SETUP,),
    Code.FILL_REFERENCE: (SETUP,),
    Code.DECIDE_TOLERANCE: (SETUP,),
    Code.CHECK_SCORES: (CHECK,),
    Code.SEND_PREDICTIONS: (SEND,),
}
"""What would settle an open verdict -> where that is done; there is no page on which to wait."""
FAULTS = frozenset({"data_fault", "output_fault", "label_fault"})


def actions(frame: Frame, document: HealthDocument, deployments: Sequence[DeploymentView]) -> None:
    """What can be done from the verdict."""
    name = frame.spec.name
    with st.container(horizontal=True, vertical_alignment="center", key="actions"):
        _ways(document)
        if st.button("Details", key="details"):
            _details(document)
        if "engineer" in frame.person.roles and job_panel.button(
            frame.ws, "Check again", Monitor, name, key="check_again"
        ):
            job_panel.start(frame.ws, Monitor(model=name))
        forms: dict[str, tuple[str, Callable[[], str | bytes]]] = {
            "CSV": ("text/csv", partial(charts.csv, document)),
            "HTML": ("text/html", partial(charts.page, document, deployments)),
            "PDF": ("application/pdf", partial(charts.pdf, document, deployments)),
        }
        for form, (media_type, make) in forms.items():
            ending = form.lower()
            st.download_button(
                f"Export {form}",
                make,
                f"{name}-health.{ending}",
                media_type,
                key=f"export_{ending}",
                on_click="ignore",
            )
    _alerts.notice(frame, document)


def _ways(document: HealthDocument) -> None:
    """Where the suggestion is carried out, as the first button; there is none when nothing is to be done."""
    ways: tuple[tuple[str, str, str], ...]
    steps = [Code(step["code"]) for step in document["steps"]]
    if steps and steps[0] in FIRST:
        ways = FIRST[steps[0]]
    elif document["status"] == "red":
        cause = document["causes"][0]["kind"] if document["causes"] else ""
        ways = (REPAIR,) if cause in FAULTS else (RETRAIN, CHECK)
    elif any(one["rule"] not in NO_REPAIR and one["code"] != LOG_ENDED for one in open_alerts(document)):
        ways = (REPAIR,)
    elif document["losses"]:
        ways = (RETRAIN, CHECK)
    else:
        ways = OPEN.get(steps[0], ()) if steps else ()
    urgent = document["status"] == "red" or document["labels_needed"]
    for number, (label, page, icon) in enumerate(ways):
        with st.container(key=f"{'first' if urgent and number == 0 else 'go'}_{page}", width="content"):
            navigation.link(page, label, icon)


@st.dialog("Details", width="large")
def _details(document: HealthDocument) -> None:
    metric, reference, onset = document["metric"], document["reference"], document["onset"]
    limit = formatting.tolerance(metric_named(metric), document["tolerance"])
    lines = [f"**Metric of record:** {document['metric_label']}, tolerance {limit}."]
    if reference:
        value = format_number.with_interval(
            reference["value"], reference["low"], reference["high"], reference["n"], metric=metric
        )
        source = "training window, scored out of fold" if reference["trained"] else "first part of the log"
        lines.append(f"**Reference period:** {value}; {source}.")
    if onset:
        lines.append(
            f"**Onset:** {dates.day(onset['date'])} "
            f"(between {dates.day(onset['earliest'])} and {dates.day(onset['latest'])})."
        )
    lines += [f"**Open alert:** {plain(describe_alert(document, one))}" for one in open_alerts(document)]
    st.markdown("\n\n".join(lines))
    st.dataframe(
        charts.timeline_table(document),
        alt="All periods",
        hide_index=True,
        width="stretch",
        key="details_table",
    )


def numbers(document: HealthDocument) -> None:
    """The row of numbers that have a value, each with its interval and n."""
    st.html(parts.numbers(tiles(document)))


def certainty(document: HealthDocument) -> None:
    """What the numbers rest on, and what they cannot see."""
    labels, sizes = document["labels"], sorted(chunk["n"] for chunk in document["chunks"]) or [0]
    st.markdown(
        f"- **Labels.** {labels['labelled']:,} of {format_number.count(labels['rows'], 'row')} "
        "have a label; "
        f"{labels['mature']:,} are old enough that their label counts as final.\n"
        f"- **Time covered:** {describe(document['data'])}.\n"
        f"- **Periods.** {_sizes(sizes)}; a smaller one has a wider band.\n"
        f"{_unseen_lines(document)}"
        "- **Intervals** are 95 % intervals. Healthy means that a fall beyond the tolerance is excluded; "
        "worse means that *no fall* is excluded.\n"
        f"- **The estimate** assumes {_assumption_line(document)} in the reference period. "
        "It sees inputs that change the model's predictions; a changed relation, or cases that became "
        "harder at the same predictions, it cannot see until labels arrive."
    )


def _unseen_lines(document: HealthDocument) -> str:
    """What has no number above, and why."""
    why = document["chunks"][-1].get("not_estimated") if document["chunks"] else None
    lines = [plain(why["sentence"])] if why is not None else []
    if not document["summary"]["features"]:
        lines.append("Pictures and texts have no columns: they are watched by their scores.")
    return "".join(f"- **Not shown above:** {line}\n" for line in lines)


def _assumption_line(document: HealthDocument) -> str:
    if not metric_named(document["metric"]).of_numbers:
        return "that scores still mean what they meant"
    return "errors as large as those of such predictions"


def _sizes(sizes: Sequence[int]) -> str:
    periods, few = format_number.count(len(sizes), "period"), format_number.count(sizes[0], "row")
    return (
        f"{periods} of {few}" if sizes[0] == sizes[-1] else f"{periods} of {sizes[0]:,} to {sizes[-1]:,} rows"
    )
