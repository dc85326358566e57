"""By which metric a model is judged, and at which score it decides: what was asked for is checked."""

from core.errors import DataError
from core.model import ModelSpec
from core.stats.metrics import METRICS, default_metric, metrics_for
from core.tables.roles.guess import Guess


def choose_metric(metric: str | None, guessed: Guess, *, scored: bool, choices: list[str]) -> str:
    """The metric asked for, else the default; predictions without scores can be right or wrong, not ranked.

    Raises:
        DataError: the metric is none for this task, or it needs scores, and the log has none.
    """
    scored = scored or bool(guessed.roles.scores)
    metric = metric or default_metric(guessed.task, scored=scored)
    if metric not in metrics_for(guessed.task):
        what = "classes" if not METRICS[metric].of_numbers else "amounts"
        raise DataError(
            f"{metric!r} judges {what}; the task of this model is {guessed.task}.",
            f"Choose one of {', '.join(metrics_for(guessed.task))}.",
        )
    if scored or guessed.task == "regression":
        return metric
    if "scores" in METRICS[metric].needs:
        known = ", ".join(metrics_for(guessed.task, scored=False))
        raise DataError(
            f"{metric} needs scores, and the log has predictions only.",
            f"Name the columns of the scores, or choose one of {known}.",
        )
    choices.append(
        f"The metric is {metric}: the log has predictions without scores, so nothing can be ranked "
        "or estimated before labels arrive."
    )
    return metric


def require_threshold(spec: ModelSpec, threshold: float | None, *, scored: bool) -> None:
    """A threshold decides between two classes by scores, where no column holds the decisions.

    `scored`: a model gives the scores here.

    Raises:
        DataError: it is no score, or there is nothing that it could decide.
    """
    if threshold is None:
        return
    if not 0 < threshold < 1:
        raise DataError(
            f"A threshold of {threshold:g} is no score.", "Say a number between 0 and 1, e.g. 0.2."
        )
    if spec.task != "binary":
        raise DataError(
            f"A threshold decides between two classes; the task of this model is {spec.task}.",
            "Leave the threshold out.",
        )
    if spec.roles.prediction:
        raise DataError(
            f"The column {spec.roles.prediction!r} holds the decisions, and they are used as they are.",
            "Leave the threshold out, or leave that column out with --exclude.",
        )
    if not spec.roles.scores and not scored:
        raise DataError("A threshold needs scores, and the log has none.", "Name their column with --score.")
