"""Parts of the Setup page: models, a file to take in, connecting one more, the demo."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.errors import DataError
from core.health.performance import format_number
from core.jobs.status import JobStatus
from core.messages.markdown import plain
from core.model import ModelSpec
from core.services.deployment import promote
from core.services.ingestion import uploads
from core.services.ingestion.jobs import Ingest
from core.services.ingestion.label_changes import describe
from core.services.onboarding.jobs import DIGITS, HOTEL, Demo
from core.stats.measures.table import metric_named
from core.store.workspace import Workspace
from core.tables import dates
from core.tables.deliveries import Kind
from pages._shared import job_panel, room
from pages._shared.page_context import Frame

KINDS: dict[Kind, str] = {
    "predictions": "New rows",
    "labels": "Late labels",
    "training": "Training rows",
}
TYPES = ("csv", "tsv", "txt", "parquet", "pq", "jsonl", "ndjson")


def models(ws: Workspace, specs: Sequence[ModelSpec]) -> None:
    """One line for each model."""
    st.header("Models", anchor=False)
    if not specs:
        st.write("No model is connected yet. Connect one below: rows of the past are all it takes.")
        return
    with room.reserve("models", room.table_height(len(specs))):
        st.dataframe(
            [_line(ws, spec) for spec in specs], alt="Connected models", hide_index=True, key="models_table"
        )


def _line(ws: Workspace, spec: ModelSpec) -> dict[str, str]:
    champion = promote.champion(ws, spec.name)
    period = spec.chunk if not spec.chunk.isdigit() else f"{spec.chunk} rows"
    return {
        "Model": spec.name,
        "Version": champion.version if champion else "-",
        "Task": spec.task,
        "Items": spec.item,
        "Classes": ", ".join(spec.classes),
        "Metric of record": metric_named(spec.metric).title,
        "Tell me when it loses more than": _tolerance(spec),
        "Period": period,
        "Clock": dates.day(spec.as_of) if spec.as_of else "now",
    }


def _tolerance(spec: ModelSpec) -> str:
    if spec.tolerance is None:
        return "a tenth of what it was"
    percent = metric_named(spec.metric).unit == "share"
    return format_number.count(round(100 * spec.tolerance), "point") if percent else f"{spec.tolerance:g}"


def take_in(frame: Frame) -> None:
    """Take a file in for the chosen model; the check of its health follows."""
    name = frame.spec.name
    st.subheader(f"Take in a file for {name}", anchor=False)
    kind = st.segmented_control(
        "What is in it?",
        list(KINDS),
        default="predictions",
        required=True,
        key="kind",
        format_func=KINDS.__getitem__,
    )
    file = st.file_uploader("CSV, Parquet or JSON lines", type=list(TYPES), key="upload")
    st.write("All of it is checked before anything is written; rows without a prediction are scored.")
    able = file is not None
    pressed = job_panel.button(frame.ws, "Take it in", Ingest, name, key="take_in", first=True, able=able)
    if file is None or not pressed:
        _outcome(job_panel.newest(frame.ws, Ingest, name))
        return
    try:
        path = uploads.keep(frame.ws, file.name, file.getvalue())
    except DataError as error:
        _show_refusal(error.message, error.hint)
        return
    job = Ingest(model=name, paths=(str(path),), kind=kind, by=frame.person.name, door="page")
    job_panel.start(frame.ws, job, once=path.parent.name)


def _outcome(job: JobStatus | None) -> None:
    """What became of the last file, also after a reload."""
    if job and job.error:
        _show_refusal(job.error["message"], job.error["hint"])
    for batch in (job.result or {}).get("batches", ()) if job else ():
        with st.container(key="taken"):
            st.success(
                f"**{batch['new']:,} new rows from {plain(batch['source'])}**, "
                f"{batch['replaced']:,} replaced, {batch['labelled']:,} with a label.",
                icon=":material/check:",
            )
            for note in describe(batch):
                st.warning(plain(note), icon=":material/label:")
            _left_out(batch.get("left_out") or {})


def _left_out(report: dict[str, Any]) -> None:
    """Rows of the file that were not taken in, and why."""
    if report.get("message"):
        st.warning(plain(f"{report['message']} {report['hint']}"), icon=":material/error:")
    if report.get("listed"):
        st.dataframe(report["listed"], alt="Rows that were left out", hide_index=True, key="left_out")


def _show_refusal(message: str, hint: str) -> None:
    with st.container(key="not_taken"):
        st.warning(f"**{plain(message)}** {plain(hint)}", icon=":material/error:")


def demo(ws: Workspace, specs: Sequence[ModelSpec]) -> None:
    """Two models on real data."""
    st.header("Demo", anchor=False)
    st.write("Two models on real data: hotel cancellations, which grew worse, and digits, some mislabelled.")
    complete = {HOTEL, DIGITS} <= {spec.name for spec in specs}
    label = "The demo is connected" if complete else "Use the demo"
    if job_panel.button(ws, label, Demo, key="start_demo", able=not complete):
        job_panel.start(ws, Demo())
