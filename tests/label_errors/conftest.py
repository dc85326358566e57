"""Digits with a tenth of the labels wrong, judged once for the tests of this room."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

from core.label_errors.classification.strategy import ClassJudgement, ClassRows
from core.label_errors.cv_splits import shuffled_splits
from core.label_errors.neighbours import project
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.stats.folds import groups
from core.tables.values.content_hash import row_hashes

CLASSES = tuple("0123456789")
MODELS = {
    "logistic": LogisticRegression(C=0.01, max_iter=1000),
    "trees": ExtraTreesClassifier(40, random_state=0),
    "neighbours": KNeighborsClassifier(10, weights="distance"),
}


@dataclass(frozen=True)
class Planted:
    """True labels, which are flipped, and the judgement without knowing that."""

    pixels: np.ndarray
    true: np.ndarray
    flipped: np.ndarray
    rows: ClassRows
    votes: dict
    judgement: ClassJudgement
    vectors: np.ndarray


def rows_of(labels, group, **more):
    plain = {"names": CLASSES, "current": labels, "settled": np.zeros(len(labels), dtype=bool)}
    ids = tuple(f"r{n}" for n in range(len(labels)))
    return ClassRows(ids=ids, given_labels=labels, group=group, **(plain | more))


@pytest.fixture(scope="session")
def planted():
    pixels, true = load_digits(return_X_y=True)
    rng = np.random.default_rng(0)
    flipped = rng.random(len(true)) < 0.1
    labels = np.where(flipped, (true + rng.integers(1, 10, len(true))) % 10, true)
    group = groups(row_hashes(pd.DataFrame(pixels)))
    rows = rows_of(labels, group)
    splits = shuffled_splits(labels, group, repeats=1)
    votes = {
        name: out_of_fold(Contender(name, model, pixels / 16), rows.targets.tolist(), CLASSES, splits)
        for name, model in MODELS.items()
    }
    vectors = project(pixels / 16)
    return Planted(pixels, true, flipped, rows, votes, rows.judge(votes, {}, vectors), vectors)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Fits this small take many times as long when the threads of several processes wait for each other."""
    with threadpool_limits(1):
        yield
