"""The classes of a label column: how many, in which order, and which one is "positive"."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import pandas as pd

from core.errors import SchemaError
from core.model import Task
from core.tables.table import Table
from core.tables.values.columns import WHOLE, as_text
from core.tables.values.empty_cells import stands_for_nothing
from core.tables.values.names import as_class, plain_name

YES_WORDS = (
    "+",
    "yes",
    "true",
    "1",
    "positive",
    "pos",
    "y",
    "up",
    "spam",
    "fraud",
    "churn",
    "canceled",
    "error",
)
TRUTH = {"true": "1", "false": "0"}
YES_OR_NO = {**TRUTH, "yes": "1", "no": "0", "y": "1", "n": "0", "t": "1", "f": "0"}
"""What words mean as a number: always, and beside another word for yes or no."""
OPPOSITES = {"1": "0", "yes": "no", "true": "false", "y": "n", "t": "f", "positive": "negative", "pos": "neg"}
TOO_MANY = 500
PAIR = 2


class LabelRequest(Protocol):
    """What a person asked for about the label."""

    @property
    def label(self) -> str:
        """Column of the label."""

    @property
    def task(self) -> Task | None:
        """Binary, multiclass or not said."""

    @property
    def positive(self) -> str | None:
        """The class that a score is the probability of."""

    @property
    def prediction(self) -> str | None:
        """Column of the predicted class."""

    @property
    def score(self) -> str | None:
        """Column of the probability of the positive class."""

    @property
    def scores(self) -> Mapping[str, str]:
        """Class -> column of its probability."""

    @property
    def means(self) -> Mapping[str, str]:
        """Value of the prediction column -> its class."""


def order_classes(table: Table, request: LabelRequest, reasons: list[str]) -> tuple[Task, tuple[str, ...]]:
    """Task and classes; for binary the positive class is last.

    Raises:
        SchemaError: the labels do not fit the task.
    """
    named = {*request.scores, *request.means.values(), *([request.positive] if request.positive else [])}
    labels = as_class(table, request.label, named)
    counts = _as_one_number(labels.dropna().value_counts(), reasons)
    names = sorted((str(name) for name in counts.index), key=_natural)
    where = f"{table.source}: column {request.label!r}"
    if len(names) < PAIR:
        names = _without_labels(table, request, names, reasons)
    if len(names) < PAIR:
        raise SchemaError(
            f"{where} has {len(names)} different labels.",
            "A model needs at least two classes. Where labels are still to come, name the column of the "
            "predictions, or the classes with --score-of CLASS=COLUMN.",
        )
    if len(names) > TOO_MANY:
        raise SchemaError(
            f"{where} has {len(names):,} different values; at most {TOO_MANY} classes are told apart.",
            "Say --task regression if these are amounts, choose a column of classes with --label, or write "
            "one name for the rare classes.",
        )
    if request.task == "binary" and len(names) != PAIR:
        raise SchemaError(
            f"{where} has {len(names)} classes: {', '.join(names[:8])}.", "Say --task multiclass."
        )
    reasons += _nothing(table, request.label, labels)
    task = request.task or ("binary" if len(names) == PAIR else "multiclass")
    if task == "multiclass":
        return task, tuple(names)
    positive = request.positive
    if positive is None:
        words = [name for name in names if name.strip().lower() in YES_WORDS or _meaning(name) == 1.0]
        positive = words[0] if len(words) == 1 else str(counts.idxmin()) if len(counts) else names[-1]
        why = "by its name" if len(words) == 1 else "the rarer one"
        reasons.append(f"The positive class is {positive!r} ({why}).")
    positive = class_spellings([positive], names).get(positive, positive)
    if positive not in names:
        raise SchemaError(f"{where} has no class {positive!r}.", f"Choose one of {' or '.join(names)}.")
    return task, (*(name for name in names if name != positive), positive)


def _as_one_number(counts: pd.Series, reasons: list[str]) -> pd.Series:
    """Rows by class, with 1.0, 1 and true as one class: the spelling that most rows have. 01 is not 1.

    >>> _as_one_number(pd.Series({"1": 5, "0": 3, "1.0": 2, "01": 1}), []).to_dict()
    {'1': 7, '0': 3, '01': 1}
    """
    spelled: dict[object, str] = {}
    for name in counts.index:
        main = spelled.setdefault(_whole(str(name)), str(name))
        if main != name:
            reasons.append(f"{name!r} and {main!r} are one class, {main!r}.")
    names = [spelled[_whole(str(name))] for name in counts.index]
    cases: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        cases.setdefault(name.casefold(), []).append(repr(name))
    alike = [" and ".join(same) for same in cases.values() if len(same) > 1]
    reasons += [f"{same} differ only in capitals and are two classes: correct them if not." for same in alike]
    return counts.groupby(names, sort=False).sum()


def _whole(name: str) -> object:
    """The whole number that a name says; any other name, such as 007 or 1e5, is itself."""
    return _meaning(name) if WHOLE.fullmatch(name) or name.lower() in TRUTH else name


def _nothing(table: Table, label: str, labels: pd.Series) -> list[str]:
    """How many labels stand for nothing, and which texts they are."""
    texts = as_text(table, label)
    left = texts[texts.notna() & labels.isna()]
    left = left[left.map(stands_for_nothing).astype(bool)]
    if left.empty:
        return []
    words = ", ".join(dict.fromkeys(map(plain_name, left)))
    return [f"{len(left):,} labels say {words}, which is no class: these rows have none."]


def _without_labels(
    table: Table, request: LabelRequest, labels: Sequence[str], reasons: list[str]
) -> list[str]:
    """Classes of a log whose labels are still to come: those of its predictions or scores, else yes and no.

    Those of the labels alone where nothing says more.
    """
    names = list(dict.fromkeys([*labels, *request.scores, *request.means.values()]))
    if request.positive and not class_spellings([request.positive], names):
        names.append(request.positive)
    if request.prediction and request.prediction in table.frame.columns and not request.means:
        predicted = as_class(table, request.prediction, names).dropna().unique()
        spelled = class_spellings(map(str, predicted), names)
        names = list(dict.fromkeys([*names, *(spelled.get(str(value), str(value)) for value in predicted)]))
        if not labels:
            reasons.append(f"There are no labels yet: the classes are those of {request.prediction!r}.")
    if len(names) < PAIR and request.score in table.frame.columns and request.task != "multiclass":
        known = names[0] if names else "1"
        other = opposite(known)
        if other is None:
            return names
        names = [known, other]
        reasons.append(
            f"There are no labels yet of two classes: they are taken to be {' and '.join(sorted(names))}. "
            "Name another one with --positive."
        )
    return sorted(names, key=_natural)


def opposite(name: str) -> str | None:
    """The other one of a yes and a no, written alike; None where a name is neither.

    >>> opposite("1"), opposite("Yes"), opposite("FALSE"), opposite("churned")
    ('0', 'No', 'TRUE', None)
    """
    word = name.strip()
    other = {**OPPOSITES, **{no: yes for yes, no in OPPOSITES.items()}}.get(word.lower())
    if other is None:
        return None
    if len(word) > 1 and word.isupper():
        return other.upper()
    return other.capitalize() if word[:1].isupper() else other


def class_spellings(values: Iterable[str], classes: Sequence[str]) -> dict[str, str]:
    """Values that are a class in another spelling: 1.0 for 1, true for 1, spaces around a name, another case.

    Where the classes are a yes and a no, every yes and no is one of them. Another case counts only where one
    class fits, and none fits as it is written.

    Args:
        values: texts of a column.
        classes: names of the model's classes.

    Returns:
        Value -> class, only of values that are a class.

    >>> class_spellings(["1.0", " no", "true", "maybe"], ["0", "1", "no"])
    {'1.0': '1', ' no': 'no', 'true': '1'}
    >>> class_spellings(["0", "1.0", "N", "maybe"], ["no", "yes"])
    {'0': 'no', '1.0': 'yes', 'N': 'no'}
    >>> class_spellings(["Good ", "BAD"], ["good", "bad", "Bad"])
    {'Good ': 'good'}
    """
    pair = len(classes) == PAIR and {_meaning(name, YES_OR_NO) for name in classes} == {0.0, 1.0}
    means = YES_OR_NO if pair else TRUTH
    exact: dict[object, list[str]] = {}
    folded: dict[object, list[str]] = {}
    for name in classes:
        meaning = _meaning(name, means)
        exact.setdefault(meaning, []).append(name)
        folded.setdefault(_fold(meaning), []).append(name)
    same: dict[str, str] = {}
    for value in values:
        meaning = _meaning(value, means)
        candidates = exact.get(meaning) or folded.get(_fold(meaning), [])
        if len(candidates) == 1:
            same[value] = candidates[0]
    return same


def _fold(meaning: object) -> object:
    return meaning.casefold() if isinstance(meaning, str) else meaning


def _meaning(name: str, means: Mapping[str, str] = TRUTH) -> object:
    """The number that a text says, else the name that a person reads."""
    plain = plain_name(name)
    text = means.get(plain.lower(), plain)
    try:
        return text if "_" in text else float(text)
    except ValueError:
        return text


def _natural(name: str) -> tuple[int, float, str]:
    """Numbers by value, then texts.

    >>> sorted(["10", "9", "a"], key=_natural)
    ['9', '10', 'a']
    """
    try:
        return (0, float(name), name)
    except ValueError:
        return (1, 0.0, name)
