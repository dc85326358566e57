"""Columns of a source that cannot have been known: they say the label, or are later than the prediction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from core.stats.arrays import Floats
from core.training.joined.source_rows import LeftOutColumn


@dataclass(frozen=True, slots=True)
class LeakRules:
    """When a column says too much.

    Attributes:
        most_of_gap: of what the model in production leaves unexplained, the share that one new column alone
            may explain. The strongest honest column of five public sets explains .63, a copy of the label of
            which one value in ten is wrong .80 to .88 (`tests/benchmarks/joined_leak.py`).
        fewest: labelled rows with a known key below which nothing is said: of 200 a share is known to 7
            points (1.96 standard errors at .5).
        most_rows: rows that are looked at, the newest; a share is known to 1 point.
        late_share: of the values, the share that may be later than the row that they are joined to: one in a
            hundred may be mistyped.
        leaves: of the tree that a column is alone in: 64 follow any curve that rows of this number can show.
    """

    most_of_gap: float = 0.75
    fewest: int = 200
    most_rows: int = 20_000
    late_share: float = 0.01
    leaves: int = 64


RULES = LeakRules()
FOLDS, SEED = 5, 0


def skill(truth: npt.NDArray[Any], predicted: npt.NDArray[Any], *, classes: bool) -> float:
    """Share of the errors of a constant prediction that is avoided: 1 is perfect, 0 no better.

    Errors are wrong rows against the commonest class, or squared distances against the mean.

    >>> skill(np.array(["a", "a", "b", "b"]), np.array(["a", "a", "b", "a"]), classes=True)
    0.5
    >>> skill(np.array([0.0, 2.0]), np.array([0.0, 2.0]), classes=False)
    1.0
    """
    if classes:
        constant = 1.0 - float(np.unique(truth, return_counts=True)[1].max()) / len(truth)
        errors = float(np.mean(truth != predicted))
    else:
        constant, errors = float(np.var(truth)), float(np.mean((truth - predicted) ** 2))
    return 1.0 - errors / constant if constant > 0 else 0.0


def alone(
    column: "pd.Series[Any]", truth: npt.NDArray[Any], *, classes: bool, rules: LeakRules = RULES
) -> float:
    """Skill of one column by itself, out of fold, its gaps included.

    Args:
        column: (n,) numbers or kinds.
        truth: (n,) class names or amounts.
        classes: whether they are classes.
        rules: of the tree.
    """
    numbers = _as_numbers(column)
    if classes:
        truth = np.unique(truth.astype(str), return_inverse=True)[1]
    if len(np.unique(truth)) < 2 or len(np.unique(numbers)) < 2:  # noqa: PLR2004 -- nothing to tell apart
        return 0.0
    kind, folds = (DecisionTreeClassifier, StratifiedKFold) if classes else (DecisionTreeRegressor, KFold)
    tree = kind(max_leaf_nodes=rules.leaves, min_samples_leaf=5, random_state=SEED)
    # a rare class may have fewer rows than there are folds
    fewest = int(np.unique(truth, return_counts=True)[1].min()) if classes else len(truth)
    split = folds(max(2, min(FOLDS, fewest)), shuffle=True, random_state=SEED)
    if fewest < 2:  # noqa: PLR2004 -- as above
        split = KFold(FOLDS, shuffle=True, random_state=SEED)
    predicted = cross_val_predict(tree, numbers.reshape(-1, 1), truth, cv=split)
    return skill(truth, predicted, classes=classes)


def _as_numbers(column: "pd.Series[Any]") -> Floats:
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64)
    codes, _ = pd.factorize(column, sort=True)
    return np.where(codes < 0, np.nan, codes).astype(np.float64)


def columns_that_say_the_label(
    values: pd.DataFrame,
    truth: npt.NDArray[Any],
    predicted: npt.NDArray[Any] | None,
    *,
    classes: bool,
    rules: LeakRules = RULES,
) -> tuple[LeftOutColumn, ...]:
    """The columns that alone explain more than a column can.

    Args:
        values: joined columns of n labelled rows, the newest last.
        truth: (n,) their labels.
        predicted: (n,) what the model in production predicted; None where nobody knows.
        classes: whether labels are classes.
        rules: what is too much.

    Returns:
        Each with what it explains and what the model does with all its columns.
    """
    if len(values) < rules.fewest:
        return ()
    values, truth = values.tail(rules.most_rows), truth[-rules.most_rows :]
    model = 0.0
    if predicted is not None:
        model = max(0.0, skill(truth, predicted[-rules.most_rows :], classes=classes))
    limit = model + rules.most_of_gap * (1.0 - model)
    beside = f"; the model in production avoids {100 * model:.0f} % with all its columns" if model else ""
    what = "errors" if classes else "squared error"
    leaks = []
    for name in values.columns:
        explained = alone(values[name], truth, classes=classes, rules=rules)
        if explained > limit:
            why = (
                f"It says the label: alone it avoids {100 * explained:.1f} % of the {what} of a constant "
                f"prediction on {len(values):,} labelled rows{beside}. It was probably filled in afterwards."
            )
            leaks.append(LeftOutColumn(str(name), why))
    return tuple(leaks)


def columns_that_are_later(
    values: pd.DataFrame, times: Sequence[str], days: Floats, rules: LeakRules = RULES
) -> tuple[LeftOutColumn, ...]:
    """The columns of times whose values are later than the rows that they are joined to.

    Args:
        values: joined columns of n rows.
        times: those of them that hold times, as days since 1970.
        days: (n,) moments of the rows, likewise.
        rules: how many may be.
    """
    leaks = []
    for name in times:
        known = values[name].notna().to_numpy()
        late = int((values[name].to_numpy()[known] > days[known]).sum())
        if late > rules.late_share * max(1, int(known.sum())):
            why = (
                f"It is later than the prediction in {late:,} of {int(known.sum()):,} rows that have a value."
            )
            leaks.append(LeftOutColumn(name, why))
    return tuple(leaks)
