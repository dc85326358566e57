"""The monitored models: read and written as `ModelSpec`."""

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core.errors import DataError
from core.model import ModelSpec
from core.store.tables import Batch, Model

CONNECTED = select(Batch.model_id).distinct()
"""Models that have rows."""
_BY_NAME = select(Model.id, Model.spec).where(Model.name == bindparam("model"))
_TO_CHANGE = _BY_NAME.with_for_update(key_share=True)


def specs(session: Session) -> list[ModelSpec]:
    """All models, by name."""
    rows = session.exec(select(Model).order_by(col(Model.id))).all()
    return [ModelSpec.from_json(_id(row), row.spec) for row in rows]


def connected_specs(session: Session) -> list[ModelSpec]:
    """All models that have rows, in order of their connection: one read, however many there are."""
    rows = session.exec(select(Model).where(col(Model.id).in_(CONNECTED)).order_by(col(Model.id))).all()
    return [ModelSpec.from_json(_id(row), row.spec) for row in rows]


def spec(session: Session, name: str, *, to_change: bool = False) -> ModelSpec:
    """The model of that name; `to_change`: others who want to change it wait until this transaction ends.

    Raises:
        DataError: there is none.
    """
    row = session.connection().execute(_TO_CHANGE if to_change else _BY_NAME, {"model": name}).one_or_none()
    if row is None:
        known = ", ".join(s.name for s in specs(session)) or "none yet"
        raise DataError(f"There is no model {name!r}.", f"Known models: {known}. Connect one with `add`.")
    return ModelSpec.from_json(row.id, row.spec)


def lock(session: Session, model_id: int) -> None:
    """Let others who number something of this model wait until this transaction ends.

    Rows that only point at the model (`key_share`) can still be added meanwhile.
    """
    session.exec(select(Model.id).where(Model.id == model_id).with_for_update(key_share=True)).one()


def by_id(session: Session, model_id: int) -> ModelSpec:
    """The model of that number, which is there."""
    return ModelSpec.from_json(model_id, session.get_one(Model, model_id).spec)


def add(session: Session, new: ModelSpec) -> ModelSpec:
    """Store a new model (its `id` is ignored) and give it back with its id.

    Raises:
        DataError: the name is taken.
    """
    if session.exec(select(Model).where(Model.name == new.name)).first() is not None:
        raise DataError(f"A model {new.name!r} exists already.", "Choose another name.")
    row = Model(name=new.name, spec=new.to_json())
    session.add(row)
    session.flush()
    return ModelSpec.from_json(_id(row), row.spec)


def replace(session: Session, changed: ModelSpec) -> None:
    """Store the changed spec of an existing model."""
    row = session.get_one(Model, changed.id)
    row.spec = changed.to_json()
    session.add(row)


def _id(row: Model) -> int:
    if row.id is None:
        raise ValueError("the model was not stored yet")
    return row.id
