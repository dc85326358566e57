"""Which metric of record: those that fit the task, some with a parameter, and any other that is typed."""

from collections.abc import Sequence

from core.stats.measures.table import FORMS, SUGGESTED, metric_named, metric_table
from core.stats.metrics import metrics_for

HELP = f"Others may be typed: {FORMS}."


def choices(task: str, classes: Sequence[str], *more: str) -> list[str]:
    """Names that are offered; of classes that may have an order those that need one, too.

    >>> choices("regression", ())[-2:], choices("multiclass", ("a", "b", "c"))[-2:]
    (['r2', 'pinball@0.9'], ['class_distance', 'weighted_kappa'])
    """
    fitting = metrics_for(task, table=metric_table(classes, order=classes))
    return list(dict.fromkeys([*fitting, *SUGGESTED.get(task, ()), *more]))


def is_known(name: str) -> bool:
    """Whether there is a metric of that name.

    >>> is_known("recall@top5%"), is_known("recall@top500%")
    (True, False)
    """
    try:
        metric_named(name)
    except KeyError:
        return False
    return True


def describe(name: str) -> str:
    """Its title and what it is; what is no metric as it was typed.

    >>> describe("recall@top5%"), describe("speed")
    ('Recall in the top 5 %: share of cases found in the top 5 %', 'speed')
    """
    return f"{metric_named(name).title}: {metric_named(name).plain}" if is_known(name) else name


def points(name: str) -> float:
    """By what a tolerance that is typed is divided: points where the metric is a share."""
    return 100.0 if is_known(name) and metric_named(name).unit == "share" else 1.0
