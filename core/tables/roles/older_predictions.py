"""Answers in the rows that are not of the model that is connected: seen, and not taken for its own."""

from dataclasses import replace

from core.model import Roles
from core.tables.roles.guess import Guess
from core.tables.roles.requested_roles import RequestedRoles, UnsureRole


def own_predictions(guessed: Guess, requested: RequestedRoles, *, here: bool) -> Guess:
    """The roles of the columns that hold this model's answers; `here` is whether a model answers the rows.

    Where one does, answers that were only guessed are those of an older model.

    Raises:
        UnsureRole: nothing says where predictions come from.
    """
    roles = guessed.roles
    if not here:
        if roles.prediction or roles.scores:
            return guessed
        raise UnsureRole(
            "Nothing says where predictions come from.",
            "Say --train-until DATE (trains a champion), --model models:/NAME@champion or --prediction.",
            "--train-until",
        )
    requested_scores = requested.scores or requested.score or requested.scores_prefix
    own = replace(
        roles,
        prediction=roles.prediction if requested.prediction else None,
        scores=roles.scores if requested_scores else {},
    )
    old = sorted(_columns(roles) - _columns(own))
    if not old:
        return guessed
    why = f"{' and '.join(map(repr, old))}: answers of an older model, which are not used here."
    return replace(guessed, roles=own, reasons=(*guessed.reasons, why))


def _columns(roles: Roles) -> set[str]:
    return {name for name in (roles.prediction, *roles.scores.values()) if name}
