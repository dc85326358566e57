"""What is watched: models, batches and the files of the home, profiles, findings and their headlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.tables.columns import document, moment, one_of


class Model(SQLModel, table=True):
    """A monitored model; `spec` is `core.model.ModelSpec` as JSON."""

    __tablename__ = "model"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    spec: dict[str, Any] = document()
    created_at: datetime = moment()


class Batch(SQLModel, table=True):
    """One file that was taken in; `files` names what it wrote into the lake."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("model_id", "kind", "content_hash"),
        one_of("kind", "predictions", "labels", "training"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    kind: str
    content_hash: str
    source: str
    rows: int
    chunks: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    created_at: datetime = moment()


class FileDigest(SQLModel, table=True):
    """What a file of the home held when it was written; such files never change.

    `path` leads from the home, with slashes; `at` is when the digest was taken.
    """

    __tablename__ = "file_digest"
    path: str = Field(primary_key=True)
    bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str
    at: datetime = moment()


class Profile(SQLModel, table=True):
    """What is kept of one chunk and segment; `body` is `core.health.profiles.profile.Profile` as bytes.

    `digest` tells whether a row is what was written; none before.
    """

    __tablename__ = "profile"
    __table_args__ = (UniqueConstraint("model_id", "chunk", "segment_column", "segment_value"),)
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    chunk: str
    segment_column: str = ""
    segment_value: str = ""
    fingerprint: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    digest: str | None = None


class Finding(SQLModel, table=True):
    """The health document of a model, computed beforehand: a page reads this one row."""

    __tablename__ = "finding"
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    fingerprint: str
    computed_at: datetime = moment()
    body: dict[str, Any] = document()


class Headline(SQLModel, table=True):
    """The few numbers of a finding: `core.health.headline.Headline` as JSON."""

    __tablename__ = "headline"
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    body: dict[str, Any] = document()
