"""By which metric a model is judged, what errors cost and where it decides: what was asked for is checked."""

from collections.abc import Sequence
from dataclasses import asdict
from math import inf, isfinite

from core.errors import DataError
from core.model import Budgets, Costs, ModelSpec
from core.services.spec_metrics import metrics_of
from core.stats.measures.cost_matrix import NAME as COST
from core.stats.measures.ordered import DISTANCE, KAPPA, places
from core.stats.measures.table import FORMS, NAMED, metric_named, metric_with_parameter
from core.stats.metrics import METRICS, default_metric, metrics_for
from core.tables import chunks
from core.tables.roles.guess import Guess

WHY = {
    "roc_auc": "the rows have scores, and nobody said where it decides or what its errors cost",
    "balanced_accuracy": (
        "the log has predictions without scores, so nothing can be ranked or estimated before labels arrive"
    ),
    "accuracy": "every row counts the same",
    "mae": "it is in the unit of the amount",
}
"""Default metric -> why it is chosen where nobody chose one."""


DEAREST, CURRENCY = 10**12, 12
"""The largest cost: squares of sums over a billion rows stay exact enough; the letters of a currency."""


def choose_metric(
    metric: str | None,
    guessed: Guess,
    costs: Costs | None,
    order: tuple[str, ...] = (),
    *,
    scored: bool,
    choices: list[str],
) -> str:
    """The metric asked for, else what errors cost where that is said, else the default, with the reason.

    Raises:
        DataError: the metric is none for this task, or it needs scores, and the log has none.
    """
    scored = scored or bool(guessed.roles.scores)
    if metric is None and costs is not None:
        choices.append(f"The metric is {COST}: what errors cost was said.")
        return COST
    if metric is None:
        metric = default_metric(guessed.task, scored=scored)
        about = metric_named(metric).plain
        choices.append(
            f"The metric is {metric} ({about}): {_why(metric, scored=scored)}. Another with --metric."
        )
    return require_metric(metric, guessed.task, guessed.classes, costs, order, scored=scored)


def _why(metric: str, *, scored: bool) -> str:
    """The reason; of the share of right predictions also that it needs no scores, where there are none."""
    if scored or metric != "accuracy":
        return WHY[metric]
    return f"{WHY[metric]}; {WHY['balanced_accuracy']}"


def require_metric(
    metric: str,
    task: str,
    classes: tuple[str, ...],
    costs: Costs | None,
    order: tuple[str, ...] = (),
    *,
    scored: bool,
) -> str:
    """A metric by which this task can be judged.

    Raises:
        DataError: there is no such metric, it is none for this task, or what it needs is not there.
    """
    if metric == COST and costs is None and task != "regression":
        raise DataError("Nobody said what errors cost.", "Say it with --costs FILE.")
    parametrised = metric_with_parameter(metric)
    if parametrised is None and metric not in {*METRICS, *NAMED}:
        known = ", ".join([*METRICS, *NAMED, FORMS])
        raise DataError(f"There is no metric {metric!r}.", f"Choose one of {known}.")
    if metric_named(metric).two_classes and task == "multiclass":
        raise DataError(
            f"{metric!r} judges two classes; the task of this model is {task}.", "Choose another."
        )
    if metric in {DISTANCE, KAPPA} and places(classes, order) is None and task != "regression":
        raise DataError(
            f"{metric} needs three classes and more that have an order: numbers, or as somebody said it.",
            f"Say it with --class-order, or choose one of {', '.join(metrics_for(task))}.",
        )
    if metric_named(metric).of_numbers != (task == "regression"):
        what = "classes" if not metric_named(metric).of_numbers else "amounts"
        raise DataError(
            f"{metric!r} judges {what}; the task of this model is {task}.",
            f"Choose one of {', '.join(metrics_for(task))}.",
        )
    if "scores" in metric_named(metric).needs and not scored:
        known = ", ".join(metrics_for(task, scored=False))
        raise DataError(
            f"{metric} needs scores, and the log has predictions only.",
            f"Name the columns of the scores, or choose one of {known}.",
        )
    return metric


def require_costs(costs: Costs | None, classes: tuple[str, ...], task: str) -> Costs | None:
    """The costs in the order of the model's classes.

    Raises:
        DataError: they are not those of these classes, every decision costs the same, or the right ones cost
            most, as in a table of gains.
    """
    if costs is None:
        return None
    if task == "regression":
        raise DataError("Costs are those of classes; this model predicts amounts.", "Leave --costs out.")
    if set(costs.classes) != set(classes):
        raise DataError(
            f"The costs are those of {', '.join(costs.classes[:12])}; the classes of the model are "
            f"{', '.join(classes[:12])}.",
            "Name every class once as label and once as prediction.",
        )
    if not all(isfinite(cost) for row in costs.rows for cost in row):
        raise DataError("A cost is missing.", "Say what each label costs by each prediction; 0 for nothing.")
    if max(abs(cost) for row in costs.rows for cost in row) > DEAREST:
        raise DataError(f"A cost is beyond {DEAREST:,}.", "Say the costs in a larger unit.")
    if len(costs.currency) > CURRENCY or not costs.currency.isprintable():
        raise DataError(f"{costs.currency[:40]!r} is no currency.", "Say it as in EUR, USD or minutes.")
    rows = costs.over(classes)
    if all(len(set(row)) == 1 for row in rows):
        raise DataError("Every decision costs the same.", "Say what errors cost more than right decisions.")
    if all(row[at] >= max(row) for at, row in enumerate(rows)):
        raise DataError(
            "Of every label the right decision costs most.",
            "Say what decisions cost; what one gains is a cost below 0.",
        )
    return Costs(classes, tuple(tuple(row) for row in rows), costs.currency)


def require_tolerance(spec: ModelSpec) -> None:
    """A loss that may pass is one that a model can have: with 2, for 2 points, nothing would ever be lost.

    Raises:
        DataError: the tolerance is no number above 0, or all that the metric of record can lose.
    """
    if spec.tolerance is None:
        return
    if not 0 < spec.tolerance < inf:
        raise DataError(f"A tolerance of {spec.tolerance:g} cannot be held.", "Say e.g. 0.02 for 2 points.")
    metric = metrics_of(spec)[spec.metric]
    lowest, highest = metric.bounds
    if spec.tolerance >= highest - lowest:
        raise DataError(
            f"A tolerance of {spec.tolerance:g} is all that {metric.title} can lose.",
            "It is said in the unit of the metric: 0.02 is 2 points of a share.",
        )


def require_least(spec: ModelSpec) -> None:
    """What a promotion must bring is something that a challenger can bring.

    Raises:
        DataError: it is no number above 0, all that the metric of record can gain, or nobody said what errors
            cost.
    """
    for name, least in (("gain", spec.least_gain), ("saving", spec.least_saving)):
        if least is not None and not 0 < least < inf:
            raise DataError(f"A least {name} of {least:g} asks for nothing.", "Say a number above 0.")
    if spec.least_saving is not None and spec.costs is None:
        raise DataError("Nobody said what errors cost, so that nothing can be saved.", "Say the costs first.")
    metric = metrics_of(spec)[spec.metric]
    lowest, highest = metric.bounds
    if spec.least_gain is not None and spec.least_gain >= highest - lowest:
        raise DataError(
            f"A least gain of {spec.least_gain:g} is all that {metric.title} can gain.",
            "It is said in the unit of the metric: 0.01 is 1 point of a share.",
        )


def require_budgets(budgets: Budgets | None) -> None:
    """A budget is an amount of time or of bytes.

    Raises:
        DataError: one is no number above 0.
    """
    for name, budget in asdict(budgets).items() if budgets else ():
        if budget is not None and not 0 < budget < inf:
            raise DataError(f"{name} = {budget:g} is no budget.", "Say a number above 0.")


def group_columns(spec: ModelSpec) -> list[str]:
    """Columns that every stored row has and that can name what it belongs to.

    >>> from core.model import Roles
    >>> group_columns(ModelSpec(1, "m", "binary", "record", ("no", "yes"), Roles("y", features=("a", "b"),
    ...     segments=("shop",)), "m", "f1", None, "day"))
    ['a', 'b', 'shop']
    """
    roles = spec.roles
    present = [roles.group] if roles.group else []
    named = dict.fromkeys([*roles.features, *roles.segments, *present])
    return [name for name in named if name != roles.item]


def require_group(group: str | None, spec: ModelSpec) -> str | None:
    """A column that names what rows belong to; None: rows stand alone.

    Raises:
        DataError: the stored rows do not have it.
    """
    if group is not None and group not in group_columns(spec):
        raise DataError(
            f"The stored rows have no column {group!r}.",
            f"They have {', '.join(group_columns(spec)[:12]) or 'none'}; connect it again for another.",
        )
    return group


def require_order(order: Sequence[str], classes: tuple[str, ...], task: str) -> tuple[str, ...]:
    """The classes from the lowest to the highest; empty where nobody said it.

    Raises:
        DataError: it does not name each class once, or there are fewer than three.

    >>> require_order(["low", "mid", "high"], ("high", "low", "mid"), "multiclass")
    ('low', 'mid', 'high')
    """
    if not order:
        return ()
    if task != "multiclass":
        raise DataError(
            f"An order is one of three classes and more; the task of this model is {task}.",
            "Leave the order out.",
        )
    if sorted(order) != sorted(classes):
        raise DataError(
            f"The order {', '.join(order[:12])} does not name each class once; the classes of the model are "
            f"{', '.join(classes[:12])}.",
            "Name them from the lowest to the highest with --class-order.",
        )
    return tuple(order)


def require_reference(period: tuple[str, str] | None, chunk: str) -> None:
    """A reference period goes from one chunk to the same or a later one, by their keys.

    Raises:
        DataError: one is no key of such a chunk, or the first is after the last.

    >>> require_reference(("2016-01", "2016-03"), "month")
    """
    if period is None:
        return
    for key in period:
        if not chunks.is_key(key, chunk):
            raise DataError(
                f"{key!r} is no chunk of this model, whose chunks are {chunk}.",
                f"Write it as {chunks.example_key(chunk)}.",
            )
    if period[0] > period[1]:
        raise DataError(f"{period[0]} is after {period[1]}.", "Write the first chunk first.")


def require_threshold(spec: ModelSpec, threshold: float | None, *, scored: bool) -> None:
    """A threshold decides between two classes by scores, where no column holds the decisions.

    `scored`: a model gives the scores here.

    Raises:
        DataError: it is no score, or there is nothing that it could decide.
    """
    if threshold is None:
        return
    if not 0 < threshold < 1:
        raise DataError(
            f"A threshold of {threshold:g} is no score.", "Say a number between 0 and 1, e.g. 0.2."
        )
    if spec.task != "binary":
        raise DataError(
            f"A threshold decides between two classes; the task of this model is {spec.task}.",
            "Leave the threshold out.",
        )
    if spec.roles.prediction:
        raise DataError(
            f"The column {spec.roles.prediction!r} holds the decisions, and they are used as they are.",
            "Leave the threshold out, or leave that column out with --exclude.",
        )
    if not spec.roles.scores and not scored:
        raise DataError("A threshold needs scores, and the log has none.", "Name their column with --score.")
