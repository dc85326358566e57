"""The most similar rows, and what they are labelled."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from core.label_errors.rules import RULES, NeighbourRules
from core.stats.arrays import Bools, Floats, Ints, Vectors


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each of m queried rows its nearest others.

    Attributes:
        rows: (m, k) row numbers, nearest first.
        distances: (m, k) their distances.
        far: (m,) farther from everything than 99 % of the rows.
    """

    rows: Ints
    distances: Floats
    far: Bools


def project(
    matrix: Floats | Vectors | sparse.spmatrix, dimensions: int = RULES.neighbours.dimensions, seed: int = 0
) -> Floats:
    """(n, d <= dimensions) dense vectors of unit mean variance, from a wide or sparse matrix of features.

    Args:
        matrix: (n, p) numbers; NaN counts as 0.
        dimensions: the most columns that come back.
        seed: of the randomised decomposition.

    >>> project(np.random.default_rng(0).normal(size=(50, 6)), dimensions=3).shape
    (50, 3)
    """
    if sparse.issparse(matrix):
        most = min(dimensions, min(matrix.shape) - 1)
        dense = TruncatedSVD(most, random_state=seed).fit_transform(matrix)
    else:
        dense = np.nan_to_num(np.asarray(matrix, dtype=np.float64))
        if dense.shape[1] > dimensions:
            most = min(dimensions, *dense.shape)
            dense = PCA(most, svd_solver="randomized", random_state=seed).fit_transform(dense)
    scale = float(np.sqrt(dense.var(axis=0).mean())) or 1.0
    return np.asarray((dense - dense.mean(axis=0)) / scale)


def standardise(vectors: Floats) -> Floats:
    """Every column with mean 0 and variance 1.

    >>> standardise(np.array([[1.0, 5.0], [3.0, 5.0]])).round(3).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    return np.asarray(StandardScaler().fit_transform(vectors))


def nearest(
    vectors: Floats, queries: Ints, *, seed: int = 0, rules: NeighbourRules = RULES.neighbours
) -> Neighbours:
    """The nearest other rows of each queried row, among a sample of at most `rules.references` rows.

    Args:
        vectors: (n, d) from `project`.
        queries: (m,) row numbers.
        seed: of the sample of references.
        rules: how many neighbours (fewer when there are fewer rows), and what is far.
    """
    n = len(vectors)
    rng = np.random.default_rng(seed)
    pool = np.sort(rng.choice(n, rules.references, replace=False)) if n > rules.references else np.arange(n)
    k = min(rules.k, len(pool) - 1)
    index = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(vectors[pool])
    distances, places = index.kneighbors(vectors[queries])
    rows, distances = _without_self(distances, places, pool, queries)
    sample = rng.choice(pool, min(len(pool), rules.sample), replace=False)
    usual_distances, usual_places = index.kneighbors(vectors[sample])
    usual = _without_self(usual_distances, usual_places, pool, sample)[1][:, -1]
    return Neighbours(rows, distances, distances[:, -1] > np.quantile(usual, rules.far))


def _without_self(distances: Floats, places: Ints, pool: Ints, queries: Ints) -> tuple[Ints, Floats]:
    """Drop the queried row from its own neighbours, or else the farthest one."""
    rows = pool[places]
    own = rows == queries[:, None]
    own[~own.any(axis=1), -1] = True
    shape = (len(rows), rows.shape[1] - 1)
    return rows[~own].reshape(shape).astype(np.int64), distances[~own].reshape(shape)
