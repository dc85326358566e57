"""A model that a file declares and the home does not have: the same request and the same checks as `add`."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.errors import DataError
from core.services.dataset import features
from core.services.onboarding.declared.form.document import (
    ChecksSection,
    ConnectSection,
    DataSection,
    LabelsSection,
)
from core.services.onboarding.declared.form.read_files import Declaration
from core.services.onboarding.declared.sections.spec_sections import costs_of, data_of, period_of, same_value
from core.services.onboarding.draft.connect_request import moment_of
from core.services.onboarding.draft.read_upload import first_table
from core.services.onboarding.plan import ConnectRequest, Plan, plan
from core.settings import Settings
from core.tables.roles.requested_roles import NONE, RequestedRoles

SINGLE = ("id", "time", "prediction", "label_available_at", "version")
FEW = 100
IN_THE_FILE = {
    "data": "rows",
    "score": "scores",
    "score_of": "scores",
    "scores_prefix": "scores",
    "segment": "segments",
    "include": "features",
    "exclude": "features",
    "positive": "classes",
    "one_label": "classes",
    "label_delay": "label_delay_days",
    "class_note": "class_notes",
}
"""Option of `add` -> key of the file, where they differ."""
SECTION_FORMS: dict[str, type] = {
    "connect": ConnectSection,
    "data": DataSection,
    "checks": ChecksSection,
    "labels": LabelsSection,
}


def plan_new(settings: Settings, model: Declaration, by: str) -> tuple[ConnectRequest, Plan]:
    """What connecting it would do; nothing is written.

    Raises:
        DataError: the rows or the label are not said or cannot be read, or they do not fit what is said.
        UnsureRole: a column could play two parts, and the file does not say which.
        RetrainError: the recipe cannot learn this.
    """
    rows = model.content.get("connect", {}).get("rows") or []
    if not rows:
        raise DataError(
            f"{model.name} is not connected here, and the file does not say from which rows it could be.",
            "Write connect: rows: [FILE], or connect it once in Setup or with `add`.",
        )
    if "label" not in model.content.get("data", {}):
        raise DataError(f"{model.name} has no data.label.", "Write the column of the label there.")
    table = first_table(settings, *rows)
    request = request_of(model, by)
    made = plan(request, table)
    others = _other_features(model.content["data"], made)
    if others:
        request = replace(request, columns=replace(request.columns, exclude=others))
        made = plan(request, table)
    _require_as_declared(model.content["data"], made)
    if request.train_until is not None:
        _require_recipe(made)
    return request, made


def _require_recipe(made: Plan) -> None:
    """Build the first champion without fitting it: a recipe that cannot learn this is refused by the plan.

    Raises:
        RetrainError: as `core.training.recipes.build` does.
    """
    from core.training.recipes import build

    build(made.spec.recipe or "", features(made.spec, made.training.head(FEW)), made.spec, 0)


def _other_features(data: dict[str, Any], made: Plan) -> tuple[str, ...]:
    """What was guessed to be a feature beside those that the file says."""
    if "features" not in data:
        return ()
    return tuple(name for name in made.spec.roles.features if name not in data["features"])


def request_of(model: Declaration, by: str) -> ConnectRequest:
    """The request; what the file says is not guessed, what it does not say is.

    Raises:
        DataError: the clock, the costs or the reference period are none.
    """
    content = model.content
    data, checks = content["data"], content.get("checks", {})
    connect, labels = content["connect"], content.get("labels", {})
    reference = checks.get("reference")
    return ConnectRequest(
        name=model.name,
        columns=_roles(data, checks),
        chunk=data.get("chunk"),
        metric=checks.get("metric"),
        tolerance=checks.get("tolerance"),
        threshold=checks.get("threshold"),
        costs=costs_of(checks["costs"]) if checks.get("costs") else None,
        class_order=tuple(checks.get("class_order", ())),
        model=connect.get("model"),
        train_until=connect.get("train_until"),
        recipe=connect.get("recipe") if connect.get("train_until") else None,
        reference=_moments(period_of(reference), data.get("chunk", "")) if reference else None,
        as_of=_clock(data.get("as_of")),
        note=data.get("note", ""),
        guideline=labels.get("guideline", ""),
        class_notes=labels.get("class_notes", {}),
        label_delay_days=data.get("label_delay_days"),
        picture_folder=data.get("picture_folder"),
        by=by,
        addresses=tuple(connect["rows"]),
        file=model.file,
    )


def _roles(data: dict[str, Any], checks: dict[str, Any]) -> RequestedRoles:
    """The roles as they are asked for; of rows whose features are said, an item would have been said too."""
    single: dict[str, Any] = {key: _column(data, key) for key in SINGLE}
    item = data.get("item", "record" if "features" in data else None)
    include = tuple(data.get("features", ())) if item == "record" else ()
    classes = data.get("classes") or []
    two = len(classes) == 2 and data.get("task", "binary") == "binary"  # noqa: PLR2004 - two classes
    return RequestedRoles(
        label=data["label"],
        task=data.get("task"),
        **single,
        include=include,
        segments=tuple(data["segments"]) if "segments" in data else None,
        item=item,
        item_column=data.get("item_column"),
        positive=classes[-1] if two else None,
        scores=data.get("scores", {}),
        score=NONE if data.get("scores") == {} and data.get("task") != "regression" else None,
        means=data.get("means", {}),
        one_label=any("|" in name for name in classes),
        group=_column(checks, "group"),
        embedding=tuple(data.get("embedding", ())),
    )


def _column(fields: dict[str, Any], key: str) -> str | None:
    """The column that is said; null says that there is none, and what is not said is guessed."""
    if key not in fields:
        return None
    value: str | None = fields[key]
    return NONE if value is None else value


def _clock(moment: str | None) -> str | None:
    """The data's clock as it is written, if it is a moment.

    Raises:
        DataError: it is none.
    """
    try:
        if moment is not None:
            datetime.fromisoformat(moment)
    except ValueError as error:
        what = f"data.as_of is {moment!r}, which is no date."
        raise DataError(what, "Write a date like 2024-06-30.") from error
    return moment


def _moments(period: tuple[str, str], chunk: str) -> tuple[str, str]:
    try:
        first, last = (moment_of(key, chunk) for key in period)
    except ValueError as error:
        raise DataError(
            f"checks.reference: {period[0]} to {period[1]} are no chunks of {chunk}.",
            "Write them by their keys.",
        ) from error
    return first, last


def _require_as_declared(data: dict[str, Any], made: Plan) -> None:
    """Hold the plan against every field that the file says: a guess never takes the place of one.

    Raises:
        DataError: names the first that differs.
    """
    planned = data_of(made.spec)
    for key, value in data.items():
        later_classes = (
            key == "classes" and made.spec.task == "multiclass" and value[: len(planned[key])] == planned[key]
        )
        if not same_value(key, value, planned[key]) and not later_classes:
            raise DataError(
                f"data.{key} is {value!r} in the file; of these rows it would be {planned[key]!r}.",
                "Correct the file or the rows, or leave the key out to take what the rows say.",
            )


def for_file(text: str) -> str:
    """A sentence that names the keys of the file instead of the options of the command line.

    >>> for_file("Choose a later --train-until, or another with --metric.")
    'Choose a later connect.train_until, or another with checks.metric.'
    """
    return re.sub(r"--([a-z][a-z-]*[a-z])", lambda option: _key(option[1].replace("-", "_")), text)


def _key(option: str) -> str:
    option = IN_THE_FILE.get(option, option)
    for section, kind in SECTION_FORMS.items():
        if option in kind.__annotations__:
            return f"{section}.{option}"
    return option
