"""Which columns hold what a model answered, where a file is known to be a log of predictions."""

from dataclasses import replace

from core.frames.columns import as_text, kind_of
from core.frames.guess import NONE, Wanted
from core.frames.table import Table

PREDICTION_NAMES = ("prediction", "predicted", "predicted_label", "y_pred", "yhat")
SCORE_NAMES = ("score", "probability", "proba", "p", "y_score")
PREFIXES = ("score_", "proba_", "prob_", "probability_", "p_", "pred_")


def guess_answers(table: Table, wanted: Wanted, classes: tuple[str, ...]) -> Wanted:
    """With the columns of predictions and scores, by their names, where nobody said them.

    `classes` has the positive one last; it is empty for regression.
    """
    names = {str(name).lower(): str(name) for name in table.frame.columns if name not in wanted.exclude}
    prediction = wanted.prediction
    if prediction is None:
        found = _first(names, PREDICTION_NAMES)
        prediction = found if found and _fits(table, found, classes) else None
    scores = dict(wanted.scores)
    if not (scores or wanted.score or wanted.scores_prefix) and classes:
        scores = _scores(table, names, classes)
    return replace(wanted, prediction=prediction, scores=scores)


def _first(names: dict[str, str], usual: tuple[str, ...]) -> str | None:
    return next((names[name] for name in usual if name in names), None)


def _fits(table: Table, name: str, classes: tuple[str, ...]) -> bool:
    if not classes:
        return kind_of(table.frame[name]) == "number"
    return set(as_text(table, name).dropna().unique()) <= set(classes)


def _scores(table: Table, names: dict[str, str], classes: tuple[str, ...]) -> dict[str, str]:
    for prefix in PREFIXES:
        columns = {cls: names.get(f"{prefix}{cls}".lower(), NONE) for cls in classes}
        if NONE not in columns.values():
            return columns
    single = _first(names, SCORE_NAMES)
    if single is None or len(classes) != 2:  # noqa: PLR2004 -- one column says it all for two classes only
        return {}
    return {classes[-1]: single} if kind_of(table.frame[single]) == "number" else {}
