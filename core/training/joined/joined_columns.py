"""The step that adds the columns of a source, looked up by key; its rows are kept in the model."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.training.features import Transformer, as_category, as_times

LATEST = np.iinfo(np.int64).max
"""Of a row without a time: everything is known by then."""


class JoinedColumns(Transformer):
    """Columns of a source, looked up by key and, where the source has times, as they were before the row.

    The rows of the source are kept in the step: whoever opens the model can score, without the source.

    Attributes:
        kept: `keys` (K,) and `moments` (M,) of the source, in order; `ranks` (N,) of its rows by key and
            moment: key * (M + 1) + place of the moment, from 1; in that order `numbers` and `kinds` (column
            -> (N,) values); `names` (column -> texts that `kinds` numbers).
    """

    def __init__(self, key: str = "", time: str | None = None, digest: str = "") -> None:
        self.key = key
        self.time = time
        self.digest = digest

    def __sklearn_clone__(self) -> "JoinedColumns":
        """The same unfitted step, which shares the rows."""
        other = JoinedColumns(**self.get_params(deep=False))
        other.kept = self.kept
        return other

    def keep(
        self, keys: "pd.Series[str]", moments: "pd.Series[pd.Timestamp] | None", values: pd.DataFrame
    ) -> Self:
        """Keep the rows of the source.

        Args:
            keys: (N,) as `as_keys` writes them.
            moments: (N,) since when a row is known; None: it was always known.
            values: N rows of columns: numbers stay numbers, everything else is a category.
        """
        unique, place = np.unique(keys.to_numpy(dtype=str), return_inverse=True)
        moment = np.zeros(len(keys), dtype=np.int64) if moments is None else _as_nanoseconds(moments)
        times, rank = np.unique(moment, return_inverse=True)
        ranks = place * (len(times) + 1) + rank + 1
        order = np.argsort(ranks)
        self.kept: dict[str, Any] = {
            "keys": unique,
            "moments": times,
            "ranks": ranks[order].astype(np.int64),
            "numbers": {},
            "kinds": {},
            "names": {},
        }
        for name, column in values.iloc[order].items():
            if pd.api.types.is_numeric_dtype(column):
                self.kept["numbers"][str(name)] = column.to_numpy(dtype=np.float64)
            else:
                codes, names = pd.factorize(as_category(column), sort=True)
                self.kept["kinds"][str(name)] = codes.astype(np.int32)
                self.kept["names"][str(name)] = np.asarray(names, dtype=str)
        return self

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the added columns of numbers."""
        return tuple(self.kept["numbers"])

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the added columns of categories."""
        return tuple(self.kept["kinds"])

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of a row by which is looked up."""
        return (self.key,) if self.time is None else (self.key, self.time)

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:  # noqa: ARG002
        """Remember the columns; the rows are there already."""
        self.n_features_in_ = X.shape[1]
        self.feature_names_in_ = np.array(list(map(str, X.columns)), dtype=object)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The table with the columns of the source."""
        place = self.positions(X)
        added: dict[str, Any] = {}
        for name in self.numbers:
            added[name] = np.where(place < 0, np.nan, self.kept["numbers"][name][place])
        for name in self.kinds:
            known = np.append(self.kept["names"][name].astype(object), [None])
            texts = known[np.where(place < 0, -1, self.kept["kinds"][name][place])]
            added[name] = pd.Series(texts, X.index, dtype=object)
        return X.assign(**added)

    def positions(self, X: pd.DataFrame) -> npt.NDArray[np.int64]:
        """(n,) place of the newest row of the source that has the key of a row and was known before it.

        -1 where there is none. A row of the same moment is not known before.
        """
        keys, moments, ranks = (self.kept[name] for name in ("keys", "moments", "ranks"))
        if not len(keys):
            return np.full(len(X), -1)
        texts = as_keys(X[self.key]).to_numpy(dtype=str)
        place = np.minimum(np.searchsorted(keys, texts), len(keys) - 1)
        # a row of the source stands at its key and, within the key, at its moment: one search finds it
        wide = len(moments) + 1
        sought = place * wide + np.searchsorted(moments, self._moments(X), side="left")
        at = np.searchsorted(ranks, sought, side="right") - 1
        known = (keys[place] == texts) & (at >= 0) & (ranks[np.maximum(at, 0)] // wide == place)
        return np.where(known, at, -1)

    def _moments(self, X: pd.DataFrame) -> npt.NDArray[np.int64]:
        """(n,) as of when each row asks: now where no row says a time, never where only this one does not."""
        if self.time is None or self.time not in X:
            return np.full(len(X), LATEST)
        moments = as_times(X[self.time])
        return np.full(len(X), LATEST) if moments.isna().all() else _as_nanoseconds(moments)


def as_keys(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Keys as texts: whole numbers without ".0", days without a time, no blanks around; "" where missing.

    >>> as_keys(pd.Series([7.0, None])).tolist(), as_keys(pd.Series([" a", 7, 2.5], dtype=object)).tolist()
    (['7', ''], ['a', '7', '2.5'])
    >>> as_keys(pd.Series(pd.to_datetime(["2024-05-01"]))).tolist()
    ['2024-05-01']
    """
    codes, values = pd.factorize(column)
    texts = np.array([*(_as_key(value) for value in values), ""], dtype=object)
    return pd.Series(texts[codes], column.index, dtype=object)


def _as_key(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().removesuffix(" 00:00:00")


def _as_nanoseconds(moments: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.int64]:
    """Nanoseconds since 1970; a missing time is before all others."""
    return moments.astype("datetime64[ns]").to_numpy().astype(np.int64)
