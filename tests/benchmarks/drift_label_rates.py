"""Is drift blamed on labels: `python -m tests.benchmarks.drift_label_rates [--seeds N] [--first SEED]`.

Made records of 6,000 rows in their order of time, 5 % of the labels wrong, whose relation stays, turns by a
right angle over the whole time, or at once after half of it. Printed are the average precision of ours, of
the champion's out-of-fold probabilities alone and of what the model in production logged (it learnt from
the first fifth), and of the first twentieth of each order the share that is a sound row after the change.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.label_errors.classification.strategy import ClassRows
from core.label_errors.cv_splits import neighbouring_splits, shuffled_splits, time_blocks
from core.label_errors.out_of_fold import Contender, out_of_fold

ROWS, FEATURES, WRONG, TOP = 6_000, 8, 0.05, 0.05
WORLDS = ("no drift", "gradual", "sudden")
CHAMPION = HistGradientBoostingClassifier(max_iter=100, random_state=0)
COMPANIONS = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
    "trees": ExtraTreesClassifier(100, min_samples_leaf=3, random_state=0),
}


def made(world, classes, seed):
    """Features with the time as the last, labels as given, which are wrong, and which rows are late."""
    rng = np.random.default_rng(seed)
    time = np.linspace(0, 1, ROWS)
    turn = {"no drift": 0 * time, "gradual": time, "sudden": (time >= 0.5).astype(float)}[world] * np.pi / 2
    X = rng.normal(size=(ROWS, FEATURES))
    away, aside = (np.linalg.qr(rng.normal(size=(FEATURES, classes)))[0] for _ in range(2))
    scores = np.cos(turn)[:, None] * (X @ away) + np.sin(turn)[:, None] * (X @ aside)
    true = (scores + rng.gumbel(scale=0.15, size=scores.shape)).argmax(axis=1)
    wrong = rng.random(ROWS) < WRONG
    given = np.where(wrong, (true + rng.integers(1, classes, ROWS)) % classes, true)
    return np.column_stack([X, time]), given, wrong, (time >= 0.5) & (world != "no drift")


def judged(X, labels, classes):
    """P(error) of ours, without rows of a changed relation, and the doubts of the two other judges."""
    names = tuple(map(str, range(classes)))
    targets, own = labels.astype(str).astype(object), np.arange(len(labels))
    block = time_blocks(X[:, -1])
    wide, near = shuffled_splits(labels, own), neighbouring_splits(labels, own, block)
    jury = [
        Contender("champion", CHAMPION, X),
        *(Contender(name, one, X) for name, one in COMPANIONS.items()),
    ]
    votes = {one.name: out_of_fold(one, targets, names, wide, jobs=1) for one in jury}
    local = {one.name: out_of_fold(one, targets, names, near, jobs=1) for one in jury[:2]}
    first = len(labels) // 5
    frozen = CHAMPION.fit(X[:first], labels[:first]).predict_proba(X)
    rows = ClassRows(
        ids=tuple(map(str, own)), names=names, given_labels=labels, current=labels, group=own,
        settled=np.zeros(len(labels), dtype=bool), times=X[:, -1], block=block, frozen=frozen,
    )  # fmt: skip
    judgement = rows.judge(votes, local, np.zeros((len(labels), 1)))
    ours = np.where(judgement.changed.rows, 0.0, judgement.p_error)
    return {"ours": ours, "champion": 1 - votes["champion"][own, labels], "logged": 1 - frozen[own, labels]}


def world_of(name, classes, seed):
    """One line of the table for each judge."""
    X, labels, wrong, late = made(name, classes, seed)
    for judge, doubt in judged(X, labels, classes).items():
        top = np.argsort(-doubt)[: int(TOP * ROWS)]
        false = float((late & ~wrong)[top].mean())
        precision = average_precision_score(wrong, doubt)
        yield {"world": name, "classes": classes, "judge": judge, "AP": precision, "false": false}


def main():
    """Print means over the seeds."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--seeds", type=int, default=2)
    reader.add_argument("--first", type=int, default=0)
    said = reader.parse_args()
    warnings.simplefilter("ignore")
    jobs = [(w, k, s) for w in WORLDS for k in (2, 4) for s in range(said.first, said.first + said.seeds)]
    print_means(line for job in jobs for line in world_of(*job))


def print_means(lines):
    """A table: world and classes by judge."""
    table = pd.DataFrame(lines).pivot_table(["AP", "false"], ["world", "classes"], "judge", sort=False)
    print(table.round(3).to_string())


if __name__ == "__main__":
    main()
