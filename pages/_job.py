"""Background work as a person sees it: started, how far, how long, stopped."""

from typing import Any

import streamlit as st

from core.jobs import client
from core.jobs.spec import JobStatus
from core.services import monitor, setup
from core.services.kinds import JOBS
from core.store.workspace import Workspace
from pages import _number

LIVE = ("queued", "running")
PACE = 1.0  # seconds between two looks at a running job


def start(ws: Workspace, kind: str, model: str = "", /, **args: Any) -> None:
    """Submit a job for a model and show it from the next run on; pressing twice starts one."""
    about = {"model": model} if model else {}
    client.submit(ws.settings, kind, about | args, dedupe=model or kind)
    st.rerun()


def live(ws: Workspace, kind: str | None = None, model: str | None = None) -> list[JobStatus]:
    """The jobs that are queued or running, those of one kind if asked."""
    return [
        job
        for job in client.recent(ws.settings, 20)
        if job.state in LIVE and kind in (None, job.kind) and model in (None, _model(job))
    ]


def _model(job: JobStatus) -> str | None:
    return job.args.get("model")


def strip(ws: Workspace, model: str | None) -> None:
    """The jobs at work, with progress and a stop button; looks again by itself while there are any."""
    running = live(ws)
    draw = st.fragment(_draw, run_every=PACE if running else None)
    draw(ws, [job.id for job in running], _seen(ws, model), model)
    for job_id in st.session_state.get("watched", []):
        _ended(ws, job_id)
    st.session_state["watched"] = [job.id for job in running]


def _draw(ws: Workspace, ids: list[str], seen: str, model: str | None) -> None:
    jobs = [client.status(ws.settings, job_id) for job_id in ids]
    for job in jobs:
        if job.state in LIVE:
            _row(ws, job)
    if any(job.state not in LIVE for job in jobs) or (jobs and _seen(ws, model) != seen):
        st.rerun()


def _seen(ws: Workspace, model: str | None) -> str:
    """Changes when a running job has made something that the page could show."""
    names = [spec.name for spec in setup.list_models(ws)]
    document = monitor.health(ws, model) if model else None
    return f"{names} {document['computed_at'] if document else None}"


def _ended(ws: Workspace, job_id: str) -> None:
    """Say once how a job ended that this person saw running."""
    job = client.status(ws.settings, job_id)
    title = JOBS[job.kind].title
    if job.state == "done":
        st.toast(f"{title}: done.", icon=":material/check:")
    elif job.state == "cancelled":
        st.toast(f"{title}: stopped.", icon=":material/stop_circle:")
    elif job.error:
        st.warning(f"**{title}: {job.error['message']}** {job.error['hint']}", icon=":material/error:")


def _row(ws: Workspace, job: JobStatus) -> None:
    title = JOBS[job.kind].title
    left = "" if job.seconds_left is None else f" - about {_number.duration(job.seconds_left)} left"
    said = "waiting for its turn" if job.state == "queued" else job.message or "starting"
    with st.container(horizontal=True, vertical_alignment="center", key=f"job_{job.id}"):
        st.progress(min(1.0, max(0.0, job.fraction)), text=f"**{title}**: {said}{left}")
        if st.button("Stop", key=f"stop_{job.id}", help=f"Stop: {title}"):
            client.cancel(ws.settings, job.id)


def failed(ws: Workspace, kind: str, model: str | None = None) -> dict[str, str] | None:
    """Message and hint of the newest job of that kind, if it failed."""
    of_kind = (job for job in client.recent(ws.settings, 20) if job.kind == kind)
    newest = next((job for job in of_kind if model in (None, _model(job))), None)
    return newest.error if newest and newest.state == "failed" else None
