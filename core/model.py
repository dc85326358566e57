"""What Caretaker knows of a monitored model: its task, its columns, its checks."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Task = Literal["binary", "multiclass", "regression"]
Item = Literal["record", "text", "image"]


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column of the arriving data plays which part.

    Attributes:
        scores: class -> column of its probability; for binary the positive class is enough.
        features: columns that the model reads, in order.
        segments: columns by which health is broken down.
        item: column that holds the image or the text; None for records.
        means: value of the prediction column -> the class that it means, where the texts differ.
        group: column that names what rows belong to (a customer, a machine): rows of one are not independent.
        embedding: columns of a vector that another model made of the row, in order; may be features as well.
    """

    label: str
    id: str | None = None
    time: str | None = None
    prediction: str | None = None
    scores: dict[str, str] = field(default_factory=dict)
    label_available_at: str | None = None
    version: str | None = None
    features: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    item: str | None = None
    means: dict[str, str] = field(default_factory=dict)
    group: str | None = None
    embedding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Costs:
    """What decisions cost, by label and prediction.

    Attributes:
        classes: in the order of the rows and columns.
        rows: (K, K) label by prediction: the cost of a row; below 0 it is a gain.
        currency: in which; empty where nobody said.
    """

    classes: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    currency: str = ""

    @classmethod
    def from_json(cls, document: dict[str, Any] | None) -> "Costs | None":
        """From a JSON document, which has lists in place of tuples; None where there are no costs."""
        if document is None:
            return None
        rows = tuple(tuple(map(float, row)) for row in document["rows"])
        return cls(tuple(document["classes"]), rows, document["currency"])

    def over(self, classes: tuple[str, ...]) -> list[list[float]]:
        """The rows in the order of these classes.

        Of a class that was added later a right prediction costs the least of all, a wrong one the most.

        >>> Costs(("no", "yes"), ((0, 5), (50, 2))).over(("yes", "no"))
        [[2, 50], [5, 0]]
        """
        at = {name: number for number, name in enumerate(self.classes)}
        least = min(self.rows[number][number] for number in range(len(self.rows)))
        most = max(max(row) for row in self.rows)
        return [
            [
                self.rows[at[label]][at[prediction]]
                if label in at and prediction in at
                else (least if label == prediction else most)
                for prediction in classes
            ]
            for label in classes
        ]


@dataclass(frozen=True, slots=True)
class Canary:
    """A version that answers a share of the ids beside the champion (`core.services.deployment.canary`).

    Attributes:
        share: of the ids, above 0 and at most one half.
        beside: id of the deployment beside which it was set; after the next one it answers nobody.
    """

    version: str
    share: float
    beside: int = 0


@dataclass(frozen=True, slots=True)
class Budgets:
    """What a version may take where it is served; None = nobody said.

    Attributes:
        p99_ms: milliseconds in which 99 of 100 single rows are answered.
        memory_mb: megabytes of memory of the process that serves it, its libraries included.
        size_mb: megabytes of the saved model.
    """

    p99_ms: float | None = None
    memory_mb: float | None = None
    size_mb: float | None = None


@dataclass(frozen=True, slots=True)
class Automation:
    """When Caretaker trains by itself, and how (`core.services.automation`).

    Attributes:
        every_days: every so many days; None = not by the calendar.
        on_alarm: whenever Health shows an alarm.
        minutes: of a search; None = the champion's recipe on the present labels.
        pause_days: at most once in so many days.
        new_labels: at least so many labels more than the last time, corrections among them; 0 = any.
        promote_by_itself: whether a version that is better and passed all tests is promoted without a person.
        set_by: who set this rule, for the record.
        set_at: ISO moment at which it was set.
    """

    every_days: float | None = None
    on_alarm: bool = False
    minutes: float | None = None
    pause_days: float = 7.0
    new_labels: int = 1
    promote_by_itself: bool = False
    set_by: str = ""
    set_at: str = ""


@dataclass(frozen=True, slots=True)
class JoinedSource:
    """A source whose columns a search may add to the rows (`core.services.experiments.joins`).

    Attributes:
        name: the first part of the names of its columns: "weather" of "weather.rain".
        address: what it was read from.
        key: its column of keys; `on`: the column of the log that holds the same keys.
        time: its column that says since when a row was known; None: its rows hold for every time.
        digest: SHA-256 of its rows as they were read.
        columns: those that may be added.
        share: of the rows of the log, those whose key it knows.
    """

    name: str
    address: str
    key: str
    on: str
    time: str | None
    digest: str
    columns: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Origin:
    """From what a model was connected, in the words in which it was asked for.

    Attributes:
        rows: addresses of its first rows; none where they were an upload or came from memory.
        train_until: date or share: the rows before it trained the first champion.
        model: address of the champion that existed already.
    """

    rows: tuple[str, ...] = ()
    train_until: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A monitored model.

    Attributes:
        classes: class labels in the order of the scores; for binary the positive class is last; none for
            regression.
        metric: name of the metric of record (`core.stats.metrics.METRICS`).
        tolerance: loss of that metric that may pass, in its own unit (0.02 = 2 points); None = a tenth of its
            value in the reference period (`core.health.performance.tolerance`).
        chunk: "day", "week", "month", "quarter", "year" or a number of rows.
        reference: first and last chunk of the reference period, both inclusive; empty = the training window.
        as_of: ISO moment of the data's clock; None = the wall clock. Labels not available by then are unseen.
        recipe: recipe of the first champion (`core.training.recipes.RECIPES`), if Caretaker trained it.
        trained_until: ISO date or row number up to which the rows are training data.
        note: said on every page, e.g. that a share of the labels was corrupted on purpose.
        guideline: what experts are told about the classes; `class_notes` what they are told about each.
        label_delay_days: how long a label takes where no column says when it became known; None = no time.
        picture_folder: folder under which the item column names files; None = the column holds the pictures.
        threshold: of two classes the positive one is decided from this score on, wherever decisions are made
            from scores; None = the model's own decisions, and where it has none the larger score.
        costs: what its decisions cost; None = nobody said.
        canary: the version that answers a share of the ids beside the champion; None = there is none.
        second_person: whether a promotion needs the approval of somebody else than who proposes it.
        deploy_to: names of the deploy targets that are told of a promotion (settings of the operator).
        least_gain: in the unit of the metric of record, what a challenger must surely gain to be worth a
            promotion; `least_saving`: what it must surely save for each period, in the currency of the costs.
        guard_rolls_back: whether Caretaker rolls back by itself where the guard after a promotion shows that
            the version before is better.
        budgets: what a version may take where it is served; None = nobody said.
        automation: when Caretaker trains by itself, and how; None = people start each training.
        fairness_blocks: whether a segment in which a challenger is surely worse forbids its promotion; else
            it is a warning.
        class_order: the classes from the lowest to the highest, where they have an order that their names do
            not say; empty = nobody said.
        joined: sources whose columns a search may add, by name.
        origin: from what it was connected; None = by a Caretaker that did not write it down.
    """

    id: int
    name: str
    task: Task
    item: Item
    classes: tuple[str, ...]
    roles: Roles
    registry_name: str
    metric: str
    tolerance: float | None
    chunk: str
    reference: tuple[str, str] | None = None
    as_of: str | None = None
    recipe: str | None = None
    trained_until: str | None = None
    note: str = ""
    guideline: str = ""
    class_notes: dict[str, str] = field(default_factory=dict)
    label_delay_days: float | None = None
    picture_folder: str | None = None
    threshold: float | None = None
    costs: Costs | None = None
    second_person: bool = False
    guard_rolls_back: bool = False
    deploy_to: tuple[str, ...] = ()
    class_order: tuple[str, ...] = ()
    canary: Canary | None = None
    least_gain: float | None = None
    least_saving: float | None = None
    budgets: Budgets | None = None
    automation: Automation | None = None
    joined: tuple[JoinedSource, ...] = ()
    fairness_blocks: bool = False
    origin: Origin | None = None

    def to_json(self) -> dict[str, Any]:
        """As a JSON document, without the id (which belongs to the table)."""
        document = asdict(self)
        del document["id"]
        return document

    def judging_settings(self) -> dict[str, Any]:
        """The settings that decide which of two versions is better, as JSON.

        >>> ModelSpec(
        ...     1, "m", "binary", "record", ("no", "yes"), Roles("y"), "m", "f1", None, "day", threshold=0.2,
        ...     least_saving=500.0,
        ... ).judging_settings()  # doctest: +NORMALIZE_WHITESPACE
        {'metric': 'f1', 'threshold': 0.2, 'costs': None, 'class_order': [], 'least_gain': None,
         'least_saving': 500.0, 'budgets': None}
        """
        settings = ("metric", "threshold", "costs", "class_order", "least_gain", "least_saving", "budgets")
        values = {name: getattr(self, name) for name in settings}
        # only where it is set: comparisons and shadows of earlier versions know nothing of it
        values |= {"fairness_blocks": True} if self.fairness_blocks else {}
        document: dict[str, Any] = json.loads(json.dumps(values, default=asdict))
        return document

    @classmethod
    def from_json(cls, model_id: int, document: dict[str, Any]) -> "ModelSpec":
        """The inverse of `to_json`.

        >>> spec = ModelSpec(
        ...     1, "m", "binary", "record", ("no", "yes"), Roles("y"), "m", "roc_auc", 0.02, "month"
        ... )
        >>> ModelSpec.from_json(1, spec.to_json()) == spec
        True
        """
        roles = document["roles"]
        tuples = {key: tuple(roles.get(key, ())) for key in ("features", "segments", "embedding")}
        reference, origin, joined = document["reference"], document.get("origin"), document.get("joined", ())
        parts = {"budgets": Budgets, "automation": Automation, "canary": Canary}
        return cls(
            **{
                **document,
                "id": model_id,
                "classes": tuple(document["classes"]),
                "roles": Roles(**{**roles, **tuples}),
                "reference": tuple(reference) if reference else None,
                "costs": Costs.from_json(document.get("costs")),
                **{key: tuple(document.get(key, ())) for key in ("deploy_to", "class_order")},
                **{key: kind(**document[key]) if document.get(key) else None for key, kind in parts.items()},
                "joined": tuple(JoinedSource(**{**one, "columns": tuple(one["columns"])}) for one in joined),
                "origin": Origin(**{**origin, "rows": tuple(origin["rows"])}) if origin else None,
            }
        )
