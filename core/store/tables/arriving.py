"""How data arrive: sources that keep coming, every delivery with its outcome, tokens, unfinished set-ups."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.tables.columns import document, moment, one_of


class Source(SQLModel, table=True):
    """A folder, a pattern or a SQL table that is looked at again and again.

    `address` is what a person wrote (a path, a glob, `s3://...` or `sql:CONNECTION/TABLE`); `watermark` is
    the largest value of the watermark column that was taken in (as JSON), `seen` the hashes of the rows that
    are read again because they stand at it or within `look_back` (seconds or units) before it.
    """

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("model_id", "address", "kind"),
        one_of("kind", "predictions", "labels", "training"),
        one_of("state", "on", "paused", "removed"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    address: str
    kind: str
    watermark_column: str | None = None
    watermark: str | None = None
    look_back: float = 0.0
    seen: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    every_seconds: int = 300
    state: str = "on"
    polled_at: datetime | None = moment(nullable=True)
    failures: int = 0
    message: str = ""
    created_by: str
    created_at: datetime = moment()


class SourceFile(SQLModel, table=True):
    """A file that a source looked at: it is opened again only when its size or moment of change differ."""

    __tablename__ = "source_file"
    source_id: int = Field(foreign_key="source.id", primary_key=True)
    path: str = Field(primary_key=True)
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    changed: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str
    refused: bool = False


class Arrival(SQLModel, table=True):
    """One delivery, taken in or refused: what came, when, of which period, and why not.

    `sha256` is that of the bytes, so that a source does not open a file again that it knows. `left_out` says
    what was not taken in as it came: `rows` and `clipped` count, `listed` names the first rows.
    """

    __tablename__ = "arrival"
    __table_args__ = (
        one_of("outcome", "taken", "known", "refused"),
        Index("ix_arrival_newest", "model_id", "id"),
        Index("ix_arrival_content", "model_id", "sha256"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    source_id: int | None = Field(default=None, foreign_key="source.id")
    batch_id: int | None = Field(default=None, foreign_key="batch.id")
    door: str
    name: str
    kind: str
    sha256: str = ""
    outcome: str
    rows: int = 0
    new: int = 0
    replaced: int = 0
    labelled: int = 0
    left_out: dict[str, Any] = document()
    first: str | None = None
    last: str | None = None
    message: str = ""
    hint: str = ""
    person: str
    created_at: datetime = moment()


class Token(SQLModel, table=True):
    """A bearer token of the HTTP door: only its hash is kept; revoked ones stay for the record."""

    __tablename__ = "token"
    __table_args__ = (UniqueConstraint("model_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    name: str
    hash: str = Field(unique=True)
    created_by: str
    created_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)
    revoked_at: datetime | None = moment(nullable=True)


class Draft(SQLModel, table=True):
    """A model that is being connected on the Setup page: what was said so far.

    The number of a draft is never used again: jobs and typed text belong to it by that number.
    """

    __tablename__ = "draft"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    body: dict[str, Any] = document()
    person: str
    changed_at: datetime = moment()
