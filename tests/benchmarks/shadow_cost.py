"""What a shadow and a replay cost: seconds of the processor against scoring the same rows in memory.

Scoring is what Caretaker does with rows that lie in memory as they came: in blocks of 20,000 the features are
taken out, the model is asked for probabilities and for its decision, and both become the columns that are
stored (`core.services.scoring.predict_columns`). Nothing is read or written. A shadow and a replay read the
log, score, keep the predictions, read labels and what was predicted in production, and judge. Scoring is
measured before and after each of them; printed are medians of pairs.

python -m tests.benchmarks.shadow_cost [--rows N] [--pairs N] [--models NAME ...]
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # threads that wait for each other would be counted

import pandas as pd

from core.services import version_predictions
from core.services.dataset import features
from core.services.experiments.replay.replay import replay
from core.services.scoring import BLOCK, predict_columns
from core.services.shadow import start, watch
from core.training.recipes import build
from tests.services.retrain_world import NAME, add, make, table

MODELS = {
    "cheap": ("logistic_regression", {}),
    "usual": ("hist_gradient_boosting", {"max_iter": 200, "early_stopping": False}),
    "dear": ("hist_gradient_boosting", {"max_iter": 1_000, "early_stopping": False}),
}
"""Recipes of Caretaker, and what is changed of their estimators."""


def seconds(work):
    """Seconds of the processor, all threads together."""
    before = time.process_time()
    work()
    return time.process_time() - before


def fitted(spec, recipe, changes):
    """A model of 3,000 rows, as a retraining makes it."""
    past = table(3_000)
    X = past[list(spec.roles.features)]
    model = build(recipe, X, spec, 0)
    model[-1].set_params(**changes)
    return model.fit(X, past["_label"].to_numpy(dtype=object))


def measure(rows, name, kind):
    """Seconds of scoring alone, of all that a shadow or a replay does, and of a shadow with nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        ws, spec = make(Path(folder) / "home")
        coming = table(1_100 + rows).iloc[1_100:]
        coming = coming.assign(_chunk=[f"rows-{number // 10_000:06d}" for number in coming["_seq"]])
        model = fitted(spec, *MODELS[name])
        version_predictions.load_model = lambda *_: model
        start.start(ws, NAME, "2", by="eve")
        add(ws, spec, "predictions", coming)
        blocks = [coming.iloc[at : at + BLOCK] for at in range(0, rows, BLOCK)]

        def score():
            for block in blocks:
                predict_columns(model, spec, features(spec, block, model))

        def work():
            return watch.watch(ws, NAME) if kind == "shadow" else replay(ws, NAME, "2", by="eve")

        before, whole, after = seconds(score), seconds(work), seconds(score)
        again = seconds(work)
        ws.engine.dispose()
    return (before + after) / 2, whole, again


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS))
    asked = parser.parse_args()
    measure(1_000, "cheap", "shadow")  # what is imported on first use
    for name in asked.models:
        for kind in ("shadow", "replay"):
            lines = [measure(asked.rows, name, kind) for _ in range(asked.pairs)]
            runs = pd.DataFrame(lines, columns=["scoring", "whole", "again"])
            runs["ratio"] = runs["whole"] / runs["scoring"]  # of one pair: both had the same neighbours
            median = runs.median()
            each = 1e6 * median["scoring"] / asked.rows
            low, high = runs["ratio"].min(), runs["ratio"].max()
            print(
                f"{name}: a row {each:.1f} us; "
                f"{kind} {median['ratio']:.2f} x ({low:.2f} to {high:.2f}), "
                f"{1e6 * (median['whole'] - median['scoring']) / asked.rows:.1f} us a row more; "
                f"again {median['again']:.2f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
