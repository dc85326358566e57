"""What the files of the home held when they were written: sizes and SHA-256."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from core.store.annotation.tasks import parts
from core.store.tables import FileDigest


@dataclass(frozen=True, slots=True)
class Digest:
    """Of one file: its path from the home, with slashes, its bytes and their SHA-256; when it was taken."""

    path: str
    bytes: int
    sha256: str
    at: datetime


def note(session: Session, digests: Iterable[Digest]) -> None:
    """Write down what files hold; what was known of the same paths goes."""
    new = {digest.path: digest for digest in digests}
    for part in parts(list(new)):
        session.exec(delete(FileDigest).where(col(FileDigest.path).in_(part)))
    session.add_all(
        FileDigest(path=one.path, bytes=one.bytes, sha256=one.sha256, at=one.at) for one in new.values()
    )


def read_all(session: Session, below: str = "") -> dict[str, Digest]:
    """Path -> what is known of the file; `below`: only of those whose path begins so."""
    rows = session.exec(
        select(FileDigest).where(col(FileDigest.path).startswith(below, autoescape=True))
    ).all()
    return {row.path: Digest(row.path, row.bytes, row.sha256, row.at) for row in rows}
