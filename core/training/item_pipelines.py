"""Unfitted pipelines for single items: an image or a text."""

from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from core.training.encoders import pictures, texts
from core.training.encoders.encoded import EncodedItem, EncodedPicture, EncodedText
from core.training.features import PixelFeatures, TextItem
from core.training.record_pipelines import FeatureTable

MOST_DIRECTIONS = 128
"""Of an encoder's vectors: all 384 or 1,280 take a solver three times as long and find no more."""


def pixels_svm(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    """Support vectors on pixels."""
    # SVC(probability=True) is on its way out of scikit-learn; this is what it recommends instead.
    model = CalibratedClassifierCV(SVC(C=5), cv=3, ensemble=False)
    return Pipeline([("pixels", PixelFeatures()), ("model", model)])


def pixels_logistic(table: FeatureTable, seed: int) -> Pipeline:
    """Logistic regression on the main directions of the pixels."""
    return _directions(table, seed, LogisticRegression(C=0.1, max_iter=2_000, random_state=seed))


def pixels_ridge(table: FeatureTable, seed: int) -> Pipeline:
    """Linear regression with a penalty on the main directions of the pixels."""
    return _directions(table, seed, Ridge(alpha=10.0))


def pixels_extra_trees(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    """Randomised trees on pixels that tell classes apart."""
    model = ExtraTreesClassifier(n_estimators=200, random_state=seed)
    return Pipeline([("pixels", PixelFeatures()), ("model", model)])


def pixels_extra_trees_of_numbers(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    """Randomised trees on pixels that expect a number."""
    model = ExtraTreesRegressor(n_estimators=100, max_features=0.1, min_samples_leaf=3, random_state=seed)
    return Pipeline([("pixels", PixelFeatures()), ("model", model)])


def tfidf_logistic(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    """Logistic regression on words and pairs of words."""
    model = LogisticRegression(C=10, max_iter=2_000, random_state=seed)
    return Pipeline([("text", TextItem()), ("words", _words()), ("model", model)])


def tfidf_ridge(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    """Linear regression with a penalty on words and pairs of words."""
    return Pipeline([("text", TextItem()), ("words", _words()), ("model", Ridge(alpha=1.0, solver="lsqr"))])


def encoded_text_logistic(table: FeatureTable, seed: int) -> Pipeline:
    """Logistic regression on the main directions of an encoder's vectors of texts."""
    return _after(EncodedText(), vectors_logistic((table.rows, texts.DIMENSION), seed), C=0.1)


def encoded_text_ridge(table: FeatureTable, seed: int) -> Pipeline:
    """Linear regression with a penalty on the main directions of an encoder's vectors of texts."""
    return _after(EncodedText(), vectors_ridge((table.rows, texts.DIMENSION), seed))


def encoded_picture_logistic(table: FeatureTable, seed: int) -> Pipeline:
    """Logistic regression on the main directions of an encoder's vectors of pictures."""
    return _after(EncodedPicture(), vectors_logistic((table.rows, pictures.DIMENSION), seed), C=0.1)


def encoded_picture_ridge(table: FeatureTable, seed: int) -> Pipeline:
    """Linear regression with a penalty on the main directions of an encoder's vectors of pictures."""
    return _after(EncodedPicture(), vectors_ridge((table.rows, pictures.DIMENSION), seed))


def vectors_logistic(shape: tuple[int, ...], seed: int) -> Pipeline:
    """Logistic regression on the main directions of vectors; `shape` is that of the (n, d) vectors."""
    return _of_vectors(shape, seed, LogisticRegression(C=0.005, max_iter=2_000, random_state=seed))


def vectors_ridge(shape: tuple[int, ...], seed: int) -> Pipeline:
    """Linear regression with a penalty on the main directions of vectors."""
    return _of_vectors(shape, seed, Ridge(alpha=10.0))


def _after(step: EncodedItem, rest: Pipeline, **model: float) -> Pipeline:
    pipeline = Pipeline([("encoder", step), *rest.steps])
    return pipeline.set_params(**{f"model__{name}": value for name, value in model.items()})


def _of_vectors(shape: tuple[int, ...], seed: int, model: LogisticRegression | Ridge) -> Pipeline:
    rows, dimensions = shape
    components = max(2, min(MOST_DIRECTIONS, dimensions, rows // 4))
    directions = PCA(components, svd_solver="randomized", random_state=seed)
    return Pipeline([("scale", StandardScaler()), ("directions", directions), ("model", model)])


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), max_features=20_000)


def _directions(table: FeatureTable, seed: int, model: LogisticRegression | Ridge) -> Pipeline:
    components = max(2, min(50, table.rows // 4))
    return Pipeline(
        [
            ("pixels", PixelFeatures()),
            ("directions", PCA(components, svd_solver="randomized", random_state=seed)),
            ("scale", StandardScaler()),
            ("model", model),
        ]
    )
