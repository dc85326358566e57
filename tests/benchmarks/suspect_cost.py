"""What a search for wrong labels costs: processor seconds by rows and classes, all threads together.

    python -m tests.benchmarks.suspect_cost

Rows are made, and a tenth of the labels is drawn anew. The bare fits are made two at once, as the votes are:
two threads of one core take more of the processor each than one that has it to itself.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.datasets import make_classification
from threadpoolctl import threadpool_limits

import core.services.label_errors.scan  # noqa: F401 -- what a worker has loaded already
from caretaker import find_label_errors
from core.jobs.spec import quiet
from core.label_errors.classification.strategy import ClassRows
from core.label_errors.cv_splits import shuffled_splits
from core.model import ModelSpec, Roles
from core.services.label_errors.companions import convene
from core.services.label_errors.votes import collect
from core.stats.executors.side_by_side import AT_ONCE

SIZES = ((700, 2), (700, 4), (1200, 100))


def world(rows, classes, seed=0):
    """Features, ten of which say something, and labels of which a tenth is drawn anew."""
    shape = {"n_informative": 10, "n_redundant": 0, "n_clusters_per_class": 1}
    numbers, k = make_classification(rows, 12, n_classes=classes, random_state=seed, **shape)
    rng = np.random.default_rng(seed)
    k = np.where(rng.random(rows) < 0.1, rng.integers(0, classes, rows), k)
    features = pd.DataFrame(numbers, columns=[f"x{j}" for j in range(12)])
    return features.assign(kind=np.where(features.x0 > 0, "a", "b")), k


def searched(rows, classes):
    """Processor seconds of a whole search from features."""
    features, labels = world(rows, classes)
    start = process_time()
    find_label_errors([f"c{k:03d}" for k in labels], features=features)
    return process_time() - start


def voted(rows, classes):
    """Processor seconds of the votes, of the same fits bare, and who was left out."""
    features, numbers = world(rows, classes)
    names = tuple(f"c{k:03d}" for k in range(classes))
    labels = np.array(names, dtype=object)[numbers]
    roles = Roles("label", features=tuple(features.columns))
    task = "binary" if classes == 2 else "multiclass"
    spec = ModelSpec(1, "m", task, "record", names, roles, "m", "log_loss", 0.02, "month")
    jury = convene(None, spec, features)
    known = ClassRows(
        ids=tuple(map(str, range(rows))),
        names=names,
        given_labels=numbers,
        current=numbers,
        settled=np.zeros(rows, dtype=bool),
        group=np.arange(rows),
    )
    with TemporaryDirectory() as work, threadpool_limits(1):
        start = process_time()
        votes = collect(jury, known, Path(work), "", quiet)
        spent = process_time() - start
        start = process_time()
        for contender in jury.contenders:
            if contender.name not in votes.left_out:
                bare(contender, labels, shuffled_splits(numbers, np.arange(rows)))
        return spent, process_time() - start, votes.left_out


def bare(contender, labels, splits):
    """Fit and ask a contender for every split, as many at once as a search does, and nothing else."""
    take = contender.features.iloc if hasattr(contender.features, "iloc") else contender.features

    def one(split):
        with threadpool_limits(1, "openmp"):  # counted for each calling thread
            model = clone(contender.estimator).fit(take[split.train], labels[split.train])
            model.predict_proba(take[split.test])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, splits))


def main():
    """Print the table, a line as soon as it is known."""
    print("rows classes | search, CPU-s | votes | the same fits bare | left out")
    for size in SIZES:
        spent, alone, left_out = voted(*size)
        said = ", ".join(f"{name} ({seconds} s a fit)" for name, seconds in left_out.items()) or "nobody"
        print(
            *size, "|", *(f"{number:.1f} |" for number in (searched(*size), spent, alone)), said, flush=True
        )


if __name__ == "__main__":
    main()
