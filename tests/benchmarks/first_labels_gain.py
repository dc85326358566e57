"""Which rows without a label to ask about first: accuracy after so many labels, by order.

    python -m tests.benchmarks.first_labels_gain --data FOLDER [--sets NAME ...] [--seeds 2]

Of each set (`impact_gain.SETS`) a recipe learns from 200 rows and predicts 1,500 others, of which 25 to 200
are then labelled at once and learnt from too; the mean of the accuracies on up to 1,500 further rows is what
is compared. Orders: at random, by entropy, by margin, and by margin where each row that is taken halves what
its five nearest are worth (`core.annotation.first_labels`). Printed are points over the random order, with a
95 % t interval over sets and seeds.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import entropy, t
from sklearn.base import clone

from core.annotation.first_labels import first_labels, margins
from core.services.label_errors.companions import item_vectors
from core.training.recipes import build
from tests.benchmarks.impact_gain import SETS, read
from tests.benchmarks.suspect_labels import model

KNOWN, POOL, JUDGED = 200, 1_500, 1_500
STEPS = (25, 50, 100, 150, 200)


def orders(scores, vectors, seed):
    """Order -> row numbers of the pool, the first to ask about first."""
    sure = margins(scores)
    return {
        "random": np.random.default_rng(seed).permutation(len(scores)),
        "entropy": np.argsort(-entropy(scores, axis=1), kind="stable"),
        "margin": np.argsort(sure, kind="stable"),
        "margin, none alike": first_labels(sure, vectors, max(STEPS)),
    }


def measure(folder, which, seed):
    """Order -> mean accuracy in points."""
    features, labels, names = read(folder, which, KNOWN + POOL)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(labels))
    features, labels = features.iloc[order].reset_index(drop=True), labels[order]
    pool = min(POOL, (len(labels) - KNOWN) // 2)
    judged = slice(KNOWN + pool, KNOWN + pool + JUDGED)
    spec = model(features.head(KNOWN), SETS[which].item, names)
    recipe = build(spec.recipe, features.head(KNOWN), spec, 0)
    asked = np.arange(KNOWN, KNOWN + pool)
    fitted = clone(recipe).fit(features.head(KNOWN), labels[:KNOWN])
    scores = np.zeros((pool, len(names)))
    scores[:, fitted.classes_] = fitted.predict_proba(features.iloc[asked])
    line = {}
    for name, chosen in orders(scores, item_vectors(spec, features.iloc[asked]), seed).items():
        accuracies = []
        for count in STEPS:
            rows = np.concatenate([np.arange(KNOWN), asked[chosen[:count]]])
            again = clone(recipe).fit(features.iloc[rows], labels[rows])
            accuracies.append((again.predict(features[judged]) == labels[judged]).mean())
        line[name] = 100 * float(np.mean(accuracies))
    return line


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--seeds", type=int, default=2)
    reader.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    options = reader.parse_args()
    lines = []
    for which in options.sets:
        for seed in range(options.seeds):
            lines.append(measure(options.data, which, seed))
            one = pd.DataFrame([{"set": which, **lines[-1]}]).round(2)
            print(one.to_string(index=False, header=len(lines) == 1), flush=True)
    table = pd.DataFrame(lines)
    over = table.sub(table["random"], axis=0)
    half = t.ppf(0.975, len(over) - 1) * over.std() / np.sqrt(len(over))
    about = pd.DataFrame({"over random": over.mean(), "from": over.mean() - half, "to": over.mean() + half})
    print(about.round(2).to_string())


if __name__ == "__main__":
    main()
