"""The bearer tokens of the HTTP door: only their hashes, revoked ones too."""

from datetime import datetime

from sqlmodel import Session, col, or_, select, update

from core.store.tables import Model, Token


def add(session: Session, model_id: int, name: str, digest: str, by: str) -> Token:
    """Store a new token."""
    row = Token(model_id=model_id, name=name, hash=digest, created_by=by)
    session.add(row)
    session.flush()
    return row


def find_token(session: Session, model_id: int, name: str) -> Token | None:
    """The token of that name."""
    return session.exec(select(Token).where(Token.model_id == model_id, Token.name == name)).one_or_none()


def list_tokens(session: Session, model_id: int) -> list[Token]:
    """The tokens of a model, newest first."""
    mine = select(Token).where(Token.model_id == model_id)
    return list(session.exec(mine.order_by(col(Token.id).desc())).all())


def by_hash(session: Session, digest: str) -> tuple[Token, str] | None:
    """The token with that hash and the name of its model."""
    query = select(Token, Model.name).join(Model).where(Token.hash == digest)
    row = session.exec(query).one_or_none()
    return None if row is None else (row[0], row[1])


def revoke(session: Session, token: Token, at: datetime) -> None:
    """Let a token through no more; the row stays for the record."""
    token.revoked_at = at
    session.add(token)


def touch(session: Session, token_id: int, at: datetime, before: datetime) -> None:
    """Note a use, unless one was noted since `before`."""
    stale = or_(col(Token.used_at).is_(None), col(Token.used_at) < before)
    session.exec(update(Token).where(col(Token.id) == token_id, stale).values(used_at=at))
