"""Neighbours equal a search by brute force, without the row itself; outliers are called far."""

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.spatial.distance import cdist

from core.label_errors.neighbours import nearest, project
from core.label_errors.rules import RULES

RNG = np.random.default_rng(0)
VECTORS = RNG.normal(size=(300, 6))


def test_the_nearest_are_those_of_a_full_search():
    asked = np.arange(0, 300, 7)
    found = nearest(VECTORS, asked, rules=replace(RULES.neighbours, k=5))
    distances = cdist(VECTORS[asked], VECTORS)
    distances[np.arange(len(asked)), asked] = np.inf
    assert (found.rows == np.argsort(distances, axis=1)[:, :5]).all()
    np.testing.assert_allclose(found.distances, np.sort(distances, axis=1)[:, :5])


def test_identical_rows_find_each_other_and_never_themselves():
    twins = np.vstack([VECTORS, VECTORS[:3]])
    found = nearest(twins, np.arange(303), rules=replace(RULES.neighbours, k=1))
    assert (found.rows[:, 0] != np.arange(303)).all()
    assert found.rows[:3, 0].tolist() == [300, 301, 302]


def test_an_outlier_is_far_from_everything():
    with_outlier = np.vstack([VECTORS, np.full((1, 6), 50.0)])
    found = nearest(with_outlier, np.arange(301))
    assert found.far[300]
    assert found.far.sum() <= 5


def test_a_row_outside_the_sample_of_references_still_has_neighbours():
    rules = replace(RULES.neighbours, references=50, k=4)
    found = nearest(VECTORS, np.arange(300), rules=rules)
    assert found.rows.shape == (300, 4)
    assert not (found.rows == np.arange(300)[:, None]).any()


def test_projection_keeps_what_is_small_and_shrinks_what_is_wide():
    assert project(VECTORS).shape == (300, 6)
    wide = RNG.normal(size=(100, 400))
    assert project(wide).shape == (100, 64)
    words = project(sparse.random(100, 500, density=0.05, random_state=0, format="csr"))
    assert words.shape == (100, 64)
    assert np.isfinite(words).all()


def test_missing_numbers_do_not_break_the_projection():
    holes = VECTORS.copy()
    holes[3, 2] = np.nan
    assert np.isfinite(project(holes)).all()
