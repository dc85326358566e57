"""Transformers that add columns to the raw table, or take some away, before a recipe reads it.

The table stays a table, so that a model that was trained with them answers the rows as they arrive.
"""

from itertools import combinations
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import TargetEncoder
from sklearn.utils.validation import check_is_fitted

from core.training.features import Transformer, as_category, as_number, as_times

ENCODING_FOLDS = 5


class TableStep(Transformer):
    """A step from a table to a table; nothing is learnt unless `_learn` does."""

    ADDS: ClassVar[bool] = True

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Remember the columns, and what the step learns."""
        self.n_features_in_ = X.shape[1]
        self._learn(X, y)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The table with the columns that are added."""
        check_is_fitted(self)
        return X.assign(**self._columns(X))

    def _learn(self, X: pd.DataFrame, y: Any) -> None:
        """Nothing."""

    def _columns(self, _X: pd.DataFrame) -> dict[str, Any]:
        """What is added, name -> values: nothing."""
        return {}


class DateParts(TableStep):
    """Month, weekday, hour and day of the year of columns that hold times."""

    PARTS: ClassVar[tuple[str, ...]] = ("month", "weekday", "hour", "day of year")

    def __init__(self, columns: tuple[str, ...] = ()) -> None:
        self.columns = columns

    def new_columns(self) -> tuple[str, ...]:
        """Names of the columns that are added."""
        return tuple(f"{name}: {part}" for name in self.columns for part in self.PARTS)

    def _columns(self, X: pd.DataFrame) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name in self.columns:
            at = as_times(X[name]).dt
            for part, values in zip(
                self.PARTS, (at.month, at.day_of_week, at.hour, at.day_of_year), strict=True
            ):
                made[f"{name}: {part}"] = values.astype(float)
        return made


class Products(TableStep):
    """Product and ratio of every two of some columns of numbers."""

    def __init__(self, columns: tuple[str, ...] = ()) -> None:
        self.columns = columns

    def new_columns(self) -> tuple[str, ...]:
        """Names of the columns that are added."""
        pairs = combinations(self.columns, 2)
        return tuple(name for one, other in pairs for name in (f"{one} x {other}", f"{one} / {other}"))

    def _columns(self, X: pd.DataFrame) -> dict[str, Any]:
        numbers = {name: as_number(X[name]) for name in self.columns}
        made: dict[str, Any] = {}
        for one, other in combinations(self.columns, 2):
            made[f"{one} x {other}"] = numbers[one] * numbers[other]
            # a ratio to nothing is missing, not endless: recipes fill or split on missing values
            made[f"{one} / {other}"] = numbers[one] / numbers[other].where(numbers[other] != 0)
        return made


class TargetMeans(TableStep):
    """The mean label of each category, shrunk towards the mean of all (Micci-Barreca 2001).

    While learning, the rows of a fold are encoded by the other folds, so that no row sees its own label.
    `classes` are those of the task, so that the columns are the same whichever of them occur.
    """

    def __init__(
        self, columns: tuple[str, ...] = (), classes: tuple[str, ...] = (), random_state: int = 0
    ) -> None:
        self.columns = columns
        self.classes = classes
        self.random_state = random_state

    def new_columns(self) -> tuple[str, ...]:
        """Names of the columns that are added: one a column, of many classes one for each of them."""
        if len(self.classes) <= 2:  # noqa: PLR2004 -- of two classes one is the other's complement
            return tuple(f"{name}: mean" for name in self.columns)
        return tuple(f"{name}: share of {label}" for name in self.columns for label in self.classes)

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **_parameters: Any) -> pd.DataFrame:
        """Learn, and encode each fold by the others."""
        self.fit(X, y)
        crossed = self._encoder().fit_transform(self._read(X), y)
        return X.assign(**self._as_columns(crossed))

    def _learn(self, X: pd.DataFrame, y: Any) -> None:
        self.encoder_ = self._encoder().fit(self._read(X), y)

    def _columns(self, X: pd.DataFrame) -> dict[str, Any]:
        return self._as_columns(self.encoder_.transform(self._read(X)))

    def _encoder(self) -> TargetEncoder:
        kind = StratifiedKFold if self.classes else KFold
        return TargetEncoder(cv=kind(ENCODING_FOLDS, shuffle=True, random_state=self.random_state))

    def _read(self, X: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({name: as_category(X[name]).fillna("") for name in self.columns}, index=X.index)

    def _as_columns(self, encoded: Any) -> dict[str, Any]:
        made: dict[str, Any] = dict.fromkeys(self.new_columns(), 0.0)
        known = getattr(self.encoder_, "classes_", ())
        many = len(known) > 2  # noqa: PLR2004 -- as in `new_columns`
        for number, values in enumerate(np.asarray(encoded, dtype=float).T):
            name = self.columns[number // len(known)] if many else self.columns[number]
            title = f"{name}: share of {known[number % len(known)]}" if many else f"{name}: mean"
            if title in made:
                made[title] = values
        return made


class WithoutColumns(TableStep):
    """The table without some columns: rows still arrive with them."""

    ADDS: ClassVar[bool] = False

    def __init__(self, columns: tuple[str, ...] = ()) -> None:
        self.columns = columns

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The other columns."""
        check_is_fitted(self)
        return X.drop(columns=list(self.columns), errors="ignore")
