"""The classes of a label column: how many, in which order, and which one is "positive"."""

from typing import Protocol

from core.errors import SchemaError
from core.frames.columns import as_text
from core.frames.spec import Task
from core.frames.table import Table

YES_WORDS = ("yes", "true", "1", "positive", "pos", "y", "up", "spam", "fraud", "churn", "canceled", "error")
TOO_MANY = 500
PAIR = 2


class Said(Protocol):
    """What the person said about the label."""

    @property
    def label(self) -> str:
        """Column of the label."""

    @property
    def task(self) -> Task | None:
        """Binary, multiclass or not said."""

    @property
    def positive(self) -> str | None:
        """The class that a score is the probability of."""


def order_classes(table: Table, said: Said, reasons: list[str]) -> tuple[Task, tuple[str, ...]]:
    """Task and classes; for binary the positive class is last.

    Raises:
        SchemaError: the labels do not fit the task.
    """
    labels = as_text(table, said.label)
    counts = labels.dropna().value_counts()
    names = sorted((str(name) for name in counts.index), key=_natural)
    where = f"{table.source}: column {said.label!r}"
    if len(names) < PAIR:
        raise SchemaError(
            f"{where} has {len(names)} different labels.", "A model needs at least two classes."
        )
    if len(names) > TOO_MANY:
        raise SchemaError(
            f"{where} has {len(names):,} different values: these are not classes.",
            "Regression is not supported yet; choose a column of classes with --label.",
        )
    if said.task == "binary" and len(names) != PAIR:
        raise SchemaError(
            f"{where} has {len(names)} classes: {', '.join(names[:8])}.", "Say --task multiclass."
        )
    task = said.task or ("binary" if len(names) == PAIR else "multiclass")
    if task == "multiclass":
        return task, tuple(names)
    positive = said.positive
    if positive is None:
        words = [name for name in names if name.lower() in YES_WORDS]
        positive = words[0] if len(words) == 1 else str(counts.idxmin())
        why = "by its name" if len(words) == 1 else "the rarer one"
        reasons.append(f"The positive class is {positive!r} ({why}).")
    if positive not in names:
        raise SchemaError(f"{where} has no class {positive!r}.", f"Choose one of {' or '.join(names)}.")
    return task, (*(name for name in names if name != positive), positive)


def _natural(name: str) -> tuple[int, float, str]:
    """Numbers by value, then texts.

    >>> sorted(["10", "9", "a"], key=_natural)
    ['9', '10', 'a']
    """
    try:
        return (0, float(name), name)
    except ValueError:
        return (1, 0.0, name)
