"""All trials with what each changed: family of models, columns, rows."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from core.model import ModelSpec
from core.services.experiments import retrain
from core.services.experiments.recipes.titles import title
from core.store import models
from core.store.engine import reading
from core.store.experiments import comparisons
from core.store.workspace import Workspace
from core.training.search.derivations import Derivation
from core.training.treatments.treatment import Treatment

ALL_ROWS, OWN_COLUMNS = "all rows", "its columns"


def outline(ws: Workspace, name: str) -> tuple[ModelSpec, pd.DataFrame]:
    """The model and its trials in order.

    Columns: those of `retrain.scores`, and family, columns, rows (what is learned from, for people), change
    (what differs from the family as it is).

    Raises:
        DataError: there is no such model.
    """
    spec, frame = retrain.scores(ws, name)
    family = _describe_each(frame["recipe"], title)
    columns = _describe_each(frame["features"], _columns)
    rows = _describe_each(frame["treatment"], _rows)
    outlined = frame.assign(family=family, columns=columns, rows=rows)
    outlined["change"] = _changes(outlined)
    return spec, outlined


def verdicts(ws: Workspace, name: str) -> dict[str, str]:
    """Version -> the sentence of its newest comparison.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        rows = comparisons.list_sentences(session, models.spec(session, name).id)
    return {row.challenger: row.sentence for row in rows}


def _describe_each(column: "pd.Series[Any]", describe: Callable[[Any], str]) -> "pd.Series[Any]":
    """Each value described once: thousands of trials share few."""
    words = {value: describe(value) for value in column.unique()}
    return column.map(words) if words else column


def _columns(features: str | None) -> str:
    """What a search added or took away, in words.

    >>> _columns('[{"kind": "without", "columns": ["a"]}]'), _columns(None)
    ('without a', 'its columns')
    """
    parts = json.loads(features) if isinstance(features, str) else []
    return ", ".join(Derivation.from_json(part).title for part in parts) or OWN_COLUMNS


def _rows(treatment: str | None) -> str:
    """What became of the rows before a model learned from them, in words.

    >>> _rows('{"kind": "newest", "amount": 0.5}'), _rows(None)
    ('the newest 50 % of the rows', 'all rows')
    """
    return Treatment(**json.loads(treatment)).title if isinstance(treatment, str) else ALL_ROWS


def _changes(outlined: pd.DataFrame) -> "pd.Series[Any]":
    """What a trial changed of its family: nothing, parameters, columns, rows, or both."""
    columns, rows = outlined["columns"] != OWN_COLUMNS, outlined["rows"] != ALL_ROWS
    change = pd.Series("as it is", index=outlined.index, dtype=object)
    change[outlined["stage"].isin(["tuned"])] = "parameters"
    change[columns] = "columns"
    change[rows] = "rows"
    change[columns & rows] = "columns and rows"
    change[outlined["refit_of"].notna()] = "refit on all labels"
    return change
