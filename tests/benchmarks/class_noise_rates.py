"""How well wrong labels are found where classes are mislabelled alike or not, beside cleanlab's settings.

    python -m tests.benchmarks.class_noise_rates [--seeds N] [--data NAME ...] [--noise KIND ...]

Average precision from the same out-of-fold probabilities of two models: ours, and every fixed setting of
cleanlab's label quality (installed in an environment of its own; only numbers, no home, are needed). With
--human FOLDER, labels that people got wrong and the probabilities that came with them.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits, load_wine, make_classification
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.label_errors.classification.strategy import ClassRows
from core.label_errors.cv_splits import shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold

MODELS = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
    "trees": ExtraTreesClassifier(50, min_samples_leaf=3, max_features=0.5, random_state=0),
}
MADE = {
    "one in ten": ((0.9, 0.1), 1500, 1.2),
    "three, one rare": ((0.8, 0.15, 0.05), 1500, 1.2),
    "one in fifty": ((0.98, 0.02), 1500, 1.2),
}
"""Name -> shares of the classes, rows, and how far the classes are apart."""
HARD = {
    "two alike": ((0.5, 0.5), 1000, 0.9),
    "hard one in ten": ((0.9, 0.1), 2000, 0.8),
    "hard one in fifty": ((0.98, 0.02), 3000, 0.9),
    "small three": ((0.6, 0.3, 0.1), 400, 1.2),
    "hard five": ((0.5, 0.25, 0.15, 0.07, 0.03), 2000, 1.0),
    "eight alike": ((0.125,) * 8, 2000, 1.0),
}
"""The same, of clusters that overlap: models are right in 80 to 95 %."""
WEAK = {"weak five": ((0.4, 0.2, 0.2, 0.1, 0.1), 2000, 0.4), "weak ten": ((0.1,) * 10, 2000, 0.45)}
"""The same, where models are right in less than 60 %."""
REAL = {"digits": load_digits, "tumours": load_breast_cancer, "wine": load_wine}
NOISE = ("all alike", "rare given as common", "common given as rare")
DOUBTED = "doubted rows"
"""One row in ten, the more of those of which models that know the truth are not sure, as the next class."""
SETTINGS = (("self_confidence", False), ("normalized_margin", False), ("normalized_margin", True))


def data(name, seed):
    """Features and true classes."""
    if name not in REAL:
        shares, n, apart = {**MADE, **HARD, **WEAK}[name]
        features, informative, clusters = (12, 6, 1) if name in MADE else (15, 8, 2)
        shape = {"n_informative": informative, "n_clusters_per_class": clusters, "class_sep": apart}
        shape |= {"n_classes": len(shares), "weights": list(shares), "flip_y": 0}
        return make_classification(n, features, random_state=100 + seed, **shape)
    X, y = REAL[name](return_X_y=True)
    rows = np.random.default_rng(seed).permutation(len(y))[:900]
    return X[rows], y[rows]


def given(X, true, noise, rng):
    """Labels as given, and which are wrong: 8 % of all, 30 % of all but the commonest, 5 % of that one."""
    if noise == DOUBTED:
        return doubted(np.mean(list(votes(X, true).values()), axis=0), true, rng)
    K, common = int(true.max()) + 1, int(np.bincount(true).argmax())
    rate = np.full(K, 0.08)
    if noise != NOISE[0]:
        rate = np.where(np.arange(K) == common, *((0.0, 0.3) if noise == NOISE[1] else (0.05, 0.0)))
    wrong = rng.random(len(true)) < rate[true]
    other = (true + rng.integers(1, K, len(true))) % K
    to = np.full(len(true), common) if noise == NOISE[1] else other
    return np.where(wrong, to, true), wrong


def doubted(P, true, rng):
    """As people err: most where rows are hard, and both ways."""
    row = np.arange(len(true))
    doubt, others = 1 - P[row, true], P.copy()
    others[row, true] = -1.0
    wrong = rng.random(len(true)) < 0.1 * doubt / doubt.mean()
    return np.where(wrong, others.argmax(axis=1), true), wrong


def votes(X, labels):
    """Name of the model -> (n, K) out-of-fold probabilities."""
    classes = tuple(map(str, range(int(labels.max()) + 1)))
    targets = labels.astype(str).astype(object)
    splits = shuffled_splits(labels, np.arange(len(labels)), repeats=1)
    return {
        name: out_of_fold(Contender(name, model, X), targets, classes, splits)
        for name, model in MODELS.items()
    }


def compare(votes_of, labels, wrong):
    """Average precision of ours and of every setting, of the mean of the probabilities and of each model."""
    from cleanlab.rank import get_label_quality_scores

    n = len(labels)
    rows = ClassRows(
        ids=tuple(map(str, range(n))),
        names=tuple(map(str, range(int(labels.max()) + 1))),
        given_labels=labels,
        current=labels,
        settled=np.zeros(n, dtype=bool),
        group=np.arange(n),
    )
    found = {"ours": average_precision_score(wrong, rows.judge(votes_of, {}, np.zeros((n, 1))).p_error)}
    for name, P in {**votes_of, "mean": np.mean(list(votes_of.values()), axis=0)}.items():
        for method, adjusted in SETTINGS:
            quality = get_label_quality_scores(labels, P, method=method, adjust_pred_probs=adjusted)
            setting = f"{method}{' adjusted' if adjusted else ''}, {name}"
            found[setting] = average_precision_score(wrong, -quality)
    return found


def planted(names, kinds, first, seeds):
    """(data, noise) and what was found, for every seed; worlds without a wrong label are left out."""
    for name in names:
        for noise in kinds:
            for seed in range(first, first + seeds):
                X, true = data(name, seed)
                labels, wrong = given(X, true, noise, np.random.default_rng(seed))
                if wrong.any():
                    yield name, noise, compare(votes(X, labels), labels, wrong)


def human(folder):
    """The digits of MNIST that people reviewed, with probabilities of another's model."""
    labels = pd.read_parquet(folder / "mnist_test.parquet", columns=["id", "label"])
    truth = pd.read_parquet(folder / "mnist_test_truth.parquet")
    P = pd.read_parquet(folder / "mnist_test_pred_probs.parquet").set_index("id").loc[labels["id"]]
    wrong = labels["id"].isin(truth.loc[truth["is_error"], "id"]).to_numpy()
    yield (
        "MNIST",
        "people",
        compare({"given": P.to_numpy(float)}, labels["label"].astype(int).to_numpy(), wrong),
    )


def main():
    """Print a table of the best of cleanlab's settings over all and of each world's own best."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--seeds", type=int, default=2)
    reader.add_argument("--first", type=int, default=0, help="the first seed")
    reader.add_argument("--data", nargs="+", default=[*MADE, *REAL, *HARD])
    reader.add_argument("--noise", nargs="+", default=NOISE, choices=[*NOISE, DOUBTED])
    reader.add_argument("--human", type=Path)
    said = reader.parse_args()
    warnings.simplefilter("ignore")
    worlds = human(said.human) if said.human else planted(said.data, said.noise, said.first, said.seeds)
    table = pd.DataFrame([{"data": name, "noise": noise, **found} for name, noise, found in worlds])
    table = table.groupby(["data", "noise"], sort=False).mean()
    table.loc[("mean", ""), :] = table.mean()
    peers = table.drop(columns="ours")
    best = peers.loc[("mean", ""), :].idxmax()
    default = [name for name in peers if name.startswith("self_confidence")][-1]
    shown = {"ours": table["ours"], "default": peers[default], "best in the mean": peers[best]}
    print(pd.DataFrame({**shown, "best here": peers.max(axis=1)}).round(3).to_string())
    print(f"default: {default}; best in the mean: {best}")
    behind = (table["ours"] - peers[best]).drop(("mean", ""))
    print(f"ours least ahead of the best in the mean: {behind.min():+.3f} {behind.idxmin()}")


if __name__ == "__main__":
    main()
