"""How alike the long texts of a record are: what a model of pairs of texts needs most."""

from itertools import combinations
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.utils.validation import check_is_fitted

from core.training.features import Transformer, as_text

MOST_TEXTS = 4
FEATURES = 2**16


class PairSimilarity(Transformer):
    """For every two text columns the cosine of character n-grams, of words and of codes; NaN if one is empty.

    A code is a word with a digit in it (a model number, a size): in two texts about one thing they agree.
    The first four columns are compared. Equal texts are read once.
    """

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:  # noqa: ARG002
        """Learn how rare each n-gram, word and code is."""
        self.n_features_in_ = X.shape[1]
        texts = pd.unique(pd.concat([as_text(X[name]) for name in X.columns[:MOST_TEXTS]]))
        self.weights_ = [TfidfTransformer().fit(_counts(kind, texts)) for kind in KINDS]
        return self

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Shape (rows, 3 for each pair of columns)."""
        check_is_fitted(self)
        columns = [as_text(X[name]) for name in X.columns[:MOST_TEXTS]]
        read = [self._vectors(column) for column in columns]
        empty = [(column.str.strip() == "").to_numpy() for column in columns]
        similarities = [
            np.where(empty[a] | empty[b], np.nan, _cosine(read[a][kind], read[b][kind]))
            for a, b in combinations(range(len(columns)), 2)
            for kind in range(len(KINDS))
        ]
        return np.column_stack(similarities)

    def _vectors(self, column: "pd.Series[Any]") -> list[sparse.csr_matrix]:
        codes, unique = pd.factorize(column)
        vectors = [
            weight.transform(_counts(kind, unique)) for kind, weight in zip(KINDS, self.weights_, strict=True)
        ]
        return [matrix[codes] for matrix in vectors]


KINDS: tuple[dict[str, Any], ...] = (
    {"analyzer": "char_wb", "ngram_range": (3, 5)},
    {"token_pattern": r"(?u)\b\w+\b"},
    {"token_pattern": r"(?u)\b(?=\w*\d)[\w./-]+\b"},
)


def _counts(kind: dict[str, Any], texts: Any) -> sparse.csr_matrix:
    reader = HashingVectorizer(n_features=FEATURES, alternate_sign=False, norm=None, **kind)
    return sparse.csr_matrix(reader.transform(texts))


def _cosine(a: sparse.csr_matrix, b: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    return np.asarray(a.multiply(b).sum(axis=1), dtype=np.float64).ravel()
