"""Which names say that a column holds what a model answered: a prediction, or a score."""

import re
from collections.abc import Collection
from typing import Literal

Part = Literal["prediction", "score"]

PREDICTION_NAMES = ("prediction", "predicted", "predicted_label", "predicted_class", "y_pred", "yhat", "pred")
SCORE_NAMES = ("score", "probability", "proba", "y_score", "y_proba", "y_prob", "prob", "p")
PREDICTED = frozenset({"prediction", "predictions", "predicted", "predict", "pred", "preds", "yhat"})
SCORED = frozenset({"score", "scores", "probability", "probabilities", "proba", "prob", "probs", "p"})
CHANCES = SCORED - {"score", "scores", "p"}
BESIDE = frozenset({"y", "hat", "label", "class", "target", "model", "old", "new", "raw", "of", "is"})
"""Words that say nothing more about an answer."""
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^\W\d_]+")
STEM = 4


def part_by_name(name: str, about: Collection[str]) -> Part | None:
    """What a name says the column holds; only of a model that answers `about` (words of label and classes).

    >>> about = words("churned")
    >>> [part_by_name(name, about) for name in ("predicted_churn", "churn_score", "p_churn", "y_pred")]
    ['prediction', 'score', 'score', 'prediction']
    >>> [part_by_name(name, about) for name in ("credit_score", "predicted_income", "churn_calls", "x")]
    [None, None, None, None]
    >>> part_by_name("prob_0", about), part_by_name("p1", about)
    ('score', None)
    """
    parts = words(name)
    if not parts & (PREDICTED | SCORED):
        return None
    if is_numbered(name):  # prob_0 is of some class, which one is not said; p1 is any column
        return "score" if parts & CHANCES else None
    if not all(_same(word, about) for word in parts - PREDICTED - SCORED - BESIDE):
        return None
    return "score" if parts & SCORED else "prediction"


def is_numbered(name: str) -> bool:
    """Whether a name says no more than a number: prob_0.

    >>> is_numbered("prob_0"), is_numbered("prob_yes")
    (True, False)
    """
    rest = words(name) - PREDICTED - SCORED - BESIDE
    return bool(rest) and all(word.isdecimal() for word in rest)


def words(name: str) -> frozenset[str]:
    """The words of a name, small.

    >>> sorted(words("churnScore_2"))
    ['2', 'churn', 'score']
    """
    return frozenset(word.lower() for word in WORD.findall(name))


def _same(word: str, about: Collection[str]) -> bool:
    """Whether a word is one of these, but for its ending: churn and churned.

    >>> _same("churn", ["churned"]), _same("contact", ["contract"]), _same("a", ["ab"])
    (True, False, False)
    """
    return word in about or any(
        _common(word, other) >= max(STEM, min(len(word), len(other)) - 1) for other in about
    )


def _common(one: str, other: str) -> int:
    pairs = list(zip(one, other, strict=False))
    return next((at for at, (a, b) in enumerate(pairs) if a != b), len(pairs))
