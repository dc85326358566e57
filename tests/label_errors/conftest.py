"""Digits with a tenth of the labels wrong, judged once for the tests of this room."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from core.label_errors.cv_splits import shuffled_splits
from core.label_errors.dataset import Problem
from core.label_errors.judgement import Judgement, judge
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
    problem: Problem
    votes: dict
    judgement: Judgement
    vectors: np.ndarray


def problem_of(given, group, **more):
    plain = {"current": given, "settled": np.zeros(len(given), dtype=bool)}
    ids = tuple(f"r{n}" for n in range(len(given)))
    return Problem(ids, CLASSES, given, group=group, **(plain | more))


@pytest.fixture(scope="session")
def planted():
    pixels, true = load_digits(return_X_y=True)
    rng = np.random.default_rng(0)
    flipped = rng.random(len(true)) < 0.1
    given = np.where(flipped, (true + rng.integers(1, 10, len(true))) % 10, true)
    group = groups(row_hashes(pd.DataFrame(pixels)))
    problem = problem_of(given, group)
    splits = shuffled_splits(given, group, repeats=1)
    votes = {
        name: out_of_fold(Contender(name, model, pixels / 16), problem.labels.tolist(), CLASSES, splits)
        for name, model in MODELS.items()
    }
    return Planted(pixels, true, flipped, problem, votes, judge(problem, votes, {}), project(pixels / 16))
