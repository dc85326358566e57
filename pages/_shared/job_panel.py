"""Background work as a person sees it: started, how far, how long, stopped."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

import streamlit as st

from core.access import Person, can_see, require
from core.health.performance import format_number
from core.jobs import client
from core.jobs.job import AJob, Job, ModelJob, does_work_of
from core.jobs.status import JobStatus
from core.messages.markdown import plain
from core.services.jobs import JOBS
from core.services.monitoring import overview
from core.services.onboarding import connect_model
from core.services.onboarding.jobs import ListRegistry, Look, Try
from core.store.workspace import Workspace
from pages._shared import visitor

PACE = 1.0  # seconds between two looks at a running job
IDLE_PACE = 10.0  # and when none is running: another tab may have started one
SHOWN_FOR = timedelta(days=1)  # how long a failure is shown unless somebody puts it away
LISTED = 20
ASIDE = frozenset(kind.declaration.name for kind in (Look, Try, ListRegistry))
"""Short jobs that a page waits for and tells about in its own place."""


def start(ws: Workspace, job: Job, *, once: str | None = None) -> None:
    """Submit a job and show it from the next run on.

    While one with the same `once` (by default: one of that kind for the model) is at work, it starts none.
    """
    about = job.model if isinstance(job, ModelJob) else job.declaration.name
    client.submit(ws.settings, job, dedupe=once or about)
    st.rerun()


def live(ws: Workspace, kind: type[Job] | None = None, model: str | None = None) -> list[JobStatus]:
    """The jobs that are queued or running, of one kind; without it, those that the strip tells about."""
    return [
        job
        for job in client.live_jobs(ws.settings)
        if (job.kind not in ASIDE if kind is None else job.kind == kind.declaration.name)
        and model in (None, job.model)
    ]


def is_busy(ws: Workspace, kind: type[Job], model: str = "") -> bool:
    """Whether the work of that kind is being done for the model, or something stands in its way."""
    running = (job.arguments(JOBS[job.kind]) for job in client.live_jobs(ws.settings) if job.kind in JOBS)
    return any(job is not None and does_work_of(job, kind, model) for job in running)


def button(
    ws: Workspace,
    label: str,
    kind: type[Job],
    model: str = "",
    *,
    key: str,
    first: bool = False,
    able: bool = True,
    icon: str | None = None,
    busy: bool | None = None,
) -> bool:
    """A button that starts a job of that kind; it waits while that is being done, or `busy`."""
    busy = is_busy(ws, kind, model) if busy is None else busy
    return st.button(
        label,
        key=key,
        type="primary" if first else "secondary",
        disabled=busy or not able,
        icon=icon,
        help="This is being done: how far it is stands at the top." if busy else None,
    )


def newest(ws: Workspace, kind: type[Job], model: str | None = None) -> JobStatus | None:
    """The newest job of that kind, however it stands."""
    return _newest_of(client.recent_jobs(ws.settings, LISTED), kind, model)


def _newest_of(recent: list[JobStatus], kind: type[Job], model: str | None) -> JobStatus | None:
    of_kind = (job for job in recent if job.kind == kind.declaration.name)
    return next((job for job in of_kind if model in (None, job.model)), None)


def newest_where(ws: Workspace, kind: type[AJob], fits: Callable[[AJob], bool]) -> JobStatus | None:
    """The newest job of that kind whose arguments fit, however it stands."""
    for job in client.recent_jobs(ws.settings, LISTED):
        arguments = job.arguments(kind)
        if arguments is not None and fits(arguments):
            return job
    return None


def newest_like(ws: Workspace, job: Job) -> JobStatus | None:
    """The newest job that was submitted with these arguments, however it stands."""
    return newest_where(ws, type(job), lambda other: other == job)


def strip(
    ws: Workspace, model: str | None, person: Person, *, told_below: Collection[type[Job]] = ()
) -> None:
    """The jobs at work, with progress, those that failed; looks again by itself.

    Of models that the person cannot see nothing is shown; who is an engineer of the model may stop a job.
    `told_below` are the kinds whose failure the page itself tells.
    """
    running = _visible(ws, person)
    draw = st.fragment(_draw, run_every=PACE if running else IDLE_PACE)
    draw(ws, [job.id for job in running], _fingerprint(ws, model), model, person)
    for job_id in st.session_state.get("watched", []):
        _show_ended(ws, job_id)
    st.session_state["watched"] = [job.id for job in running]
    recent = client.recent_jobs(ws.settings, LISTED)
    for name, kind in JOBS.items():
        if name in ASIDE or kind in told_below:
            continue
        last = _newest_of(recent, kind, model if issubclass(kind, ModelJob) else None)
        if last and last.error and _fresh(last) and (not last.model or can_see(person, last.model)):
            _failure(last)


def _draw(ws: Workspace, ids: list[str], before: str, model: str | None, person: Person) -> None:
    running = _visible(ws, person)
    for job in running:
        if job.id in ids:
            _row(ws, job, model, person)
    if {job.id for job in running} != set(ids) or (ids and _fingerprint(ws, model) != before):
        st.rerun()


def _fingerprint(ws: Workspace, model: str | None) -> str:
    """Changes when a running job has made something that the page could show."""
    names = [spec.name for spec in connect_model.list_models(ws)]
    known = overview.headline(ws, model) if model else None
    return f"{names} {known['computed_at'] if known else None}"


def _show_ended(ws: Workspace, job_id: str) -> None:
    """Say once how a job ended that this person saw running; a failure stays in the strip."""
    job = client.status(ws.settings, job_id)
    title = JOBS[job.kind].declaration.title
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
        trouble = job.error or {"message": "", "hint": ""}
        st.warning(
            f"**{JOBS[job.kind].declaration.title}: {plain(trouble['message'])}** {plain(trouble['hint'])}",
            icon=":material/error:",
            width="stretch",
        )
        st.button("Put away", key=f"put_away_{job.kind}", on_click=_put_away, args=(job.id,))


def _put_away(job_id: str) -> None:
    st.session_state["put_away"] = {*st.session_state.get("put_away", ()), job_id}


def _visible(ws: Workspace, person: Person) -> list[JobStatus]:
    return [job for job in live(ws) if not job.model or can_see(person, job.model)]


def _row(ws: Workspace, job: JobStatus, model: str | None, person: Person) -> None:
    title, about = JOBS[job.kind].declaration.title, job.model
    whose = f" ({about})" if about and about != model else ""
    left = "" if job.seconds_left is None else f" - about {format_number.duration(job.seconds_left)} left"
    words = "waiting for its turn" if job.state == "queued" else job.message or "starting"
    with st.container(horizontal=True, vertical_alignment="center", key=f"job_{job.id}"):
        st.progress(min(1.0, max(0.0, job.fraction)), text=f"**{title}**{plain(whose)}: {plain(words)}{left}")
        able = can_see(person, job.model or "", "engineer")
        if able and st.button("Stop", key=f"stop_{job.id}", help=f"Stop: {title}"):
            require(visitor.current(), "engineer", job.model or None)
            client.cancel(ws.settings, job.id)
