"""Predictions and scores that are written otherwise than labels and probabilities: asked for, or refused."""

from itertools import permutations
from typing import Any

import pandas as pd

from core.errors import SchemaError
from core.model import ModelSpec
from core.tables.roles.prediction_guess import unread
from core.tables.roles.requested_roles import Choice, UnsureRole
from core.tables.table import Table
from core.tables.values.classes import class_spellings
from core.tables.values.columns import kind_of
from core.tables.values.names import as_class

PAIR = 2


def require_meanings(table: Table, spec: ModelSpec) -> None:
    """Ask what predictions mean that are no class in any spelling, such as "leaves" beside labels 0 and 1.

    Raises:
        SchemaError: the predictions are numbers, or something was said of a class that does not exist.
        UnsureRole: they could be the classes under other names.
    """
    name, means = spec.roles.prediction, spec.roles.means
    unknown = sorted(set(means.values()) - set(spec.classes))
    if unknown:
        raise SchemaError(
            f"{table.source}: there is no class {unknown[0]!r}.",
            f"The classes are {', '.join(spec.classes[:12])}.",
        )
    if not spec.classes or name is None or name not in table.frame.columns:
        return
    strange = [value for value in unread(table, name, spec.classes) if value not in means]
    values = as_class(table, name, _known_values(spec)).dropna().nunique()
    if not strange or values != len(strange) + len(means):
        return
    if len(strange) > len(spec.classes):
        _refuse_numbers(table, name)
        return
    choices = tuple(
        Choice(f"{_describe_meanings(added)} (right in {share:.0%} of {n:,} rows)", {"means": means | added})
        for added, share, n in _possible(table, spec, name, strange)
    )
    first = choices[0].roles["means"] if choices else dict.fromkeys(strange, "CLASS")
    raise UnsureRole(
        f"{table.source}: the predictions {name!r} are {_quote_values(strange)}, "
        f"the labels {_quote_values(spec.classes)}; which means which?",
        f"Say it for every value, e.g. {' '.join(f'--means {value}={cls}' for value, cls in first.items())}.",
        "--means",
        choices,
    )


def read_as(table: Table, spec: ModelSpec) -> list[str]:
    """What values of the prediction column are read as, where they are written otherwise than the labels."""
    name = spec.roles.prediction
    if not spec.classes or name is None or name not in table.frame.columns:
        return []
    values = sorted(map(str, as_class(table, name, _known_values(spec)).dropna().unique()))
    same = class_spellings(values, spec.classes) | spec.roles.means
    meanings = {value: same[value] for value in values if same.get(value, value) != value}
    return [f"In {name!r}, {_describe_meanings(meanings)}."] if meanings else []


def _known_values(spec: ModelSpec) -> set[str]:
    """Values that mean something, whatever they look like."""
    return {*spec.classes, *spec.roles.means}


def _refuse_numbers(table: Table, name: str) -> None:
    numbers = pd.to_numeric(table.frame[name], errors="coerce").dropna()
    if kind_of(table.frame[name]) == "number" and numbers.between(0, 1).all():
        raise SchemaError(
            f"{table.source}: the predictions {name!r} are {numbers.nunique():,} numbers between 0 and 1.",
            "They look like probabilities: name the column with --score.",
        )


def _possible(
    table: Table, spec: ModelSpec, name: str, strange: list[str]
) -> list[tuple[dict[str, str], float, int]]:
    """Meanings with the share of right rows, the best first; of many classes only the one by majority."""
    predictions = as_class(table, name, _known_values(spec))
    labels = as_class(table, spec.roles.label, spec.classes)
    labels = labels.replace(class_spellings(map(str, labels.dropna().unique()), spec.classes))
    known = predictions.isin(strange) & labels.isin(spec.classes)
    predictions, labels = predictions[known], labels[known]
    if len(spec.classes) == PAIR:
        meanings = [dict(zip(strange, order, strict=False)) for order in permutations(spec.classes)]
    else:
        most = (
            pd.crosstab(predictions, labels).idxmax(axis=1) if len(predictions) else pd.Series(dtype=object)
        )
        usual = {str(value): str(cls) for value, cls in most.items()}
        meanings = [usual] if len(set(usual.values())) == len(strange) else []
    shares = [
        (meaning, float((predictions.map(meaning) == labels).mean()), len(predictions))
        for meaning in meanings
    ]
    return sorted(shares, key=lambda meaning: -meaning[1])


def _quote_values(values: Any) -> str:
    names = [repr(value) for value in values]
    return " and ".join(names) if len(names) <= PAIR else f"{', '.join(names[:8])}"


def _describe_meanings(means: dict[str, str]) -> str:
    return ", ".join(f"{value} means {cls}" for value, cls in means.items())
