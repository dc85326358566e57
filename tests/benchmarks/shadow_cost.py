"""What a shadow costs: seconds of the processor for a delivery, against predicting its rows alone.

python -m tests.benchmarks.shadow_cost [--rows N]
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # threads that wait for each other would be counted

import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from core.services import version_predictions
from core.services.dataset import features
from core.services.scoring import BLOCK, predict_columns
from core.services.shadow import start, watch
from tests.services.retrain_world import NAME, add, make, table


def seconds(work):
    """Seconds of the processor, all threads together."""
    before = time.process_time()
    work()
    return time.process_time() - before


def measure(rows):
    """Seconds of predicting alone, of the watch that predicts and counts, and of one with nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        ws, spec = make(Path(folder) / "home")
        past, coming = table(3_000), table(1_100 + rows).iloc[1_100:]
        coming = coming.assign(_chunk=[f"rows-{number // 10_000:06d}" for number in coming["_seq"]])
        model = HistGradientBoostingClassifier(max_iter=200).fit(_numbers(past), past["_label"])
        wrapped = Numbers(model)
        version_predictions.load_model = lambda *_: wrapped
        start.start(ws, NAME, "2", by="eve")
        add(ws, spec, "predictions", coming)
        blocks = [coming.iloc[at : at + BLOCK] for at in range(0, rows, BLOCK)]
        alone = seconds(lambda: [predict_columns(wrapped, spec, features(spec, some)) for some in blocks])
        whole = seconds(lambda: watch.watch(ws, NAME))
        again = seconds(lambda: watch.watch(ws, NAME))
        ws.engine.dispose()
    return alone, whole, again


def _numbers(frame):
    return frame[["a", "b"]].to_numpy()


class Numbers:
    """The estimator of two columns."""

    def __init__(self, model):
        self.model, self.classes_ = model, model.classes_

    def predict_proba(self, X):
        """Of two classes."""
        return self.model.predict_proba(_numbers(X))

    def predict(self, X):
        """The likelier class."""
        return self.model.predict(_numbers(X))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    runs = pd.DataFrame([measure(rows) for _ in range(5)], columns=["alone", "shadow", "nothing new"])
    runs["ratio"] = runs["shadow"] / runs["alone"]  # of one run: both had the same neighbours
    print(runs.median().to_frame().T.assign(rows=rows).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
