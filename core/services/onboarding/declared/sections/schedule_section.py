"""The section of schedules: what a model does by the calendar."""

from typing import Any

from core.errors import DataError
from core.model import ModelSpec
from core.services.onboarding.declared.sections.section import Change, Section
from core.services.schedules.cron import require_cron
from core.services.schedules.plan import KINDS, change_schedule
from core.settings import Settings
from core.store import models
from core.store.engine import StoreSession
from core.store.monitoring import schedules
from core.store.types import now


def read(session: StoreSession, spec: ModelSpec) -> list[dict[str, Any]]:
    """The schedules by kind of work."""
    return [
        {"kind": row.kind, "cron": row.cron, "time_zone": row.time_zone}
        for row in schedules.list_schedules(session, spec.id)
    ]


def prepare(
    _settings: Settings, _spec: ModelSpec, _before: list[dict[str, Any]], wish: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The schedules with every key, by kind of work.

    Raises:
        DataError: a kind stands twice, or an expression or a time zone cannot be used.
    """
    kinds = [value["kind"] for value in wish]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise DataError(f"schedules: {kind} stands twice.", "Keep one; a cron expression can list hours.")
    whole = [{"time_zone": "UTC", **value, "cron": " ".join(value["cron"].split())} for value in wish]
    for value in whole:
        require_cron(value["cron"], value["time_zone"], now())
    return sorted(whole, key=lambda value: str(value["kind"]))


def apply(change: Change, wish: list[dict[str, Any]]) -> None:
    """Take back what is not wished, set what is new or changed; what stays keeps its next moment."""
    spec = models.spec(change.session, change.name, to_change=True)
    wished = {value["kind"]: value for value in wish}
    for kind in KINDS:
        value = wished.get(kind)
        timing = (value["cron"], value["time_zone"]) if value else None
        change_schedule(change.session, spec.id, kind, timing, change.by, now(), file=change.file)


SCHEDULES = Section(
    read, apply, prepare, causes={"": "Its next moment counts from now on; what is in line goes on."}
)
