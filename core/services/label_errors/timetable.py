"""The timetable of what is learnt from answers: soon after each of them, and never twice at once."""

from core.jobs import client
from core.services.label_errors.jobs import Learn
from core.services.timetable import Look
from core.store import models
from core.store.annotation import estimates, events
from core.store.engine import reading
from core.store.workspace import Workspace


def make_look() -> Look:
    """What the worker calls again and again."""
    submitted: dict[str, int] = {}

    def look(ws: Workspace) -> None:
        submit_due(ws, submitted)

    return look


def submit_due(ws: Workspace, submitted: dict[str, int]) -> list[str]:
    """Put a job in line for every model with answers that its newest search does not know.

    `submitted` is kept between calls: model -> number of the event up to which it was submitted. A job that
    has failed is put in line again by the next answer.
    """
    with reading(ws.engine) as session:
        newest = {spec.name: events.last_seq(session, spec.id) for spec in models.specs(session)}
        known = {spec.name: estimates.known_until(session, spec.id) for spec in models.specs(session)}
    due = []
    for name, number in newest.items():
        until = known[name]
        if until is not None and until < number and submitted.get(name) != number:
            client.submit(ws.settings, Learn(model=name), dedupe=name)
            submitted[name] = number
            due.append(name)
    return due
