"""A regression beside a trend in time, whose slope is told apart from what the columns say of the time."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import RegressorMixin, clone
from sklearn.model_selection import KFold
from sklearn.utils.validation import check_is_fitted

from core.training.features import Versioned, as_number, as_times
from core.training.treatments.weights import weights_of_rows


@dataclass(frozen=True, slots=True)
class TrendRules:
    """How a trend is learnt and how far it is believed.

    Attributes:
        folds: cross-fitting needs two (Chernozhukov et al. 2018); one more costs two fits.
        carried: share of the span of the rows learnt from for which a damped trend goes on in the end: after
            two years five weeks. `tests.benchmarks.trend_rates`: where growth goes on, a tenth would lower an
            error of .26 by .02; where it ended, raise one of 1.36 by .08.
    """

    folds: int = 2
    carried: float = 0.05


RULES = TrendRules()


class Trend(RegressorMixin, Versioned):  # type: ignore[misc]
    """A trend that is linear in time, of the labels or of their logarithm, beside what a regressor learns.

    The slope is that of the labels on the times, each less what the columns tell of it out of fold (Robinson
    1988), so that seasons that the columns know are not taken for a trend. After the newest row learnt from
    the trend flattens out (Gardner and McKenzie 1985), before the oldest it stands still. A row without a
    time is answered as of the newest.

    Args:
        regressor: of the rest; unfitted.
        time: column that holds the times of the rows.
        by_share: the trend multiplies (labels from 0 on, their logarithm plus 1) in place of being added.
        carried: how far it goes on, as a share of the span of the rows learnt from.
        random_state: of the folds.
    """

    def __init__(
        self,
        regressor: Any = None,
        time: str = "",
        *,
        by_share: bool = False,
        carried: float = RULES.carried,
        random_state: int = 0,
    ) -> None:
        self.regressor = regressor
        self.time = time
        self.by_share = by_share
        self.carried = carried
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: Any, sample_weight: Any = None) -> Self:
        """Learn the slope, and the rest from the labels less the trend.

        Raises:
            ValueError: no row has a time, a label below 0 has no share, or the regressor takes no weights.
        """
        self.feature_names_in_ = np.array(list(map(str, X.columns)), dtype=object)
        self.n_features_in_ = X.shape[1]
        days = as_number(as_times(X[self.time])).to_numpy()
        if np.isnan(days).all():
            raise ValueError(f"no row has a time in {self.time}")
        self.oldest_, self.newest_ = float(np.nanmin(days)), float(np.nanmax(days))
        days, level = self._carry(days), self._level(np.asarray(y, dtype=np.float64))
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        self.slope_ = self._slope(X, days, level, weights)
        self.regressor_ = self._fit(X, level - self.slope_ * days, weights)
        return self

    def predict(self, X: pd.DataFrame) -> Any:
        """The trend at the time of each row, and the rest."""
        check_is_fitted(self)
        days = self._carry(as_number(as_times(X[self.time])).to_numpy())
        level = self.regressor_.predict(X) + self.slope_ * days
        return np.maximum(np.expm1(level), 0.0) if self.by_share else level

    def _level(self, y: Any) -> Any:
        if not self.by_share:
            return y
        if y.min() < 0:
            raise ValueError("a label below 0 has no share")
        return np.log1p(y)

    def _carry(self, days: Any) -> Any:
        """Days since the newest row learnt from, as far as the trend is followed."""
        span = self.newest_ - self.oldest_
        since = np.clip(np.nan_to_num(days - self.newest_), -span, None)
        reach = self.carried * span
        if reach == 0:
            return np.minimum(since, 0.0)
        return np.where(since > 0, reach * -np.expm1(-np.maximum(since, 0.0) / reach), since)

    def _slope(self, X: pd.DataFrame, days: Any, level: Any, weights: Any) -> float:
        """Of a unit of the level a day; 0 where the columns tell the time of every row."""
        own_days, own_level = np.empty(len(X)), np.empty(len(X))
        for learn, rest in KFold(RULES.folds, shuffle=True, random_state=self.random_state).split(X):
            part = None if weights is None else weights[learn]
            for own, values in ((own_days, days), (own_level, level)):
                model = self._fit(X.iloc[learn], values[learn], part)
                own[rest] = values[rest] - model.predict(X.iloc[rest])
        heavy = own_days if weights is None else own_days * weights
        spread = float(heavy @ own_days)
        return float(heavy @ own_level) / spread if spread > 0 else 0.0

    def _fit(self, X: pd.DataFrame, y: Any, weights: Any) -> Any:
        return clone(self.regressor).fit(X, y, **weights_of_rows(self.regressor, weights))
