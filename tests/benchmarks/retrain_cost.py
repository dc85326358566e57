"""What a retraining costs beside the fits it contains: `python -m tests.benchmarks.retrain_cost [--rows N]`.

A home with a binary model of 20 numbers is retrained by boosted trees, with folds and without, through every
step of the job and the real registry. Before and after each retraining the same pipeline is fitted bare:
with folds on four fifths of the rows five times, two at once as a retraining does (two threads of one core
take a fifth more of the processor each), and once on all, without folds once. Printed are seconds of
the processor (other work on the machine does not count; OMP_NUM_THREADS=1 keeps threads from waiting for each
other), the ratio of each retraining to the mean of its two neighbours, and the ratio after two seconds are
taken off.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from core.jobs import foreground, threads
from core.jobs.spec import quiet
from core.model import ModelSpec, Roles
from core.services.experiments.jobs import Retrain
from core.settings import Settings
from core.store import models
from core.store.engine import writing
from core.store.experiments import deployments
from core.store.workspace import open_workspace
from core.training.recipes import build
from tests.services.retrain_world import add

COLUMNS, CHUNK, FREE_SECONDS = 20, 5_000, 2.0


def rows(number, seed=0):
    """Canonical rows whose label hangs on sums and products of the first columns."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(number, COLUMNS))
    score = X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=number)
    label = np.array(["no", "yes"], dtype=object)[(score > 0).astype(int)]
    frame = pd.DataFrame(X, columns=[f"x{n}" for n in range(COLUMNS)])
    return frame.assign(
        _id=[f"r{n}" for n in range(number)], _time=pd.NaT, _seq=range(number),
        _chunk=[f"rows-{n // CHUNK:06d}" for n in range(number)], _prediction=label,
        _score_0=0.5, _score_1=0.5, _label=label, _label_time=pd.NaT, _version="1",
    ).astype({"_time": "datetime64[us]", "_label_time": "datetime64[us]"})  # fmt: skip


def home(folder, number):
    """A workspace with the model; the newest fifth of the rows is its log."""
    ws = open_workspace(Settings(home=folder))
    features = tuple(f"x{n}" for n in range(COLUMNS))
    plain = ModelSpec(
        0, "m", "binary", "record", ("no", "yes"), Roles(label="y", id="id", features=features), "m",
        "roc_auc", 0.02, str(CHUNK), recipe="hist_gradient_boosting",
    )  # fmt: skip
    with writing(ws.engine) as session:
        spec = models.add(session, plain)
        deployments.record_first(session, spec.id, "1", person="tester", data_until="0")
    frame = rows(number)
    # the holdout is a fifth of the log, at least whole chunks of it: what is learnt from stands before it
    add(ws, spec, "training", frame.head(number - CHUNK))
    add(ws, spec, "predictions", frame.tail(CHUNK))
    return ws, spec, frame.head(number - CHUNK)


def bare(spec, frame, *, folds):
    """Seconds of the fits alone."""
    X, y = frame[list(spec.roles.features)], frame["_label"].to_numpy(dtype=object)
    recipe = build("hist_gradient_boosting", X, spec, 0)
    part = np.arange(len(X)) % 5
    began = time.process_time()
    with threadpool_limits(1, user_api="blas"):
        with ThreadPoolExecutor(2) as two:
            list(two.map(partial(_fit_fold, recipe, X, y, part), range(5 if folds else 0)))
        clone(recipe).fit(X, y)
    return time.process_time() - began


def _fit_fold(recipe, X, y, part, number):
    learn = np.flatnonzero(part != number)
    clone(recipe).fit(X.iloc[learn], y[learn])


def retrained(ws, seed, *, folds):
    """Seconds of the whole job; the fingerprint is another one each time."""
    from core.services.experiments import trial_data

    trial_data.SEED = seed
    began = time.process_time()
    foreground.run(ws.settings, Retrain(model="m", by="tester", **({} if folds else {"folds": False})), quiet)
    return time.process_time() - began


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--rows", type=int, default=55_000)
    reader.add_argument("--repeats", type=int, default=3)
    asked = reader.parse_args()
    threads.cap()
    with tempfile.TemporaryDirectory() as folder:
        ws, spec, frame = home(Path(folder), asked.rows)
        retrained(ws, 99, folds=False)  # the registry makes its tables on first use
        for folds in (True, False):
            ratios = []
            before = bare(spec, frame, folds=folds)
            for repeat in range(asked.repeats):
                whole = retrained(ws, 100 * folds + repeat, folds=folds)
                after = bare(spec, frame, folds=folds)
                fits = (before + after) / 2
                ratios.append((whole / fits, (whole - FREE_SECONDS) / fits))
                before = after
                what = "five folds and one fit" if folds else "one fit"
                print(f"{what}: {whole:.1f} s, its fits {fits:.1f} s, {ratios[-1][0]:.2f} x", flush=True)
            both = [median(ratio[at] for ratio in ratios) for at in (0, 1)]
            print(f"median {both[0]:.2f} x; without two seconds {both[1]:.2f} x", flush=True)


if __name__ == "__main__":
    main()
