"""Background work as a person sees it: started, how far, how long, stopped."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from core.jobs import client
from core.jobs.spec import JobStatus
from core.services.kinds import JOBS, does
from core.services.monitoring import monitor
from core.services.onboarding import connect_model
from core.store.workspace import Workspace
from pages._shared import format_number

LIVE = ("queued", "running")
PACE = 1.0  # seconds between two looks at a running job
IDLE_PACE = 10.0  # and when none is running: another tab may have started one
SHOWN_FOR = timedelta(days=1)  # how long a failure is shown unless somebody puts it away
LISTED = 20
ASIDE = frozenset({"look", "try", "registered"})
"""Short jobs that a page waits for and tells about in its own place."""


def start(ws: Workspace, kind: str, model: str = "", /, *, once: str | None = None, **args: Any) -> None:
    """Submit a job for a model and show it from the next run on.

    While one with the same `once` (by default: one of that kind for the model) is at work, it starts none.
    """
    about = {"model": model} if model else {}
    client.submit(ws.settings, kind, about | args, dedupe=once or model or kind)
    st.rerun()


def live(ws: Workspace, kind: str | None = None, model: str | None = None) -> list[JobStatus]:
    """The jobs that are queued or running, those of one kind if asked."""
    return [job for job in client.live(ws.settings) if _is(job, kind) and model in (None, _model(job))]


def button(
    ws: Workspace,
    label: str,
    kind: str,
    model: str = "",
    *,
    key: str,
    first: bool = False,
    able: bool = True,
    icon: str | None = None,
    **about: Any,
) -> bool:
    """A button that starts a job of that kind (with arguments `about`); it waits while that is being done."""
    busy = any(
        does(job.kind, job.args, kind, model) and about.items() <= job.args.items()
        for job in client.live(ws.settings)
    )
    return st.button(
        label,
        key=key,
        type="primary" if first else "secondary",
        disabled=busy or not able,
        icon=icon,
        help="This is being done: how far it is stands at the top." if busy else None,
    )


def _is(job: JobStatus, kind: str | None) -> bool:
    """Whether it is of that kind; without one, whether the strip tells about it."""
    return job.kind not in ASIDE if kind is None else job.kind == kind


def about(ws: Workspace, kind: str, args: Mapping[str, Any]) -> JobStatus | None:
    """The newest job of that kind that was submitted with these arguments, however it stands."""
    of_kind = (job for job in client.recent(ws.settings, LISTED) if job.kind == kind)
    return next((job for job in of_kind if args.items() <= job.args.items()), None)


def newest(ws: Workspace, kind: str, model: str | None = None) -> JobStatus | None:
    """The newest job of that kind, however it stands."""
    of_kind = (job for job in client.recent(ws.settings, LISTED) if job.kind == kind)
    return next((job for job in of_kind if model in (None, _model(job))), None)


def _model(job: JobStatus) -> str | None:
    return job.args.get("model")


def strip(ws: Workspace, model: str | None, *, told_below: Collection[str] = ()) -> None:
    """The jobs at work, with progress and a stop button, and those that failed; looks again by itself.

    `told_below` are the kinds whose failure the page itself tells.
    """
    running = live(ws)
    draw = st.fragment(_draw, run_every=PACE if running else IDLE_PACE)
    draw(ws, [job.id for job in running], _seen(ws, model), model)
    for job_id in st.session_state.get("watched", []):
        _ended(ws, job_id)
    st.session_state["watched"] = [job.id for job in running]
    for kind in set(JOBS) - ASIDE:
        last = newest(ws, kind, None if kind == "demo" else model)
        if kind not in told_below and last and last.error and _fresh(last):
            _failure(last)


def _draw(ws: Workspace, ids: list[str], seen: str, model: str | None) -> None:
    running = live(ws)
    for job in running:
        if job.id in ids:
            _row(ws, job, model)
    if {job.id for job in running} != set(ids) or (ids and _seen(ws, model) != seen):
        st.rerun()


def _seen(ws: Workspace, model: str | None) -> str:
    """Changes when a running job has made something that the page could show."""
    names = [spec.name for spec in connect_model.list_models(ws)]
    document = monitor.health(ws, model) if model else None
    return f"{names} {document['computed_at'] if document else None}"


def _ended(ws: Workspace, job_id: str) -> None:
    """Say once how a job ended that this person saw running; a failure stays in the strip."""
    job = client.status(ws.settings, job_id)
    title = JOBS[job.kind].title
    if job.state == "done":
        st.toast(f"{title}: done.", icon=":material/check:")
    elif job.state == "cancelled":
        st.toast(f"{title}: stopped.", icon=":material/stop_circle:")


def _fresh(job: JobStatus) -> bool:
    put_away = st.session_state.get("put_away", ())
    began = datetime.fromisoformat(job.started_at) if job.started_at else datetime.now(UTC)
    return job.id not in put_away and datetime.now(UTC) - began < SHOWN_FOR


def _failure(job: JobStatus) -> None:
    """Why a job failed: there after a reload too, until a newer one of its kind or until it is put away."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"failed_{job.kind}"):
        said = job.error or {"message": "", "hint": ""}
        st.warning(
            f"**{JOBS[job.kind].title}: {said['message']}** {said['hint']}",
            icon=":material/error:",
            width="stretch",
        )
        st.button("Put away", key=f"put_away_{job.kind}", on_click=_put_away, args=(job.id,))


def _put_away(job_id: str) -> None:
    st.session_state["put_away"] = {*st.session_state.get("put_away", ()), job_id}


def _row(ws: Workspace, job: JobStatus, model: str | None) -> None:
    title, about = JOBS[job.kind].title, _model(job)
    whose = f" ({about})" if about and about != model else ""
    left = "" if job.seconds_left is None else f" - about {format_number.duration(job.seconds_left)} left"
    said = "waiting for its turn" if job.state == "queued" else job.message or "starting"
    with st.container(horizontal=True, vertical_alignment="center", key=f"job_{job.id}"):
        st.progress(min(1.0, max(0.0, job.fraction)), text=f"**{title}**{whose}: {said}{left}")
        if st.button("Stop", key=f"stop_{job.id}", help=f"Stop: {title}"):
            client.cancel(ws.settings, job.id)
