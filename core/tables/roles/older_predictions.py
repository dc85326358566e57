"""Answers in the rows that are not of the model that is connected: seen, and not taken for its own."""

from dataclasses import replace

from core.model import Roles
from core.tables.roles.guess import Guess
from core.tables.roles.requested_roles import UnsureRole, Wanted


def own_answers(guessed: Guess, wanted: Wanted, *, here: bool) -> Guess:
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
    said = wanted.scores or wanted.score or wanted.scores_prefix
    kept = replace(
        roles, prediction=roles.prediction if wanted.prediction else None, scores=roles.scores if said else {}
    )
    old = sorted(_columns(roles) - _columns(kept))
    if not old:
        return guessed
    why = f"{' and '.join(map(repr, old))}: answers of an older model, which are not used here."
    return replace(guessed, roles=kept, reasons=(*guessed.reasons, why))


def _columns(roles: Roles) -> set[str]:
    return {name for name in (roles.prediction, *roles.scores.values()) if name}
