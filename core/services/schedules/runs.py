"""Due runs: each is noted, then put in line under an id of its own, which the job library takes once."""

from datetime import datetime

from core.jobs import client
from core.jobs.job import Job
from core.services.experiments.jobs import Retrain
from core.services.ingestion.jobs import Poll
from core.services.monitoring.jobs import Monitor
from core.services.schedules.cron import newest_moment, next_moment
from core.store import models
from core.store.engine import reading, writing
from core.store.monitoring import schedules
from core.store.workspace import Workspace

BY = "Caretaker"


def begin_due(ws: Workspace, moment: datetime) -> int:
    """Note a run of every schedule whose moment has come; gives how many.

    Of moments that passed while no worker lived the newest is run, for all of them.
    """
    with reading(ws.engine) as session:
        if not schedules.due(session, moment):
            return 0
    with writing(ws.engine) as session:
        rows = [row for row in schedules.due(session, moment) if row.due_at is None]
        for row in rows:
            newest = newest_moment(row.cron, row.time_zone, moment, row.next_at)
            missed = row.next_at if newest > row.next_at else None
            schedules.begin_run(
                session, row, newest, next_moment(row.cron, row.time_zone, max(moment, newest)), missed
            )
        return len(rows)


def submit_waiting(ws: Workspace) -> list[str]:
    """Put every run in line that was noted; gives the ids of the jobs.

    Killed between the two, it is done again with the same id: the job library adds nothing then.
    """
    with reading(ws.engine) as session:
        waiting = [(row, models.by_id(session, row.model_id).name) for row in schedules.not_in_line(session)]
    ids = []
    for row, name in waiting:
        if row.due_at is None:
            continue
        job_id = f"schedule-{row.id}-{int(row.created_at.timestamp())}-{int(row.due_at.timestamp())}"
        client.submit(ws.settings, make_job(row.kind, name), job_id=job_id)
        with writing(ws.engine) as session:
            schedules.note_in_line(session, row.id or 0, row.due_at)
        ids.append(job_id)
    return ids


def make_job(kind: str, name: str) -> Job:
    """The job of a kind of work."""
    if kind == "retrain":
        return Retrain(model=name, by=BY)
    return Poll(model=name) if kind == "poll" else Monitor(model=name)
