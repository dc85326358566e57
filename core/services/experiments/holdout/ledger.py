"""The ledger of a holdout: who looked at it, and that nobody else may once it is used up."""

from http import HTTPStatus

from core.errors import RetrainError
from core.services.experiments.holdout.views import HoldoutBudget
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.tables import Holdout, HoldoutLook
from core.store.workspace import Workspace


class HoldoutUsedUp(RetrainError):
    """So many comparisons have looked at the holdout that a further one would prove nothing.

    Next: freshen it with the newest labelled rows (`freshen`, or Retrain, step 3), then compare again.
    """

    http_status = HTTPStatus.CONFLICT


def budget(ws: Workspace, name: str) -> HoldoutBudget | None:
    """How far the holdout in use is used up; None before the first. Only SQL: the web process may ask.

    Raises:
        DataError: there is no such model.
    """
    from core.training.comparison.holdout_budget import looks_at_most

    with reading(ws.engine) as session:
        current = holdouts.latest(session, models.spec(session, name).id)
        looks = holdouts.looks(session, current.id or 0) if current else []
    if current is None:
        return None
    challengers = tuple(look.challenger for look in looks)
    return HoldoutBudget(
        current.number, current.rows, current.first, current.last, challengers, looks_at_most()
    )


def enter_look(ws: Workspace, name: str, holdout: Holdout, challenger: str) -> HoldoutLook:
    """Enter a look before anything is seen: a crash must not give looks away for nothing.

    Raises:
        HoldoutUsedUp: it would be so strict that it proves nothing; nothing is entered.
    """
    from core.training.comparison.holdout_budget import is_spent

    with writing(ws.engine) as session:
        look = holdouts.look(session, holdout.id or 0, challenger)
        if is_spent(look.look):
            raise HoldoutUsedUp(
                f"Holdout {holdout.number} is used up: {look.look - 1} looks at its {holdout.rows:,} rows "
                "were taken, and a further one would prove nothing.",
                f"Freshen it with the newest labelled rows (`freshen {name}`), then compare again.",
            )
        return look
