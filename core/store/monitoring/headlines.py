"""The headlines: the few numbers of every health document, in a table of their own.

Beside the document they would cost as much as it: a database reads a row up to the column that is asked for.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast
from sqlmodel import Session, col, delete, func, select

from core.store.models import CONNECTED
from core.store.sealed.documents import DamagedDocument, unseal
from core.store.tables import Alert, Finding, Headline, Model


@dataclass(frozen=True, slots=True)
class ModelHeadline:
    """A connected model, its stored headline, how many alerts are open, and whether it was checked.

    There is no headline before the first check, none of what an older Caretaker checked, and none where it is
    damaged.
    """

    name: str
    body: dict[str, Any] | None
    open_alerts: int
    is_checked: bool


def of_model(session: Session, model_id: int) -> dict[str, Any] | None:
    """The headline of the document of a model; None before the first check, and where it is damaged."""
    try:
        row = session.get(Headline, model_id)
    except DamagedDocument:
        return None
    return None if row is None else row.body


def of_all_models(session: Session) -> list[ModelHeadline]:
    """All models that have rows, in order of their connection: one read."""
    of_model = (col(Alert.model_id) == col(Model.id), col(Alert.state) != "closed")
    open_alerts = select(func.count(col(Alert.id))).where(*of_model).scalar_subquery()
    query = (
        select(Model.name, cast(Headline.body, Text), open_alerts, Finding.model_id)
        .join(Headline, col(Headline.model_id) == col(Model.id), isouter=True)
        .join(Finding, col(Finding.model_id) == col(Model.id), isouter=True)
        .where(col(Model.id).in_(CONNECTED))
        .order_by(col(Model.id))
    )
    return [
        ModelHeadline(name, _body(body), alerts, checked is not None)
        for name, body, alerts, checked in session.exec(query).all()
    ]


def _body(text: str | None) -> dict[str, Any] | None:
    """One headline; None where it is damaged, so that those of other models are read all the same."""
    try:
        body: dict[str, Any] | None = None if text is None else unseal(text)
    except ValueError:
        return None
    return body


def count_models(session: Session) -> int:
    """How many models have rows."""
    return session.exec(select(func.count(col(Model.id))).where(col(Model.id).in_(CONNECTED))).one()


def write(session: Session, model_id: int, body: dict[str, Any]) -> None:
    """Store it in place of the one before, which may be damaged."""
    session.exec(delete(Headline).where(col(Headline.model_id) == model_id))
    session.add(Headline(model_id=model_id, body=body))
