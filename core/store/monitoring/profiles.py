"""The profiles: one row a chunk and segment, with the fingerprint of what it was counted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from core.errors import StoreError
from core.store.sealed.profiles import digest
from core.store.tables import Profile


class DamagedProfiles(StoreError):
    """What is stored of some chunks is not what was written.

    Next: nothing, the check that needs them counts them anew; `doctor` says what else is damaged.
    """

    http_status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, chunks: Sequence[str]) -> None:
        super().__init__(f"The profiles of {', '.join(chunks)} are damaged.", "Check the model again.")
        self.chunks = list(chunks)


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
    """What is stored under that name for the whole chunk.

    Raises:
        DamagedProfiles: it is not what was written.
    """
    row = session.exec(
        select(Profile.segment_value, Profile.body, Profile.digest).where(
            Profile.model_id == model_id, Profile.chunk == chunk, Profile.segment_column == ""
        )
    ).first()
    if row is None:
        return None
    value, content, known = row
    if known is not None and known != digest(chunk, "", value, content):
        raise DamagedProfiles([chunk])
    return content


def read(session: Session, model_id: int) -> list[StoredProfile]:
    """All profiles of a model, by chunk.

    Raises:
        DamagedProfiles: some are not what was written; rows of before, without a digest, pass.
    """
    names = ("chunk", "segment_column", "segment_value", "body", "digest")
    rows = session.exec(
        select(*(col(getattr(Profile, name)) for name in names))
        .where(Profile.model_id == model_id)
        .order_by(col(Profile.chunk), col(Profile.id))
    ).all()
    damaged = {row[0] for *row, known in rows if known is not None and known != digest(*row)}
    if damaged:
        raise DamagedProfiles(sorted(damaged))
    return [StoredProfile(*row) for *row, _ in rows]


def replace(
    session: Session, model_id: int, chunk: str, fingerprint: str, bodies: Mapping[tuple[str, str], bytes]
) -> None:
    """Replace the profiles of a chunk by (column, value); ("", "") is the whole chunk."""
    forget(session, model_id, [chunk])
    same = {"model_id": model_id, "chunk": chunk, "fingerprint": fingerprint}
    session.execute(
        insert(Profile),
        [
            {
                **same,
                "segment_column": column,
                "segment_value": value,
                "body": content,
                "digest": digest(chunk, column, value, content),
            }
            for (column, value), content in bodies.items()
        ],
    )


def forget(session: Session, model_id: int, chunks: list[str]) -> None:
    """Remove the profiles of chunks."""
    session.exec(delete(Profile).where(col(Profile.model_id) == model_id, col(Profile.chunk).in_(chunks)))
