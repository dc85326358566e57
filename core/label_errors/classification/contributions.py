"""Which features speak for the suggestion: swap each for a value that is typical of the given label."""

from typing import Any

import numpy as np
import pandas as pd

from core.stats.arrays import Floats, Ints
from core.tables.values.align_probabilities import align_probabilities


def typical(features: pd.DataFrame) -> dict[str, Any]:
    """Median of number columns, most common value of the others."""
    values: dict[str, Any] = {}
    for name in features.columns:
        column = features[name].dropna()
        if column.empty:
            values[name] = None
        elif pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            values[name] = column.quantile(0.5, interpolation="lower")
        else:
            values[name] = column.mode().iloc[0]
    return values


def contributions(
    model: Any, features: pd.DataFrame, rows: Ints, labels: Ints, suggested: Ints, classes: tuple[str, ...]
) -> Floats:
    """(m, p) fall of the log-odds of suggested to given when a feature takes the given class's typical value.

    Args:
        model: fitted, with `predict_proba` and `classes_`; a class that it never saw has probability 0.
        features: (n, p) all rows.
        rows: (m,) rows to explain.
        labels: (n,) class numbers as given.
        suggested: (n,) class numbers.
        classes: names in the order of those numbers.
    """
    table_of_rows = features.iloc[rows]
    a, b = labels[rows], suggested[rows]

    def odds(table: pd.DataFrame) -> Floats:
        P = np.clip(align_probabilities(model.predict_proba(table), model.classes_, classes), 1e-6, None)
        number = np.arange(len(table))
        return np.asarray(np.log(P[number, b]) - np.log(P[number, a]))

    usual = {k: typical(features[labels == k]) for k in np.unique(a)}
    whole = odds(table_of_rows)
    falls = np.zeros((len(rows), features.shape[1]))
    for j, name in enumerate(features.columns):
        values = pd.Series([usual[k][name] for k in a], index=table_of_rows.index)
        falls[:, j] = whole - odds(table_of_rows.assign(**{name: values.astype(features[name].dtype)}))
    return falls
