"""The most similar rows, and what they are labelled."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from core.stats.arrays import Bools, Floats, Ints

DIMENSIONS = 64
MOST_REFERENCES = 20_000
K = 10


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each of m asked rows its nearest others.

    Attributes:
        rows: (m, k) row numbers, nearest first.
        distances: (m, k) their distances.
        far: (m,) farther from everything than 99 % of the rows.
    """

    rows: Ints
    distances: Floats
    far: Bools


def project(matrix: Floats | sparse.spmatrix, dimensions: int = DIMENSIONS, seed: int = 0) -> Floats:
    """(n, d <= dimensions) dense vectors of unit mean variance, from a wide or sparse matrix of features.

    Args:
        matrix: (n, p) numbers; NaN counts as 0.
        dimensions: the most columns that come back.
        seed: of the randomised decomposition.
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
    """Every column with mean 0 and variance 1."""
    return np.asarray(StandardScaler().fit_transform(vectors))


def nearest(vectors: Floats, asked: Ints, *, k: int = K, seed: int = 0) -> Neighbours:
    """The k nearest other rows of each asked row, among at most `MOST_REFERENCES` rows.

    Args:
        vectors: (n, d) from `project`.
        asked: (m,) row numbers.
        k: neighbours wanted; fewer when there are fewer rows.
        seed: of the sample of references.
    """
    n = len(vectors)
    rng = np.random.default_rng(seed)
    pool = np.sort(rng.choice(n, MOST_REFERENCES, replace=False)) if n > MOST_REFERENCES else np.arange(n)
    k = min(k, len(pool) - 1)
    index = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(vectors[pool])
    distances, found = index.kneighbors(vectors[asked])
    rows, distances = _without_self(distances, found, pool, asked)
    sample = rng.choice(pool, min(len(pool), 2000), replace=False)
    usual_distances, usual_found = index.kneighbors(vectors[sample])
    usual = _without_self(usual_distances, usual_found, pool, sample)[1][:, -1]
    return Neighbours(rows, distances, distances[:, -1] > np.quantile(usual, 0.99))


def _without_self(distances: Floats, found: Ints, pool: Ints, asked: Ints) -> tuple[Ints, Floats]:
    """Drop the asked row from its own neighbours, or else the farthest one."""
    rows = pool[found]
    own = rows == asked[:, None]
    own[~own.any(axis=1), -1] = True
    shape = (len(rows), rows.shape[1] - 1)
    return rows[~own].reshape(shape).astype(np.int64), distances[~own].reshape(shape)
