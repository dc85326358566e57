"""Broken here: a season is taken for a trend, a trend goes on without end, or a saved model forgets it."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
import skops.io
import statsmodels.api as sm
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from core.model import ModelSpec, Roles
from core.registry.files import TRUSTED_PREFIXES
from core.training.recipes import build_from, feature_table
from core.training.treatments.weights import weights_of_rows
from core.training.trends.trend import Trend

DAY = pd.Timedelta(1, "D")
ROLES = Roles(label="y", id="id", time="at", features=("month", "a"))
SPEC = ModelSpec(0, "m", "regression", "record", (), ROLES, "m", "mae", 5.0, "month")


def without_time(X):
    return X.drop(columns="at")


def plain(model):
    """A regressor that does not read the time."""
    return make_pipeline(FunctionTransformer(without_time), model)


def rows(n=2_000, days=730.0, seed=0):
    """Two years with a season of the month, which the columns know, and a column beside it."""
    rng = np.random.default_rng(seed)
    day = np.linspace(0, days, n)
    at = pd.Series(pd.Timestamp("2020-01-01") + day * DAY)
    X = pd.DataFrame({"at": at, "month": at.dt.month.astype(float), "a": rng.normal(size=n)})
    return X, day, rng


def test_the_slope_is_the_one_of_least_squares_where_the_rest_is_linear():
    X, day, rng = rows()
    y = 3 * X["a"].to_numpy() + 0.5 * X["month"].to_numpy() + 0.02 * day + rng.normal(size=len(day))
    beside = sm.add_constant(X[["month", "a"]].assign(day=day))
    expected = sm.OLS(y, beside).fit()
    made = Trend(plain(LinearRegression()), "at").fit(X, y)
    assert made.slope_ == pytest.approx(expected.params["day"], abs=expected.bse["day"] / 2)
    assert np.allclose(made.predict(X), expected.predict(beside), atol=0.1)


def test_a_growth_by_share_goes_on_where_a_model_without_it_stays_behind():
    X, day, rng = rows()
    y = np.exp(4 + 0.8 * day / 365 + np.sin(X["month"]) + 0.1 * rng.normal(size=len(day)))
    early = day < 640
    trees = plain(HistGradientBoostingRegressor(max_iter=60, random_state=0))
    made = Trend(trees, "at", by_share=True).fit(X[early], y[early])
    assert 365 * made.slope_ == pytest.approx(0.8, abs=0.08)
    late = X[~early]
    off = [np.abs(model.predict(late) - y[~early]).mean() for model in (made, trees.fit(X[early], y[early]))]
    assert off[0] < 0.5 * off[1]


def test_a_trend_flattens_out_after_the_newest_row_and_stands_still_before_the_oldest():
    X, day, _ = rows()
    made = Trend(plain(Ridge()), "at").fit(X, 2.0 * day)
    asked = X.iloc[[0, -1] + [-1] * 3].reset_index(drop=True)
    asked["at"] = X["at"].iloc[-1] + np.array([-999, 0, 18.25, 36.5, 9_999]) * DAY
    level = made.predict(asked.assign(month=1.0, a=0.0))
    # the reach is a twentieth of 730 days: after half of it 1 - exp(-.5) of it are followed
    assert (level - level[1]) / made.slope_ == pytest.approx(
        [-730, 0, 36.5 * 0.3935, 36.5 * 0.6321, 36.5], abs=0.1
    )


def test_a_row_without_a_time_is_answered_as_of_the_newest():
    X, day, _ = rows()
    made = Trend(plain(Ridge()), "at").fit(X, day)
    newest = X.tail(1)
    texts = newest.assign(at=newest["at"].astype(str))
    assert made.predict(newest.assign(at=None)) == pytest.approx(made.predict(newest))
    assert made.predict(texts) == pytest.approx(made.predict(newest))


def test_what_has_no_share_and_no_time_is_refused_in_words():
    X, day, _ = rows(50)
    with pytest.raises(ValueError, match="below 0"):
        Trend(plain(Ridge()), "at", by_share=True).fit(X, day - 10)
    with pytest.raises(ValueError, match="no row has a time in at"):
        Trend(plain(Ridge()), "at").fit(X.assign(at=None), day)


class Counted(LinearRegression):
    """Counts the rows of its fits."""

    rows: ClassVar[list[int]] = []

    def fit(self, X, y):
        """As usual."""
        self.rows.append(len(X))
        return super().fit(X, y)


def test_a_trend_costs_four_fits_of_half_the_rows_and_one_of_all():
    X, day, _ = rows(100)
    Trend(plain(Counted()), "at").fit(X, day)
    assert Counted.rows == [50, 50, 50, 50, 100]


def test_rows_of_one_moment_have_no_trend():
    X, day, _ = rows(50)
    made = Trend(plain(Ridge()), "at").fit(X.assign(at=X["at"].iloc[0]), day)
    assert made.slope_ == 0.0
    assert np.isfinite(made.predict(X)).all()


def test_weights_of_nothing_take_rows_out_of_the_slope():
    X, day, _ = rows(400)
    y = np.where(day < 365, 1_000.0, 0.1 * day)
    weights = np.where(day < 365, 0.0, 1.0)
    made = Trend(plain(LinearRegression()), "at").fit(X, y, sample_weight=weights)
    assert made.slope_ == pytest.approx(0.1, rel=0.01)
    scaled = plain(TransformedTargetRegressor(LinearRegression()))
    assert list(weights_of_rows(scaled, weights)) == ["transformedtargetregressor__sample_weight"]
    with pytest.raises(ValueError, match="KNeighborsRegressor takes no weights of rows"):
        weights_of_rows(plain(KNeighborsRegressor()), weights)


def test_a_saved_trend_answers_as_before_and_names_what_it_reads():
    X, day, _ = rows(400)
    recipe = build_from("ridge", feature_table(without_time(X)), SPEC, 0)
    fitted = Trend(recipe, "at", by_share=True).fit(X, day)
    dumped = skops.io.dumps(fitted)
    types = skops.io.get_untrusted_types(data=dumped)
    assert all(name.startswith(TRUSTED_PREFIXES) for name in types)
    again = skops.io.loads(dumped, trusted=types)
    assert list(again.feature_names_in_) == ["at", "month", "a"]
    assert np.array_equal(again.predict(X), fitted.predict(X))
    assert clone(again).get_params(deep=False)["by_share"]
