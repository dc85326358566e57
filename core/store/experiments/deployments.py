"""Changes of the champion: intended, then done or refused. The newest done one is in production."""

from sqlmodel import Session, col, select

from core.store.tables import Deployment


def intend(session: Session, deployment: Deployment) -> Deployment:
    """Store what is about to happen; gives the row back with its id."""
    deployment.state = "intended"
    session.add(deployment)
    session.flush()
    return deployment


def record_first(
    session: Session, model_id: int, version: str, *, person: str, data_until: str | None = None
) -> Deployment:
    """The first champion of a model: done at once, nothing is replaced. Doing it twice changes nothing."""
    current = champion(session, model_id)
    if current is not None:
        return current
    first = Deployment(
        model_id=model_id,
        kind="first",
        state="done",
        version=version,
        reason="first champion",
        person=person,
        data_until=data_until,
    )
    session.add(first)
    session.flush()
    return first


def conclude(session: Session, deployment_id: int, state: str) -> Deployment:
    """Turn an intent into "done" or "refused"; a concluded one stays as it is."""
    row = session.get_one(Deployment, deployment_id)
    if row.state == "intended":
        row.state = state
        session.add(row)
    return row


def list_done(session: Session, model_id: int) -> list[Deployment]:
    """What was in production, oldest first."""
    mine = select(Deployment).where(Deployment.model_id == model_id, Deployment.state == "done")
    return list(session.exec(mine.order_by(col(Deployment.id))).all())


def list_intended(session: Session, model_id: int | None = None) -> list[Deployment]:
    """Intents that nobody concluded: what a crash left, or what is happening right now."""
    query = select(Deployment).where(Deployment.state == "intended")
    if model_id is not None:
        query = query.where(Deployment.model_id == model_id)
    return list(session.exec(query.order_by(col(Deployment.id))).all())


def champion(session: Session, model_id: int) -> Deployment | None:
    """The deployment that is in production now."""
    mine = select(Deployment).where(Deployment.model_id == model_id, Deployment.state == "done")
    return session.exec(mine.order_by(col(Deployment.id).desc()).limit(1)).first()


def newest(session: Session, model_id: int) -> Deployment | None:
    """The newest intent, whatever became of it."""
    mine = select(Deployment).where(Deployment.model_id == model_id)
    return session.exec(mine.order_by(col(Deployment.id).desc()).limit(1)).first()


def list_concluded(session: Session, model_id: int) -> list[Deployment]:
    """Every change that was done, refused, declined or that lapsed, oldest first."""
    concluded = col(Deployment.state).not_in(("intended", "proposed"))
    mine = select(Deployment).where(Deployment.model_id == model_id, concluded)
    return list(session.exec(mine.order_by(col(Deployment.id))).all())


def list_all(session: Session, model_id: int) -> list[Deployment]:
    """Every change that was ever intended or proposed, oldest first."""
    mine = select(Deployment).where(Deployment.model_id == model_id)
    return list(session.exec(mine.order_by(col(Deployment.id))).all())
