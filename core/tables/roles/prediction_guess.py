"""Which columns hold what a model answered: a log is read by them, and no model may learn from them."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from core.tables.roles.prediction_names import (
    PREDICTION_NAMES,
    SCORE_NAMES,
    Part,
    is_numbered,
    part_by_name,
    words,
)
from core.tables.roles.requested_roles import NONE, RequestedRoles
from core.tables.roles.role_reasons import Why
from core.tables.table import Table
from core.tables.values.classes import class_spellings
from core.tables.values.columns import ColumnKind, kind_of
from core.tables.values.empty_cells import is_filled
from core.tables.values.names import as_class

PREFIXES = ("score_", "proba_", "prob_", "probability_", "p_", "pred_")
SUFFIXES = ("_score", "_proba", "_prob", "_probability")
PAIR = 2
ROUNDED = 1e-3
"""A probability may lie so far outside 0..1 from rounding."""


def predictions_without_labels(
    table: Table, requested: RequestedRoles, kinds: dict[str, ColumnKind], why: Why
) -> RequestedRoles:
    """With the columns that hold answers by their names, where no row has a label that tells classes."""
    outputs = (requested.prediction, requested.score, requested.scores_prefix, *requested.scores)
    if any(outputs) or is_filled(table.frame[requested.label]).any():
        return requested
    about = words(requested.label)
    free = [n for n in kinds if n not in {*requested.single_columns, *requested.exclude, *requested.include}]
    parts = {name: part_by_name(name, about) for name in free if not is_numbered(name)}
    scored = [n for n in free if parts.get(n) == "score" and kinds[n] == "number" and _shares(table.frame[n])]
    decided = [name for name in free if parts.get(name) == "prediction" and kinds[name] in {"number", "text"}]
    score, prediction = _first(scored, SCORE_NAMES), _first(decided, PREDICTION_NAMES)
    for name, what in ((prediction, "prediction"), (score, "score")):
        if name:
            why.say(f"{name!r} is the {what}, by its name.", name)
    return replace(requested, score=score, prediction=prediction)


def guess_predictions(
    table: Table, requested: RequestedRoles, classes: Sequence[str], kinds: dict[str, ColumnKind], why: Why
) -> tuple[RequestedRoles, frozenset[str]]:
    """With the columns of predictions and scores where nobody said them; and all columns of answers.

    `classes` has the positive one last; it is empty for regression. A column of answers is no feature,
    also where it plays no part: it may be the answer of an older model.
    """
    parts = _parts(table, requested, classes, kinds)
    made = requested
    if requested.prediction is None:
        fitting = [n for n, part in parts.items() if part == "prediction" and could_be(table, n, classes)]
        column = _first(fitting, PREDICTION_NAMES)
        made = replace(made, prediction=column)
        if column:
            why.say(f"{column!r} is the prediction, by its name.", column)
    if not (requested.scores or requested.score or requested.scores_prefix):
        scores = _scores(table, [name for name, part in parts.items() if part == "score"], classes)
        made = replace(made, scores=scores)
        for cls, column in scores.items():
            why.say(f"{column!r} is the score of {cls!r}, by its name.", column)
    return made, frozenset(parts)


def _parts(
    table: Table, requested: RequestedRoles, classes: Sequence[str], kinds: dict[str, ColumnKind]
) -> dict[str, Part]:
    """Columns that nobody gave a part, and which answer their name says they hold."""
    assigned = {
        *requested.single_columns,
        *requested.scores.values(),
        *requested.exclude,
        *requested.include,
        *(requested.segments or ()),
    }
    about = words(requested.label).union(*(words(name) for name in classes))
    scored = _names_of_scores(classes)
    parts: dict[str, Part] = {}
    for name, kind in kinds.items():
        if name in assigned or kind in {"time", "bytes"}:
            continue
        of_a_class: Part | None = "score" if name.lower() in scored else None
        for part in (part_by_name(name, about), of_a_class):
            if part and _fits_part(table, name, part, kind, classes):
                parts[name] = part
    return parts


def _names_of_scores(classes: Sequence[str]) -> dict[str, str]:
    """Every usual name of a score, small -> its class."""
    named = {f"{prefix}{cls}".lower(): cls for prefix in PREFIXES for cls in classes}
    return named | {f"{cls}{suffix}".lower(): cls for suffix in SUFFIXES for cls in classes}


def _fits_part(table: Table, name: str, part: Part, kind: ColumnKind, classes: Sequence[str]) -> bool:
    """Whether the values are such answers; a name that means nothing else is believed."""
    if name.lower() in {*PREDICTION_NAMES, *SCORE_NAMES} - {"p", "pred", "prob"}:
        return True
    if part == "score":
        return bool(classes) and kind == "number" and _shares(table.frame[name])
    return could_be(table, name, classes)


def _shares(column: pd.Series) -> bool:
    numbers = pd.to_numeric(column, errors="coerce").dropna()
    return bool(len(numbers) and numbers.between(-ROUNDED, 1 + ROUNDED).all())


def could_be(table: Table, name: str, classes: Sequence[str]) -> bool:
    """Whether the values could be predictions: the classes, or as few names for them; or numbers.

    >>> from core.tables.table import Table
    >>> table = Table(pd.DataFrame({"p": ["yes", "no"], "town": ["Ulm", "Bonn"]}), "a.csv")
    >>> could_be(table, "p", ("no", "yes"))
    True
    """
    kind = kind_of(table.frame[name])
    if not classes:
        return kind == "number"
    if kind in {"time", "bytes"}:
        return False
    strange = unread(table, name, classes)
    values = as_class(table, name, classes).dropna().nunique()
    return not strange or values == len(strange) <= len(classes)


def unread(table: Table, name: str, classes: Sequence[str]) -> list[str]:
    """The values that are no class in any spelling, in order.

    >>> from core.tables.table import Table
    >>> unread(Table(pd.DataFrame({"p": ["yes", "leaves", "no"]}), "a.csv"), "p", ("no", "yes"))
    ['leaves']
    """
    values = sorted(map(str, as_class(table, name, classes).dropna().unique()))
    return [value for value in values if value not in {*classes, *class_spellings(values, classes)}]


def _scores(table: Table, names: list[str], classes: Sequence[str]) -> dict[str, str]:
    """Class -> column: one for each class, or of two classes the one of either."""
    small = {name.lower(): name for name in names}
    for around in [(prefix, "") for prefix in PREFIXES] + [("", suffix) for suffix in SUFFIXES]:
        columns = {cls: small.get(f"{around[0]}{cls}{around[1]}".lower(), NONE) for cls in classes}
        if classes and NONE not in columns.values():
            return columns
    if len(classes) != PAIR:  # one column says it all for two classes only
        return {}
    named = _names_of_scores(classes)
    known = [name for name in names if named.get(name.lower(), classes[-1]) == classes[-1]]
    single = _first([n for n in known if n.lower() in named or not is_numbered(n)], SCORE_NAMES)
    if single is None or kind_of(table.frame[single]) != "number":
        return {}
    return {classes[-1]: single}


def _first(names: list[str], usual: tuple[str, ...]) -> str | None:
    """The name that is most usual, else the first."""
    order = {name: at for at, name in enumerate(usual)}
    return min(names, key=lambda name: order.get(name.lower(), len(order)), default=None)
