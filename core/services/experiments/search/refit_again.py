"""What a refit repeats of the version in production, or why it cannot."""

from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import RetrainError
from core.services.experiments.recipes.titles import STACK
from core.services.experiments.search import champion_again
from core.services.experiments.search.champion_again import Again
from core.store.engine import reading
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from core.model import ModelSpec

HINT = "Retrain and promote first: then the promoted version can be refitted on all labels."
LIKE_WEIGHTS = 1e-5
"""Weights of a stack are kept with six digits."""


def of_champion(ws: Workspace, spec: "ModelSpec") -> tuple[Trial, Again]:
    """The trial that made the version in production, and the experiment that a refit repeats.

    Raises:
        RetrainError: no experiment here made it, it is a refit already, or the trials of its stack are gone.
    """
    with reading(ws.engine) as session:
        trial = trials.of_champion(session, spec.id)
    if trial is None or trial.holdout_id is None:
        raise RetrainError("The version in production was made by no experiment here.", HINT)
    if "refit_of" in trial.params:
        raise RetrainError("The version in production is a refit already.", HINT)
    return trial, champion_again.again(ws, spec, trial)


def require_members(promoted: Any, again: Again) -> None:
    """Refuse a stack whose members are not those of its experiments: each would learn from another's rows.

    Args:
        promoted: the model in production.
        again: the experiment that made it.

    Raises:
        RetrainError: they are not.
    """
    from core.training.search.decision_threshold import beneath_threshold

    if again.candidate.recipe != STACK:
        return
    weights = [weight for _, weight in again.members]
    own = getattr(beneath_threshold(promoted), "weights", None)
    if own is None or len(own) != len(weights) or not np.allclose(own, weights, atol=LIKE_WEIGHTS):
        raise RetrainError(
            "The members of the stack in production are not those of its experiments: nobody knows which "
            "rows each has to learn from.",
            "Retrain as the champion and promote that version: it can be refitted.",
        )
