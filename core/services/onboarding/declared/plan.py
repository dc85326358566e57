"""Compare files with the home by making what they ask for in a transaction that is taken back.

So a plan is refused by the same rules as the change itself, and shows what the rows of the home would be.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from core.errors import CaretakerError, RetrainError
from core.jobs.job import Job
from core.model import ModelSpec
from core.services.onboarding import plan as connecting
from core.services.onboarding.connect_model import list_models
from core.services.onboarding.declared.differences import differences
from core.services.onboarding.declared.form.read_files import Declaration
from core.services.onboarding.declared.new_model import for_file, plan_new
from core.services.onboarding.declared.sections.registry import SECTIONS, read_model
from core.services.onboarding.declared.sections.section import Change
from core.services.onboarding.declared.views import ModelPlanEntry, ModelsPlanDocument, ProblemEntry
from core.store import models
from core.store.engine import StoreSession, reading, writing
from core.store.experiments import deployments
from core.store.workspace import Workspace

REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """One model of a plan.

    Attributes:
        before: all that the home has of it; None where it is not connected.
        wish: section -> what `apply` of it gets.
        new: how it is connected, where it is not yet.
        jobs: what follows the transaction.
    """

    declaration: Declaration
    before: dict[str, Any] | None
    wish: dict[str, Any]
    entry: ModelPlanEntry
    new: tuple[connecting.ConnectRequest, connecting.Plan] | None = None
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelsPlan:
    """What applying files would do."""

    models: tuple[PlannedModel, ...]
    document: ModelsPlanDocument

    @property
    def pending(self) -> bool:
        """Whether there is anything to make."""
        return any(model.entry["action"] in {"create", "change"} for model in self.models)

    @property
    def problems(self) -> list[ProblemEntry]:
        """What cannot be made."""
        return [problem for model in self.models for problem in model.entry["problems"]]


def plan(ws: Workspace, declarations: Sequence[Declaration], by: str) -> ModelsPlan:
    """What applying these files would do; nothing is changed.

    Args:
        ws: the stores.
        declarations: what the files say.
        by: who would apply it.
    """
    connected = {spec.name: spec for spec in list_models(ws)}
    planned = tuple(_plan_model(ws, one, connected.get(one.name), by) for one in declarations)
    content = [[one.declaration.name, one.before, one.declaration.content] for one in planned]
    digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    declared_names = {one.name for one in declarations}
    document = ModelsPlanDocument(
        fingerprint=digest,
        models=[one.entry for one in planned],
        untouched=[name for name in connected if name not in declared_names],
    )
    return ModelsPlan(planned, document)


def _plan_model(ws: Workspace, one: Declaration, spec: ModelSpec | None, by: str) -> PlannedModel:
    entry = ModelPlanEntry(model=one.name, action="keep", changes=[], notes=[], problems=[])
    if spec is None:
        return _plan_new(ws, one, entry, by)
    with reading(ws.engine) as session:
        before = read_model(session, models.spec(session, one.name))
    wish = _prepare(ws, one, spec, entry, before)
    after, jobs = _rehearse(ws, one, spec, wish, entry, before, by)
    entry["changes"] = differences(before, after)
    entry["notes"] = _notes(one, before)
    entry["action"] = "refuse" if entry["problems"] else "change" if entry["changes"] else "keep"
    return PlannedModel(one, before, wish, entry, jobs=jobs)


def _plan_new(ws: Workspace, one: Declaration, entry: ModelPlanEntry, by: str) -> PlannedModel:
    """The plan of connecting; the settings are rehearsed on a model that is taken back."""
    try:
        request, made = plan_new(ws.settings, one, by)
    except CaretakerError as error:
        section = "connect" if isinstance(error, RetrainError) else "data"
        entry["problems"].append(_problem(error, one.place(section, error.message)))
        entry["action"] = "refuse"
        return PlannedModel(one, None, {}, entry)
    wish = _prepare(ws, one, made.spec, entry, {})
    after, jobs = _rehearse(ws, one, made.spec, wish, entry, None, by, connecting.predicts_here(request))
    entry["changes"] = differences(None, after)
    entry["notes"] = [
        f"{len(made.training):,} training rows and {len(made.log):,} of the log are read from {made.source}.",
        *map(for_file, (*made.reasons, *made.notes)),
    ]
    entry["action"] = "refuse" if entry["problems"] else "create"
    return PlannedModel(one, None, wish, entry, (request, made), jobs)


def _prepare(
    ws: Workspace, one: Declaration, spec: ModelSpec, entry: ModelPlanEntry, before: dict[str, Any]
) -> dict[str, Any]:
    """What each section is to be made of; what cannot be becomes a problem."""
    wish = {}
    for name, section in SECTIONS.items():
        if name not in one.content:
            continue
        try:
            wish[name] = section.prepare(ws.settings, spec, before.get(name) or [], one.content[name])
        except CaretakerError as error:
            entry["problems"].append(_problem(error, one.place(name, error.message)))
    return wish


def _rehearse(
    ws: Workspace,
    one: Declaration,
    spec: ModelSpec,
    wish: dict[str, Any],
    entry: ModelPlanEntry,
    before: dict[str, Any] | None,
    by: str,
    predicts_here: bool = False,
) -> tuple[dict[str, Any], tuple[Job, ...]]:
    """All sections as they would be, and the jobs that follow; what is refused becomes a problem."""
    jobs: list[Job] = []
    with writing(ws.engine) as session:
        if before is None:
            spec = _add_for_now(session, spec)
            if predicts_here:
                deployments.record_first(session, spec.id, REHEARSAL, person=by, data_until=None)
            session.flush()
        for name, part in wish.items():
            undo = session.begin_nested()
            try:
                SECTIONS[name].apply(Change(session, ws.settings, one.name, by, one.file), part)
                session.flush()
            except CaretakerError as error:
                undo.rollback()
                entry["problems"].append(_problem(error, one.place(name, error.message)))
            else:
                undo.commit()
        after = _after(session, one.name, wish, jobs, by)
        session.rollback()
    return after, tuple(jobs)


def _add_for_now(session: StoreSession, spec: ModelSpec) -> ModelSpec:
    """The model with its id; one whose connecting was cut off has a row already."""
    unfinished = [one for one in models.specs(session) if one.name == spec.name]
    if not unfinished:
        return models.add(session, spec)
    spec = replace(spec, id=unfinished[0].id)
    models.replace(session, spec)
    return spec


def _after(
    session: StoreSession, name: str, wish: dict[str, Any], jobs: list[Job], by: str
) -> dict[str, Any]:
    spec = models.spec(session, name)
    after = read_model(session, spec)
    for section, part in wish.items():
        later = SECTIONS[section].jobs(spec, after[section], part, by)
        if later is not None:
            after[section] = later[0]
            jobs += later[1]
    return after


def _notes(one: Declaration, before: dict[str, Any]) -> list[str]:
    """Of the rows and the model that it was connected from: they are no setting."""
    wish, now = one.content.get("connect", {}), before["connect"]
    other = [key for key, value in wish.items() if value != now[key]]
    if not other:
        return []
    keys = " and ".join(f"connect.{key}" for key in other)
    why = "read only when a model is connected, so that nothing changes"
    return [f"{keys}: {why}. New rows come by `ingest` or a source, a new version by `retrain`."]


def _problem(error: CaretakerError, place: str) -> ProblemEntry:
    return ProblemEntry(place=place, message=error.message, hint=for_file(error.hint))
