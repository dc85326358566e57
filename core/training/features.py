"""Transformers from the columns as they arrive to what scikit-learn reads; skops can save each of them."""

import re
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.tables.values.picture_view import view

LARGEST_SIDE = 32
SIGNS = "$€£¥ "
MONEY = re.compile(r"\s*[$€£¥]?\s*\d{1,3}(,\d{3})*(\.\d+)?\s*[$€£¥]?\s*")


class Versioned(BaseEstimator):  # type: ignore[misc]
    """Keeps its constructor's parameters, what `fit` learned (`name_`), and when saved the format of both.

    A saved model outlives this code. Whoever changes the parameters, the learned attributes or their meaning
    raises `FORMAT`: an older file is then refused in words, not by an attribute missing in mid-air.
    """

    FORMAT: ClassVar[int] = 1

    def __getstate__(self) -> dict[str, Any]:
        """What is saved."""
        return {**super().__getstate__(), "format": self.FORMAT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was saved.

        Raises:
            RegistryError: another format was saved.
        """
        attributes = dict(state)
        saved_format = attributes.pop("format", 0)
        if saved_format != self.FORMAT:
            # Not at the top: this module also serves models where Caretaker is not installed.
            from core.errors import RegistryError

            raise RegistryError(
                f"The model was saved by another version of Caretaker "
                f"({type(self).__name__}: format {saved_format}, here {self.FORMAT}).",
                "Retrain with `python -m core retrain NAME`, compare and promote the new version.",
            )
        super().__setstate__(attributes)


class Transformer(TransformerMixin, Versioned):  # type: ignore[misc]
    """From the columns as they arrive to other ones."""


class TableFeatures(Transformer):
    """Bring each column to the one type that its encoder expects.

    Numbers, truth values and dates become floats (dates: days since 1970), what cannot be read a missing
    value; categories become strings with NaN for missing; texts become strings with "" for missing. A column
    without any value at the time of the fit becomes constant: there is nothing to learn from it.
    """

    def __init__(
        self, numeric: tuple[str, ...] = (), categorical: tuple[str, ...] = (), text: tuple[str, ...] = ()
    ) -> None:
        self.numeric = numeric
        self.categorical = categorical
        self.text = text

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:  # noqa: ARG002
        """Remember which columns are empty: nothing else is learned here."""
        self.n_features_in_ = X.shape[1]
        typed = self._read_types(X)
        self.empty_ = [name for name in (*self.numeric, *self.categorical) if typed[name].isna().all()]
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The typed table, columns in the order numeric, categorical, text."""
        check_is_fitted(self)
        constant: dict[str, Any] = {name: "" if name in self.categorical else 0.0 for name in self.empty_}
        return self._read_types(X).assign(**constant)

    def _read_types(self, X: pd.DataFrame) -> pd.DataFrame:
        columns: dict[str, Any] = {name: as_number(X[name]) for name in self.numeric}
        columns |= {name: as_category(X[name]) for name in self.categorical}
        columns |= {name: as_text(X[name]) for name in self.text}
        return pd.DataFrame(columns, index=X.index)


def as_number(column: "pd.Series[Any]") -> "pd.Series[float]":
    """Floats; dates as days since 1970, what cannot be read as NaN.

    A currency sign and commas between thousands are read over.

    >>> as_number(pd.Series(["1", "x", None, "$1,299.00"], dtype=object)).tolist()
    [1.0, nan, nan, 1299.0]
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        naive = column.dt.tz_localize(None) if column.dt.tz is not None else column
        return (naive - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    if not pd.api.types.is_numeric_dtype(column):
        column = column.astype(object).map(_plain, na_action="ignore")
    return pd.to_numeric(column, errors="coerce").astype(float)


def _plain(value: Any) -> Any:
    if not isinstance(value, str) or not MONEY.fullmatch(value):
        return value
    return value.strip(SIGNS).replace(",", "")


def as_category(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Strings as objects; missing values as NaN, the one that the encoders know.

    >>> as_category(pd.Series(["a", None, 3])).tolist()
    ['a', nan, '3']
    """
    return column.map(str, na_action="ignore").astype(object).where(column.notna(), np.nan)


def as_text(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Strings as objects; missing values as the empty text.

    >>> as_text(pd.Series(["a", None, 3])).tolist()
    ['a', '', '3']
    """
    return column.map(str, na_action="ignore").astype(object).where(column.notna(), "")


def as_times(column: "pd.Series[Any]") -> "pd.Series[pd.Timestamp]":
    """Times without a zone; what cannot be read as missing.

    >>> as_times(pd.Series(["2024-05-01 12:00", "x"], dtype=object)).dt.hour.tolist()
    [12.0, nan]
    """
    times = pd.to_datetime(column, errors="coerce", format="ISO8601", utc=True)
    return times.dt.tz_localize(None)


class TextItem(Transformer):
    """The one text column of a table (or a sequence of texts) as a list for a vectorizer."""

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Nothing is learned."""
        self.n_features_in_ = 1
        return self

    def transform(self, X: Any) -> list[str]:
        """One string for each row; a missing text is empty."""
        return as_text(one_column(X)).tolist()


class PixelFeatures(Transformer):
    """Encoded images (PNG, JPEG, ... bytes) to rows of pixels in 0..1.

    The side (at most 32 pixels) and whether colour matters are learned from the first images, so that
    pictures of any size fit. An image that is missing becomes blank.
    """

    def __init__(self, look_at: int = 100) -> None:
        self.look_at = look_at

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Learn side and colour from the first `look_at` images."""
        pictures = [view(b)[0] for b in one_column(X).dropna().head(self.look_at)]
        self.n_features_in_ = 1
        self.side_ = min(LARGEST_SIDE, max((max(p.size) for p in pictures), default=LARGEST_SIDE))
        self.mode_ = "RGB" if any(_has_colour(p) for p in pictures) else "L"
        return self

    def transform(self, X: Any) -> npt.NDArray[np.float32]:
        """Pixels, shape (rows, side * side * channels)."""
        check_is_fitted(self)
        return np.stack([self._pixels(value) for value in one_column(X)])

    def _pixels(self, value: Any) -> npt.NDArray[np.float32]:
        channels = 3 if self.mode_ == "RGB" else 1
        if not isinstance(value, bytes):
            return np.zeros(self.side_ * self.side_ * channels, dtype=np.float32)
        picture = view(value)[0].convert(self.mode_)
        if picture.size != (self.side_, self.side_):
            picture = picture.resize((self.side_, self.side_))
        return np.asarray(picture, dtype=np.float32).ravel() / np.float32(255)


def _has_colour(picture: Image.Image) -> bool:
    if picture.mode == "L":
        return False
    bands = np.asarray(picture, dtype=np.int16)
    return bool((bands.max(axis=2) - bands.min(axis=2)).max() > 0)


def one_column(X: Any) -> "pd.Series[Any]":
    """The single column of a table, or the sequence itself, as a Series."""
    if isinstance(X, pd.DataFrame):
        return X.iloc[:, 0]
    if isinstance(X, pd.Series):
        return X
    return pd.Series(list(X), dtype=object)
