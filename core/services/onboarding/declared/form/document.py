"""What a file of models as code may say of a model: its sections, field by field.

The same types read a file, compare it with the home and describe it to editors. What a file does not say
stays as it is; `null`, `[]` and `{}` take a value back.
"""

from typing import Literal, Required

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from core.health.alerts.rules import Kind, Severity

CLOSED = ConfigDict(extra="forbid")


@with_config(CLOSED)
class ConnectSection(TypedDict, total=False):
    """From what a model is connected; read when it is not connected yet, later it changes nothing."""

    rows: list[str]
    """Where its first rows are: files (relative to this file), patterns, s3://BUCKET/KEY, sql:NAME/TABLE."""
    train_until: str | None
    """Date or share, in quotes: the rows before it train the first champion."""
    model: str | None
    """The champion exists already: models:/NAME@champion, models:/NAME/3 or runs:/ID/model."""
    recipe: str | None
    """Recipe of the first champion."""


@with_config(CLOSED)
class DataSection(TypedDict, total=False):
    """What the rows hold; fixed once the model is connected, but for classes that are added at the end."""

    task: Literal["binary", "multiclass", "regression"]
    """What the label is."""
    item: Literal["record", "text", "image"]
    """What experts see of a row."""
    classes: list[str]
    """The classes as texts; of two the positive one is last; of a regression none."""
    label: str
    """Column of the label."""
    id: str | None
    """Column that identifies a row."""
    time: str | None
    """Column of dates; null: the order of the rows counts."""
    prediction: str | None
    """Column of the predicted class or amount."""
    scores: dict[str, str]
    """Class: the column of its probability."""
    means: dict[str, str]
    """Value of the prediction column: the class that it means."""
    label_available_at: str | None
    """Column: when the label was known."""
    label_delay_days: float | None
    """Days that a label takes, where no column says it."""
    version: str | None
    """Column: the version that answered."""
    features: list[str]
    """Columns that the model reads, in order."""
    segments: list[str]
    """Columns by which health is broken down."""
    item_column: str | None
    """Column of the text or image."""
    picture_folder: str | None
    """Folder under which the item column names files."""
    embedding: list[str]
    """Columns of a vector that another model made of the row."""
    chunk: str
    """day, week, month, quarter, year or a number of rows in quotes."""
    as_of: str | None
    """The data's clock; null: now."""
    note: str
    """Said on every page of this model."""


@with_config(CLOSED)
class CostsValue(TypedDict):
    """What decisions cost, by label and prediction."""

    classes: list[str]
    """In the order of the rows and columns."""
    rows: list[list[float]]
    """A row for each label: what each prediction costs; below 0 it is a gain."""
    currency: str
    """E.g. EUR; empty where nobody said."""


@with_config(CLOSED)
class ChecksSection(TypedDict, total=False):
    """By what the model is judged, and when to tell."""

    metric: str
    """Metric of record."""
    tolerance: float | None
    """Loss of the metric that may pass, in its unit: 0.02 is 2 points; null: a tenth of its reference."""
    threshold: float | None
    """Score from which on the positive class is decided; null: the model's own decisions."""
    costs: CostsValue | None
    """What decisions cost."""
    class_order: list[str]
    """The classes from the lowest to the highest, where they have an order."""
    reference: list[str] | None
    """First and last chunk of the reference period by their keys, in quotes; null: the training window."""
    group: str | None
    """Column: what rows belong to (customer, machine)."""


@with_config(CLOSED)
class LabelsSection(TypedDict, total=False):
    """What experts are told."""

    guideline: str
    """What experts read about the labels."""
    class_notes: dict[str, str]
    """Class: what experts read about it."""


@with_config(CLOSED)
class BudgetsValue(TypedDict, total=False):
    """What a version may take where it is served; what is left out has no budget."""

    p99_ms: float | None
    """Milliseconds for 99 of 100 single rows."""
    memory_mb: float | None
    """Megabytes of a process that serves a version."""
    size_mb: float | None
    """Megabytes of a saved model."""


@with_config(CLOSED)
class CanaryValue(TypedDict):
    """A compared version that answers a share of the ids; it ends with the next promotion."""

    version: str
    """In quotes."""
    share: float
    """Above 0, at most 0.5."""


@with_config(CLOSED)
class PromotionSection(TypedDict, total=False):
    """What a promotion asks for, and who is told of it."""

    second_person: bool
    """Whether somebody else than who proposes a promotion must approve it."""
    guard_rolls_back: bool
    """Whether Caretaker rolls back by itself where the version before is shown to be better."""
    fairness_blocks: bool
    """Whether a segment in which a challenger is surely worse forbids its promotion."""
    least_gain: float | None
    """Gain that is worth a promotion, in the metric's unit."""
    least_saving: float | None
    """Saving for each period that is worth a promotion, in the currency of the costs."""
    budgets: BudgetsValue | None
    """What a version may take where it is served."""
    deploy_to: list[str]
    """Deploy targets that are told, by the names that the operator gave them."""
    canary: CanaryValue | None
    """A version that answers a share of the ids beside the champion."""


@with_config(CLOSED)
class TrainingSection(TypedDict, total=False):
    """When Caretaker trains by itself."""

    every_days: float | None
    """Every so many days; null: not by the calendar."""
    on_alarm: bool
    """Whenever Health shows an alarm."""
    minutes: float | None
    """Of a search; null: the champion's recipe on the present labels."""
    pause_days: float
    """Days between two trainings, at least."""
    new_labels: int
    """At least so many labels more than the last time; 0: any."""
    promote_by_itself: bool
    """Whether what is better and passed all tests is promoted without a person."""


@with_config(CLOSED)
class SourceValue(TypedDict, total=False):
    """An address that data keep coming from."""

    address: Required[str]
    """Folder, pattern, s3://BUCKET/KEY or sql:NAME/TABLE."""
    kind: Literal["predictions", "labels", "training"]
    """What the rows are; predictions where it is not said."""
    every_seconds: int
    """Seconds between two looks; 300 where it is not said."""
    watermark_column: str | None
    """SQL: column that only grows; rows above its last value are new."""
    look_back: float
    """SQL: rows may come so late: seconds, or units of a number."""
    paused: bool
    """Whether it is looked at no more."""


@with_config(CLOSED)
class JoinValue(TypedDict, total=False):
    """A source joined by key, whose columns a search tries."""

    name: Required[str]
    """The first part of the names of its columns."""
    address: Required[str]
    """CSV, Parquet or JSON lines, s3://BUCKET/KEY or sql:NAME/TABLE."""
    key: Required[str]
    """Column of the source that holds the keys."""
    on: str | None
    """Column of the log that holds the same keys; without it, of that name."""
    time: str | None
    """Column of the source: since when a row was known; null: always."""


@with_config(CLOSED)
class AlertRouteValue(TypedDict, total=False):
    """A destination that is told of the alerts of the model."""

    destination: Required[str]
    """By the name that the operator gave it (`CARETAKER_ALERT_DESTINATIONS`)."""
    kinds: list[Kind]
    """Kinds of alerts that go there; [] or left out: all."""
    least: Severity
    """From which severity on; amber where it is not said."""
    digest: bool
    """Whether the model has its line in the weekly message."""


@with_config(CLOSED)
class ScheduleValue(TypedDict, total=False):
    """A kind of work that is done at the moments of a cron expression."""

    kind: Required[Literal["check", "poll", "retrain"]]
    """Check the health, look for new data, or retrain the champion's recipe."""
    cron: Required[str]
    """Minute, hour, day of the month, month, day of the week, in quotes: "30 6 * * 1-5"."""
    time_zone: str
    """E.g. Europe/Berlin; UTC where it is not said."""


@with_config(CLOSED)
class ModelValue(TypedDict, total=False):
    """A model, section by section."""

    connect: ConnectSection
    """From what it is connected."""
    data: DataSection
    """What its rows hold."""
    checks: ChecksSection
    """By what it is judged."""
    labels: LabelsSection
    """What experts are told."""
    promotion: PromotionSection
    """What a promotion asks for."""
    training: TrainingSection | None
    """When Caretaker trains by itself; null: people start each training."""
    sources: list[SourceValue]
    """All addresses that data keep coming from; one that is left out is removed, what it brought stays."""
    joins: list[JoinValue]
    """All sources joined by key; one that is left out is offered to no further search."""
    alerts: list[AlertRouteValue]
    """All destinations that are told of its alerts; one that is left out is told no longer."""
    schedules: list[ScheduleValue]
    """All that it does by the calendar; what is left out is done by it no longer."""


@with_config(CLOSED)
class CaretakerFile(TypedDict):
    """A file of models as code."""

    caretaker: Literal[1]
    """Form of the file."""
    models: dict[str, ModelValue]
    """Name of a model: what the file says of it."""
