"""Is a trend in time a trap? `python -m tests.benchmarks.trend_rates [--worlds 200]`.

Made regressions of two years in 1,500 rows, whose last 300 are the holdout. Printed for each world is how
often the search calls a trend better than none (its effect on the newest block), how often the comparison on
the holdout does, how often either is wrong of the rows to come (the same days with noise drawn anew), and the
mean absolute error beside that of no trend, by how far the trend is carried on.
"""

import argparse

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from core.services.experiments.search.search_data import LEVEL
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.stats.together.blocks import rows_together
from core.training.comparison.holdout_budget import alpha
from core.training.regression import Regression
from core.training.search.evaluate import judge
from core.training.search.schemes import forward
from core.training.treatments.treatment import Treatment
from core.training.trends.trend import RULES, Trend

ROWS, LEARNT, YEARS = 1_500, 1_200, 2.0
CARRIES = (0.0, RULES.carried, 0.1, 0.2, 0.5, 100.0)
GROWTH = 40.0
"""Units a year beside noise of 10 and a season of 20."""


def levels(rng):
    """World -> (rows,) what the columns do not know of the level."""
    year = np.linspace(0, YEARS, ROWS)
    newest = year[LEARNT - 1]
    return {
        "no trend": np.zeros(ROWS),
        "the level wanders": np.cumsum(rng.normal(scale=GROWTH / np.sqrt(ROWS / YEARS), size=ROWS)),
        "a trend that ended before the judged rows": GROWTH * np.minimum(year, 0.6 * newest),
        "a trend that ends with the rows learnt from": GROWTH * np.minimum(year, newest),
        "a trend that goes on": GROWTH * year,
    }


def table(rng):
    """Columns of the rows, and what they say of the label."""
    month = np.linspace(0, 12 * YEARS, ROWS) % 12
    at = pd.Series(pd.Timestamp("2022-01-01") + np.linspace(0, 365 * YEARS, ROWS) * pd.Timedelta(1, "D"))
    wave, other = np.sin(month * np.pi / 6), rng.normal(size=ROWS)
    return pd.DataFrame({"at": at, "wave": wave, "a": other}), 20 * wave + 10 * other


def plain():
    """What is learnt beside the trend."""
    return make_pipeline(
        FunctionTransformer(pd.DataFrame.drop, kw_args={"columns": "at"}), LinearRegression()
    )


def errors(model, X, truth):
    """Mean absolute error on rows whose noise is drawn anew."""
    noise = np.random.default_rng(0).normal(scale=10, size=(50, len(truth)))
    return float(np.abs(model.predict(X) - truth - noise).mean())


def outcome(rng, X, truth):
    """Called better by the search, by the comparison, is better; errors beside those of no trend."""
    y = pd.Series(truth + rng.normal(scale=10, size=ROWS))
    metric, task = METRICS["mae"], Regression()
    X_learn, y_learn, rest, late = X.head(LEARNT), y.head(LEARNT), X.iloc[LEARNT:], truth[LEARNT:]
    scheme = forward(np.arange(LEARNT, dtype=np.uint64))
    facts = pd.DataFrame({"suspect": False, "expert": False}, index=X_learn.index)

    def judged(recipe):
        told = {"metric": metric, "best": None, "progress": lambda _fraction, _text: None}
        return judge(recipe, X_learn, y_learn, task, scheme, Treatment(), facts, **told).predictions

    block = scheme.parts[-1][1]
    newest = [judged(recipe).at(np.arange(-len(block), 0)) for recipe in (plain(), Trend(plain(), "at"))]
    known, near = y_learn.to_numpy()[block], rows_together(None, X_learn["at"].iloc[block])
    searched = metric.compare_together(known, *newest, LEVEL, near)[0].low > 0
    before, after = (recipe.fit(X_learn, y_learn) for recipe in (plain(), Trend(plain(), "at")))
    two = [Predictions.from_outputs(model.predict(rest)) for model in (before, after)]
    together = rows_together(None, rest["at"])
    held = y.to_numpy()[LEARNT:]
    compared = metric.compare_together(held, *two, alpha(1), together)[0].low > 0
    without = errors(before, rest, late)
    shares = [errors(after.set_params(carried=carried), rest, late) / without for carried in CARRIES]
    return [searched, compared, shares[CARRIES.index(RULES.carried)] < 1, *shares]


def main():
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--worlds", type=int, default=200)
    asked = reader.parse_args()
    carries = " | ".join("undamped" if carried > 1 else f"{carried:g}" for carried in CARRIES)
    print(f"| world | search: better | and wrong | comparison: better | and wrong | {carries} |")
    print("|---" * (5 + len(CARRIES)) + "|", flush=True)
    made = {}
    for seed in range(asked.worlds):
        rng = np.random.default_rng(seed)
        X, columns = table(rng)
        for world, level in levels(rng).items():
            made.setdefault(world, []).append(outcome(rng, X, columns + level))
    for world, rows in made.items():
        searched, compared, right, *shares = np.array(rows, dtype=float).T
        rates = (searched, searched * (1 - right), compared, compared * (1 - right))
        cells = [f"{rate.mean():.3f}" for rate in rates] + [f"{share.mean():.2f}" for share in shares]
        print(f"| {world} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
