"""The section of joined sources: each is read by a job, after the transaction of the model."""

from dataclasses import replace
from typing import Any

from core.errors import DataError
from core.jobs.job import Job
from core.model import ModelSpec
from core.services.experiments.jobs import Join
from core.services.onboarding.declared.sections.section import Change, Section
from core.settings import Settings
from core.store import audit, models
from core.store.engine import StoreSession


def read(_session: StoreSession, spec: ModelSpec) -> list[dict[str, Any]]:
    """The joined sources by what asks for them; what was found in them is not said."""
    return [
        {"name": one.name, "address": one.address, "key": one.key, "on": one.on, "time": one.time}
        for one in spec.joined
    ]


def prepare(
    _settings: Settings, _spec: ModelSpec, _before: list[dict[str, Any]], wish: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The joined sources with every key.

    Raises:
        DataError: a name cannot be that of columns, or stands twice.
    """
    from core.services.experiments.joins.join import JoinRequest  # it learns, which the pages never do

    names = [value["name"] for value in wish]
    for value in wish:
        title = JoinRequest(value["address"], value["key"], name=value["name"]).title
        if title != value["name"] or names.count(title) > 1:
            raise DataError(
                f"joins: {value['name']!r} cannot be the name of a joined source.",
                f"Use letters, digits and _, each name once: {title}.",
            )
    return [
        {
            "name": value["name"],
            "address": value["address"],
            "key": value["key"],
            "on": value.get("on") or value["key"],
            "time": value.get("time"),
        }
        for value in wish
    ]


def apply(change: Change, wish: list[dict[str, Any]]) -> None:
    """Offer no more what is not wished; what is new is read by a job."""
    spec = models.spec(change.session, change.name, to_change=True)
    wished = {value["name"] for value in wish}
    dropped = [one for one in spec.joined if one.name not in wished]
    if dropped:
        others = tuple(one for one in spec.joined if one.name in wished)
        models.replace(change.session, replace(spec, joined=others))
    for one in dropped:
        body = {"name": one.name} | ({"file": change.file} if change.file else {})
        audit.add(change.session, spec.id, change.by, "remove joined source", body)


def jobs(
    spec: ModelSpec, before: list[dict[str, Any]], wish: list[dict[str, Any]], by: str
) -> tuple[list[dict[str, Any]], tuple[Job, ...]]:
    """The joined sources as they will be, and the jobs that read those that are new or changed."""
    due = tuple(Join(model=spec.name, by=by, **value) for value in wish if value not in before)
    names = [value["name"] for value in before]
    order = sorted(
        wish, key=lambda value: names.index(value["name"]) if value["name"] in names else len(names)
    )
    return order, due


JOINS = Section(
    read,
    apply,
    prepare,
    jobs,
    causes={"": "A new one is read and guarded by a job; the next search tries its columns."},
)
