"""The profiles: one row a chunk and segment, with the fingerprint of what it was counted from."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from core.store.tables import Profile


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """One stored profile as bytes (`core.health.profiles.profile.Profile.to_bytes`)."""

    chunk: str
    column: str
    value: str
    body: bytes


def fingerprints(session: Session, model_id: int) -> dict[str, str]:
    """Chunk -> fingerprint of its profiles."""
    rows = session.exec(
        select(Profile.chunk, Profile.fingerprint).where(
            Profile.model_id == model_id, Profile.segment_column == ""
        )
    ).all()
    return dict(rows)


def body(session: Session, model_id: int, chunk: str) -> bytes | None:
    """What is stored under that name for the whole chunk."""
    return session.exec(
        select(Profile.body).where(
            Profile.model_id == model_id, Profile.chunk == chunk, Profile.segment_column == ""
        )
    ).first()


def read(session: Session, model_id: int) -> list[StoredProfile]:
    """All profiles of a model, by chunk."""
    rows = session.exec(
        select(Profile.chunk, Profile.segment_column, Profile.segment_value, Profile.body)
        .where(Profile.model_id == model_id)
        .order_by(col(Profile.chunk), col(Profile.id))
    ).all()
    return [StoredProfile(*row) for row in rows]


def replace(
    session: Session, model_id: int, chunk: str, fingerprint: str, bodies: Mapping[tuple[str, str], bytes]
) -> None:
    """Replace the profiles of a chunk by (column, value); ("", "") is the whole chunk."""
    forget(session, model_id, [chunk])
    same = {"model_id": model_id, "chunk": chunk, "fingerprint": fingerprint}
    session.execute(
        insert(Profile),
        [
            {**same, "segment_column": column, "segment_value": value, "body": content}
            for (column, value), content in bodies.items()
        ],
    )


def forget(session: Session, model_id: int, chunks: list[str]) -> None:
    """Remove the profiles of chunks."""
    session.exec(delete(Profile).where(col(Profile.model_id) == model_id, col(Profile.chunk).in_(chunks)))
