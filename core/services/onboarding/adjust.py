"""Change what may safely be changed of a connected model, and write down who did it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from core.access import LOCAL
from core.errors import DataError
from core.model import ModelSpec
from core.services.automation.rules import require_automation, require_one_who_decides, same_wish
from core.services.deployment.canary import require_canary
from core.services.deployment.targets import require_targets
from core.services.onboarding.measures import (
    require_budgets,
    require_costs,
    require_group,
    require_least,
    require_metric,
    require_order,
    require_reference,
    require_threshold,
    require_tolerance,
)
from core.settings import Settings
from core.store import audit, models
from core.store.engine import StoreSession, writing
from core.store.experiments import comparisons, deployments, proposals
from core.store.types import now
from core.store.workspace import Workspace

SAFE = (
    "metric",
    "tolerance",
    "threshold",
    "costs",
    "class_order",
    "reference",
    "guideline",
    "class_notes",
    "least_gain",
    "least_saving",
    "budgets",
    "fairness_blocks",
    "group",
    "second_person",
    "guard_rolls_back",
    "deploy_to",
    "canary",
    "automation",
)
"""Nothing that decides how stored rows are read; decisions are made from their scores when they are read.

`group` is the column of that role, which every file has where it is a feature or a segment."""


def adjust(ws: Workspace, name: str, by: str, **changes: Any) -> ModelSpec:
    """The model with these settings; the next check uses them.

    Raises:
        DataError: there is no such model, or a setting is not one that may be changed.
        NoTarget: a deploy target is not configured.
        CanaryRefused: the version may not answer beside the champion.
    """
    with writing(ws.engine) as session:
        return change_settings(session, ws.settings, name, changes, by)


def change_settings(
    session: StoreSession, settings: Settings, name: str, changes: dict[str, Any], by: str, file: str = ""
) -> ModelSpec:
    """The same in a transaction that is open; `file` is the one of models as code that asks for it.

    Raises:
        DataError: as `adjust` does.
    """
    odd = [key for key in changes if key not in SAFE]
    if odd:
        raise DataError(
            f"{odd[0]} cannot be changed once a model is connected.",
            f"These can: {', '.join(SAFE)}; connect the model again under another name for the rest.",
        )
    require_targets(settings, changes.get("deploy_to", ()))
    spec = models.spec(session, name, to_change=True)
    changes = _with_rule(spec, _require_fields(changes, spec), by)
    changed, live = replace(spec, **changes), deployments.champion(session, spec.id)
    earlier = replace(spec, second_person=spec.second_person and by != LOCAL.name)
    two = changed.second_person or proposals.needs_two(session, earlier, by)
    if wish := changes.get("canary"):
        newest = comparisons.latest(session, spec.id, wish.version)
        changes["canary"] = require_canary(replace(changed, second_person=two), wish, live, newest)
        changed = replace(spec, **changes)
    require_one_who_decides(replace(changed, second_person=two))
    _require_together(changed, spec, changes, scored=live is not None)
    before = {key: getattr(spec, key) for key in changes if getattr(spec, key) != changes[key]}
    if before:
        models.replace(session, changed)
        body: dict[str, Any] = {"before": _settings(spec, before), "after": _settings(changed, before)}
        audit.add(session, spec.id, by, "change settings", body | ({"file": file} if file else {}))
    return changed


def _require_together(changed: ModelSpec, spec: ModelSpec, changes: dict[str, Any], *, scored: bool) -> None:
    """Hold the settings against each other and against the rows; `scored`: a model gives the scores here."""
    require_threshold(changed, changed.threshold, scored=scored)
    if changed.judging_settings() != spec.judging_settings():
        has_scores = scored or bool(spec.roles.scores)
        order = changed.class_order
        require_metric(changed.metric, spec.task, spec.classes, changed.costs, order, scored=has_scores)
    if {"metric", "tolerance", "costs"} & changes.keys():
        require_tolerance(changed)
    if {"metric", "costs", "least_gain", "least_saving"} & changes.keys():
        require_least(changed)
    if "budgets" in changes:
        require_budgets(changed.budgets)


def _with_rule(spec: ModelSpec, changes: dict[str, Any], by: str) -> dict[str, Any]:
    """The changes with who sets a rule and when; one that asks for the same as before stays as it was set."""
    if "automation" not in changes:
        return changes
    wish = require_automation(changes["automation"])
    if wish is not None:
        same = same_wish(spec.automation, wish)
        wish = spec.automation if same else replace(wish, set_by=by, set_at=now().isoformat())
    return {**changes, "automation": wish}


def _require_fields(changes: dict[str, Any], spec: ModelSpec) -> dict[str, Any]:
    """The changes as fields of the model, those of its classes and columns checked against them."""
    fields = dict(changes)
    if "reference" in changes:
        require_reference(changes["reference"], spec.chunk)
    if "costs" in changes:
        fields["costs"] = require_costs(changes["costs"], spec.classes, spec.task)
    if "class_order" in changes:
        fields["class_order"] = require_order(changes["class_order"], spec.classes, spec.task)
    if "group" in changes:
        fields["roles"] = replace(spec.roles, group=require_group(fields.pop("group"), spec))
    return fields


def _settings(spec: ModelSpec, names: Iterable[str]) -> dict[str, Any]:
    """The settings as the record has them; of the roles only the one that can be changed."""
    document = spec.to_json()
    return {
        "group" if name == "roles" else name: spec.roles.group if name == "roles" else document[name]
        for name in names
    }
