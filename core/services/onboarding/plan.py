"""What connecting a model would do: its spec, which rows are training data and which are the log."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from core.access import LOCAL
from core.errors import DataError
from core.lake.media.images import with_pictures
from core.lake.rows_view import data_columns
from core.model import Costs, ModelSpec, Origin
from core.services.onboarding.agreement import require_agreement
from core.services.onboarding.first_notes import clock_notes, decision_notes, quality_notes, zone_notes
from core.services.onboarding.measures import (
    choose_metric,
    require_costs,
    require_order,
    require_threshold,
    require_tolerance,
)
from core.stats.measures.cost_matrix import NAME as COST
from core.stats.measures.table import metric_named
from core.tables import chunks
from core.tables.canonical import assign_chunks, batch_hash, canonical, require_time_for
from core.tables.deliveries import Door
from core.tables.left_out import EVERYTHING, LeftOut, Sieve
from core.tables.roles.guess import Guess, guess
from core.tables.roles.label_guess import with_label_column
from core.tables.roles.meanings import read_as, require_meanings
from core.tables.roles.older_predictions import own_predictions
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.roles.train_split import training_window
from core.tables.table import Table, require_columns
from core.tables.values.columns import kind_of

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. -]{0,63}")
MODEL_URI = re.compile(r"models:/(?P<name>[^/@]+)(@champion|/(?P<version>\d+))")
DEFAULT_TOLERANCE = {"binary": 0.02, "multiclass": 0.02}
"""Of a regression it is a share of the error in the reference period, which is not known yet."""
RUN_URI = re.compile(r"runs:/[0-9a-zA-Z_-]{1,64}/[\w./-]{1,200}")
REFERENCE_SHARE = 0.25
FEWEST_ROWS = 40

LONGEST_DELAY = 36_525
"""Days that a label may take: a century, whose end is a date like any other."""


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """What a person says when connecting a model; what is None is guessed.

    Attributes:
        data: file of the first rows; None when the rows are given in memory.
        model: MLflow URI of a champion that exists already.
        tolerance: in the unit of the metric; None is 0.02, or a tenth of a regression's error.
        train_until: date or share: the rows before it train the first champion.
        picture_folder: folder under which the item column names files.
        reference: first and last date (or chunk) of the reference period.
        label_delay_days: how long a label takes, where no column says when it became known.
        threshold: score from which on the positive class is decided, where no column holds the decisions.
        costs: what decisions cost, by label and prediction.
        class_order: the classes from the lowest to the highest, where they have an order.
        addresses: where the first rows are, if others can read them there.
        file: of models as code that asks for it, for the record.
    """

    name: str
    columns: RequestedRoles
    data: Path | None = None
    chunk: str | None = None
    metric: str | None = None
    tolerance: float | None = None
    model: str | None = None
    train_until: str | None = None
    recipe: str | None = None
    reference: tuple[str, str] | None = None
    as_of: str | None = None
    note: str = ""
    guideline: str = ""
    class_notes: Mapping[str, str] = field(default_factory=dict)
    label_delay_days: float | None = None
    picture_folder: str | None = None
    threshold: float | None = None
    costs: Costs | None = None
    class_order: tuple[str, ...] = ()
    by: str = LOCAL.name
    door: Door = "command line"
    addresses: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked request: nothing has been written yet.

    Attributes:
        notes: what a person should know of the rows before relying on them: of those that were left out, and
            of the predictions.
    """

    spec: ModelSpec
    training: pd.DataFrame
    log: pd.DataFrame
    source: str
    content_hash: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left_out: LeftOut = EVERYTHING


def plan(request: ConnectRequest, table: Table) -> Plan:
    """Check the request and the rows.

    Raises:
        DataError: the request or a cell does not fit; the message says which.
        UnsureRole: a column could play two parts.
    """
    _check(request)
    absent: list[str] = []
    table = with_label_column(table, request.columns, absent)
    guessed = own_predictions(guess(table, request.columns), request.columns, here=predicts_here(request))
    sieve = Sieve(table)
    if guessed.item == "image" and guessed.roles.item:
        with_pictures(sieve, guessed.roles.item, request.picture_folder)
        table = sieve.table
    spec, choices = _spec(request, table, guessed)
    require_time_for(spec)
    kinds = {name: kind_of(table.frame[name]) for name in data_columns(spec)}
    require_meanings(table, spec)
    require_columns(table, list(spec.roles.scores.values()))
    rows = canonical(sieve, spec, kinds, "predictions")
    left_out = sieve.left_out()
    if spec.roles.time:
        rows = rows.sort_values("_time", kind="stable", ignore_index=True)
    rows = assign_chunks(rows, spec, pd.Series(range(len(rows)), rows.index))
    if request.train_until is None:
        training, log, until = rows.iloc[:0], rows, None
        spec = _with(spec, reference=_reference(request, spec, rows))
        require_agreement(spec, rows, table, request.columns)
    else:
        window = training_window(rows["_time"], request.train_until)
        training, log, until = rows[window.training], rows[~window.training], window.until
        training = _labelled_rows(training, choices)
    spec = _with(spec, trained_until=until)
    about = () if predicts_here(request) else (*decision_notes(spec), *quality_notes(spec, rows))
    about += tuple(clock_notes(spec, rows, pd.Timestamp(datetime.now(UTC)).tz_localize(None)))
    about += tuple(zone_notes(spec, table))
    if left_out.message:
        about = (f"{left_out.message} {left_out.hint}".strip(), *about)
    reasons = (*absent, *guessed.reasons, *read_as(table, spec), *choices)
    return Plan(spec, training, log, table.source, content_of(training), reasons, about, left_out)


def content_of(rows: pd.DataFrame) -> str:
    """Name of the content of placed rows: the same as before they had a place."""
    return batch_hash(rows.drop(columns=["_seq", "_chunk"]))


def registered_name(request: ConnectRequest) -> str:
    """Name in the registry: that of the model named, or the new name for a run's model and a first champion.

    Raises:
        DataError: the model's address is neither of a registered model nor of a run.
    """
    if request.model is None or RUN_URI.fullmatch(request.model):
        return request.name
    return registry_version(request.model)[0]


def registry_version(uri: str) -> tuple[str, str | None]:
    """Registered name and version (None: the champion) of an MLflow URI.

    Raises:
        DataError: it is not such a URI.

    >>> registry_version("models:/churn@champion")
    ('churn', None)
    """
    parts = MODEL_URI.fullmatch(uri)
    if parts is None:
        raise DataError(
            f"{uri!r} does not name a registered model.",
            "Write models:/NAME@champion, models:/NAME/3 or runs:/ID/model.",
        )
    return parts["name"], parts["version"]


def predicts_here(request: ConnectRequest) -> bool:
    """Whether a model predicts the rows here; else they hold their predictions."""
    return bool(request.train_until or request.model)


def _check(request: ConnectRequest) -> None:
    if not NAME.fullmatch(request.name):
        raise DataError(
            f"{request.name!r} cannot be a name.", "Use letters, digits, '-', '_', '.' and spaces."
        )
    if request.label_delay_days is not None and not 0 <= request.label_delay_days <= LONGEST_DELAY:
        raise DataError(f"Labels cannot take {request.label_delay_days:g} days.", "Say e.g. 30.")


def _spec(request: ConnectRequest, table: Table, guessed: Guess) -> tuple[ModelSpec, list[str]]:
    choices: list[str] = []
    chunk = request.chunk
    if chunk is None:
        times = guessed.roles.time and pd.to_datetime(
            table.frame[guessed.roles.time], errors="coerce", utc=True
        )
        chunk = chunks.suggest(times if isinstance(times, pd.Series) else None, len(table.frame))
        choices.append(f"One chunk is {'a ' + chunk if chunk in chunks.CALENDAR else chunk + ' rows'}.")
    recipe = request.recipe
    if recipe is None and request.train_until is not None:
        from core.training.recipes import default_recipe

        recipe = default_recipe(guessed.item, guessed.task, len(guessed.classes))
        choices.append(f"The recipe is {recipe}, the default for {guessed.item} items.")
    costs = require_costs(request.costs, guessed.classes, guessed.task)
    order = require_order(request.class_order, guessed.classes, guessed.task)
    scored = predicts_here(request)
    metric = choose_metric(request.metric, guessed, costs, order, scored=scored, choices=choices)
    # an amount has no usual size: a share of what it is in the reference period
    usual = None if metric_named(metric).unit == "amount" else DEFAULT_TOLERANCE.get(guessed.task)
    if request.tolerance is None and usual is None:
        what = "the cost of a row" if metric == COST else "its error"
        choices.append(f"It counts as worse when {what} grew by a tenth of that of the reference period.")
    spec = ModelSpec(
        id=0,
        name=request.name,
        task=guessed.task,
        item=guessed.item,
        classes=guessed.classes,
        roles=guessed.roles,
        registry_name=registered_name(request),
        metric=metric,
        tolerance=usual if request.tolerance is None else request.tolerance,
        chunk=chunks.check(chunk),
        as_of=request.as_of,
        recipe=recipe,
        note=request.note,
        guideline=request.guideline,
        class_notes=dict(request.class_notes),
        label_delay_days=request.label_delay_days,
        picture_folder=request.picture_folder,
        threshold=request.threshold,
        costs=costs,
        class_order=order,
        origin=Origin(_addresses(request), request.train_until, request.model),
    )
    require_tolerance(spec)
    require_threshold(spec, request.threshold, scored=scored)
    return spec, choices


def _addresses(request: ConnectRequest) -> tuple[str, ...]:
    return request.addresses or ((str(request.data.absolute()),) if request.data else ())


def _with(spec: ModelSpec, **changes: object) -> ModelSpec:
    return ModelSpec.from_json(spec.id, {**spec.to_json(), **changes})


def _reference(request: ConnectRequest, spec: ModelSpec, rows: pd.DataFrame) -> tuple[str, str]:
    """The chunks asked for, else the first quarter of them: before it there is nothing to compare with."""
    chunks_of_rows = sorted(rows["_chunk"].unique())
    if request.reference is None:
        return chunks_of_rows[0], chunks_of_rows[max(0, int(len(chunks_of_rows) * REFERENCE_SHARE) - 1)]
    first, last = (_chunk_of(moment, spec) for moment in request.reference)
    if not any(first <= key <= last for key in chunks_of_rows):
        raise DataError(
            f"No row lies in the reference period {first}..{last}.", "Choose another --reference."
        )
    return first, last


def _chunk_of(moment: str, spec: ModelSpec) -> str:
    if spec.chunk not in chunks.CALENDAR:
        return moment
    try:
        return str(chunks.keys(pd.Series([pd.Timestamp(moment)]), spec.chunk).iloc[0])
    except ValueError as error:
        raise DataError(f"{moment!r} is not a date.", "Write --reference 2016-01-01..2016-03-31.") from error


def _labelled_rows(training: pd.DataFrame, choices: list[str]) -> pd.DataFrame:
    labelled = training[training["_label"].notna()]
    if len(labelled) < FEWEST_ROWS or labelled["_label"].nunique() < 2:  # noqa: PLR2004 - a constant
        raise DataError(
            f"{len(labelled):,} labelled rows are too few to train on.",
            f"At least {FEWEST_ROWS} rows with different labels are needed: choose a later --train-until.",
        )
    if len(labelled) < len(training):
        choices.append(f"{len(training) - len(labelled):,} training rows without a label are left out.")
    return labelled
