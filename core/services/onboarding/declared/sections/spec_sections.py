"""The sections that stand in the model's own row: from what it is, what it holds, how it is judged."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from core.errors import DataError
from core.model import Automation, Budgets, Canary, ModelSpec
from core.model import Costs as ModelCosts
from core.people import require_no_sign_in
from core.services.deployment.canary import active
from core.services.onboarding.adjust import change_settings
from core.services.onboarding.declared.sections.section import Change, Section
from core.services.onboarding.new_class import extend_classes
from core.store import models
from core.store.engine import StoreSession
from core.store.experiments import deployments

COLUMNS = (
    "label",
    "id",
    "time",
    "prediction",
    "scores",
    "means",
    "label_available_at",
    "version",
    "features",
    "segments",
    "embedding",
)
"""Fields of `core.model.Roles` under their own names; `item` is `item_column`, `group` one of the checks."""
UNORDERED = frozenset({"features", "segments"})
FIXED = "It is fixed once a model is connected: declare it under another name, and it is connected anew."
GROWS = "Classes can be added at the end, to three or more."
ANEW = "The next check judges every period anew."
REPEAT = "Comparisons that were made before must be made again to promote."
AGAIN = f"{ANEW} {REPEAT}"
UNTIL_RETRAINED = (
    "Every period is counted anew; the version in production cannot say it until it is retrained."
)


def read_connect(_session: StoreSession, spec: ModelSpec) -> dict[str, Any]:
    """From what it was connected, as far as that was written down."""
    origin = spec.origin
    until = (
        spec.trained_until if "-" in (spec.trained_until or "") else None
    )  # a number of rows asks for nothing
    return {
        "rows": list(origin.rows) if origin else [],
        "train_until": origin.train_until if origin else until,
        "model": origin.model if origin else None,
        "recipe": spec.recipe,
    }


def apply_connect(_change: Change, _wish: dict[str, Any]) -> None:
    """Nothing: it is connected."""


def data_of(spec: ModelSpec) -> dict[str, Any]:
    """What the rows of a model hold."""
    roles = {name: _plain(getattr(spec.roles, name)) for name in COLUMNS}
    return {
        "task": spec.task,
        "item": spec.item,
        "classes": list(spec.classes),
        **roles,
        "label_delay_days": spec.label_delay_days,
        "item_column": spec.roles.item,
        "picture_folder": spec.picture_folder,
        "chunk": spec.chunk,
        "as_of": spec.as_of,
        "note": spec.note,
    }


def read_data(_session: StoreSession, spec: ModelSpec) -> dict[str, Any]:
    """What its rows hold, in the order of the form."""
    from core.services.onboarding.declared.form.document import DataSection

    data = data_of(spec)
    return {key: data[key] for key in DataSection.__annotations__}


def same_value(key: str, value: Any, other: Any) -> bool:
    """Whether two values say the same; features and segments in whatever order.

    >>> same_value("features", ["b", "a"], ["a", "b"]), same_value("classes", ["b", "a"], ["a", "b"])
    (True, False)
    """
    return bool(value == other or (key in UNORDERED and sorted(value) == sorted(other)))


def apply_data(change: Change, wish: dict[str, Any]) -> None:
    """Add classes at the end; all else is fixed.

    Raises:
        DataError: names the first field that cannot be changed.
    """
    now = data_of(models.spec(change.session, change.name, to_change=True))
    for key, value in wish.items():
        if same_value(key, value, now[key]):
            continue
        if key == "classes" and value[: len(now[key])] == now[key]:
            for name in value[len(now[key]) :]:
                extend_classes(change.session, change.name, name, change.by, change.file)
            continue
        hint = f"{GROWS} {FIXED}" if key == "classes" else FIXED
        raise DataError(f"data.{key} cannot become {value!r}: it is {now[key]!r}.", hint)


def read_checks(_session: StoreSession, spec: ModelSpec) -> dict[str, Any]:
    """By what it is judged."""
    costs = spec.costs
    return {
        "metric": spec.metric,
        "tolerance": spec.tolerance,
        "threshold": spec.threshold,
        "costs": None
        if costs is None
        else {
            "classes": list(costs.classes),
            "rows": [[float(cost) for cost in row] for row in costs.rows],
            "currency": costs.currency,
        },
        "class_order": list(spec.class_order),
        "reference": list(spec.reference) if spec.reference else None,
        "group": spec.roles.group,
    }


def apply_checks(change: Change, wish: dict[str, Any]) -> None:
    """Change them all at once, because one may need the other."""
    changes = _not_as_before(change, read_checks, wish)
    if changes.get("costs") is not None:
        changes["costs"] = costs_of(changes["costs"])
    if changes.get("reference") is not None:
        changes["reference"] = period_of(changes["reference"])
    if "class_order" in changes:
        changes["class_order"] = tuple(changes["class_order"])
    _change_settings(change, changes)


def costs_of(value: dict[str, Any]) -> ModelCosts:
    """The costs of a file.

    Raises:
        DataError: there is not one row for each class, with one cost for each.
    """
    count = len(value["classes"])
    if len(value["rows"]) != count or any(len(row) != count for row in value["rows"]):
        raise DataError(
            f"checks.costs needs {count} rows of {count} numbers, one for each class.",
            "Write a row for each label, in it what each prediction costs.",
        )
    return ModelCosts(
        tuple(value["classes"]), tuple(tuple(map(float, row)) for row in value["rows"]), value["currency"]
    )


def period_of(value: list[str]) -> tuple[str, str]:
    """First and last chunk.

    Raises:
        DataError: there are not two.
    """
    if len(value) != 2:  # noqa: PLR2004 - the first and the last
        raise DataError(
            f"checks.reference has {len(value)} chunks.",
            'Write the first and the last: ["2024-01", "2024-03"].',
        )
    return value[0], value[1]


def read_labels(_session: StoreSession, spec: ModelSpec) -> dict[str, Any]:
    """What experts are told; notes in the order of the classes."""
    ordered = [name for name in spec.classes if name in spec.class_notes]
    others = sorted(set(spec.class_notes) - set(ordered))
    notes = {name: spec.class_notes[name] for name in (*ordered, *others)}
    return {"guideline": spec.guideline, "class_notes": notes}


def apply_labels(change: Change, wish: dict[str, Any]) -> None:
    """Change them; a note of no class is refused.

    Raises:
        DataError: there is no such class.
    """
    spec = models.spec(change.session, change.name, to_change=True)
    strange = [name for name in wish.get("class_notes", {}) if spec.classes and name not in spec.classes]
    if strange:
        raise DataError(
            f"labels.class_notes: there is no class {strange[0]!r}.",
            f"The classes are {', '.join(spec.classes[:12])}.",
        )
    _change_settings(change, wish)


def read_promotion(session: StoreSession, spec: ModelSpec) -> dict[str, Any]:
    """What a promotion asks for; a canary as long as it answers."""
    canary = active(spec, deployments.champion(session, spec.id))
    return {
        "second_person": spec.second_person,
        "guard_rolls_back": spec.guard_rolls_back,
        "fairness_blocks": spec.fairness_blocks,
        "least_gain": spec.least_gain,
        "least_saving": spec.least_saving,
        "budgets": asdict(spec.budgets) if spec.budgets else None,
        "deploy_to": list(spec.deploy_to),
        "canary": {"version": canary.version, "share": canary.share} if canary else None,
    }


def apply_promotion(change: Change, wish: dict[str, Any]) -> None:
    """Change it; a canary that answers already is not set again.

    Raises:
        AccessError: the second person would go, where people sign in: a file proves nobody's name.
    """
    changes = _not_as_before(change, read_promotion, wish)
    if changes.get("second_person") is False:
        require_no_sign_in("Switching the second person off")
    if "deploy_to" in changes:
        changes["deploy_to"] = tuple(dict.fromkeys(changes["deploy_to"]))
    if "budgets" in changes:
        budgets = Budgets(**(changes["budgets"] or {}))
        changes["budgets"] = budgets if budgets != Budgets() else None
    if changes.get("canary") is not None:
        changes["canary"] = Canary(**changes["canary"])
    _change_settings(change, changes)


def read_training(_session: StoreSession, spec: ModelSpec) -> dict[str, Any] | None:
    """The rule, without who set it and when."""
    if spec.automation is None:
        return None
    rule = asdict(spec.automation)
    return {key: value for key, value in rule.items() if key not in {"set_by", "set_at"}}


def apply_training(change: Change, wish: dict[str, Any] | None) -> None:
    """Set the rule, or take it back."""
    spec = models.spec(change.session, change.name, to_change=True)
    rule = None if wish is None else replace(spec.automation or Automation(), **wish)
    _change_settings(change, {"automation": rule})


def _not_as_before(
    change: Change, read: Callable[[StoreSession, ModelSpec], dict[str, Any]], wish: dict[str, Any]
) -> dict[str, Any]:
    """What of a wish would change something: what stays is not held against rules that came later."""
    before = read(change.session, models.spec(change.session, change.name, to_change=True))
    return {key: value for key, value in wish.items() if value != before[key]}


def _change_settings(change: Change, changes: dict[str, Any]) -> None:
    if changes:
        change_settings(change.session, change.settings, change.name, changes, change.by, change.file)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else value


CONNECT = Section(read_connect, apply_connect)
DATA = Section(read_data, apply_data, causes={"classes": UNTIL_RETRAINED})
CHECKS = Section(
    read_checks,
    apply_checks,
    causes={
        "metric": AGAIN,
        "tolerance": ANEW,
        "threshold": f"Decisions change, in the past too: every period is counted anew. {AGAIN}",
        "costs": AGAIN,
        "class_order": AGAIN,
        "reference": "The reference period changes: every period is counted anew and compared with it.",
        "group": f"Comparisons count what the rows of one have in common once. {REPEAT}",
    },
)
LABELS = Section(read_labels, apply_labels, causes={"": "Experts see it from now on."})
PROMOTION = Section(
    read_promotion,
    apply_promotion,
    causes={
        "second_person": "The next promotion is asked in this way.",
        "guard_rolls_back": "It holds for the guard that is at work, too.",
        "fairness_blocks": REPEAT,
        "least_gain": REPEAT,
        "least_saving": REPEAT,
        "budgets": REPEAT,
        "deploy_to": "They are told of the next promotion or rollback, not of earlier ones.",
        "canary": "It answers its share of the ids at once, until the next promotion.",
    },
)
TRAINING = Section(
    read_training, apply_training, causes={"": "The rule is set in the name of who applies the file."}
)
