"""What is asked of experts and what they answered: scans, suspects, tasks, claims, events, revisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.store.tables.columns import document, moment, one_of


class Scan(SQLModel, table=True):
    """One search for suspects over the labelled rows of a model."""

    __tablename__ = "scan"
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    fingerprint: str
    rows: int
    summary: dict[str, Any] = document()
    created_at: datetime = moment()


class ScanEstimate(SQLModel, table=True):
    """What answers up to an event have taught about a search: a projection, made anew by the next job."""

    __tablename__ = "scan_estimate"
    scan_id: int = Field(foreign_key="scan.id", primary_key=True)
    event_seq: int
    document: dict[str, Any] = document()


FLAGGED: dict[str, Any] = {"sqlite_where": text("flagged = 1"), "postgresql_where": text("flagged")}
"""An index of the suspects alone: a list of them walks no other row, and the others cost nothing to write."""


class Suspect(SQLModel, table=True):
    """One scanned row: given and suggested label, how likely an error, and why.

    `prior` is how likely by the models alone: none of rows that they cannot judge, or of a changed world.
    `digest` tells whether a row is what was written (`core.store.sealed.suspects`); none before.
    """

    __tablename__ = "suspect"
    __table_args__ = (
        Index("ix_suspect_rank", "scan_id", "rank"),
        Index("ix_suspect_flagged_rank", "scan_id", "rank", **FLAGGED),
        Index("ix_suspect_flagged_error", "scan_id", "p_error", **FLAGGED),
    )
    scan_id: int = Field(foreign_key="scan.id", primary_key=True)
    row_id: str = Field(primary_key=True)
    given: str
    suggested: str
    p_error: float
    prior: float | None = None
    impact: float
    rank: int
    flagged: bool
    reasons: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    detail: dict[str, Any] = document()
    digest: str | None = None


class LabelTask(SQLModel, table=True):
    """One item that experts are asked about; `want` answers, `done` given, `live` claimed just now."""

    __tablename__ = "label_task"
    __table_args__ = (
        UniqueConstraint("model_id", "row_id"),
        one_of("kind", "suspect", "unlabelled", "audit", "disagreement"),
        one_of("state", "open", "settled", "conflict", "withdrawn"),
        Index("ix_task_queue", "model_id", "state", "priority"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    row_id: str
    kind: str
    state: str = "open"
    priority: float
    want: int = 1
    done: int = 0
    live: int = 0
    given: str | None = None
    suggested: str | None = None
    blind: bool = False
    reasons: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    created_at: datetime = moment()


class LabelClaim(SQLModel, table=True):
    """A lease: this person has the item from `taken_at` to `expires_at`; `holder` is the tab with it."""

    __tablename__ = "label_claim"
    __table_args__ = (UniqueConstraint("task_id", "person"), Index("ix_claim_person", "person", "holder"))
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="label_task.id")
    person: str
    holder: str = ""
    taken_at: datetime = moment()
    expires_at: datetime = moment()


class LabelEvent(SQLModel, table=True):
    """What an expert did, append-only (triggers refuse UPDATE and DELETE); `uid` comes from the client."""

    __tablename__ = "label_event"
    __table_args__ = (
        one_of("action", "label", "skip", "unsure", "flag", "note", "undo", "adjudicate", "import"),
        one_of("shown", "none", "given", "model", "both"),
        Index("ix_event_row", "model_id", "row_id"),
        Index("ix_event_person", "model_id", "person", "seq"),
        UniqueConstraint("seq"),
    )
    uid: str = Field(primary_key=True)
    seq: int
    model_id: int = Field(foreign_key="model.id")
    task_id: int | None = Field(default=None, foreign_key="label_task.id")
    row_id: str
    person: str
    action: str
    label: str | None = None
    note: str | None = None
    supersedes: str | None = None
    shown: str = "both"
    mode: str = "verify"
    ms: int | None = None
    client_time: datetime | None = moment(nullable=True)
    server_time: datetime = moment()


class LabelCurrent(SQLModel, table=True):
    """The projection of the events: what holds for a row now. Can be rebuilt from the events."""

    __tablename__ = "label_current"
    __table_args__ = (one_of("state", "settled", "unsure", "conflict", "flagged"),)
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    row_id: str = Field(primary_key=True)
    label: str | None = None
    state: str
    votes: dict[str, Any] = document()
    version: int = 1
    updated_at: datetime = moment()


class Revision(SQLModel, table=True):
    """An immutable set of labels: the given ones, `corrected` of them by the events up to `event_seq`."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("model_id", "number"), UniqueConstraint("model_id", "content_hash"))
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    number: int
    content_hash: str
    event_seq: int
    rows: int
    corrected: int = 0
    created_by: str
    created_at: datetime = moment()


class RevisionLabel(SQLModel, table=True):
    """A label that differs in a revision from the given one."""

    __tablename__ = "revision_label"
    __table_args__ = ({"sqlite_with_rowid": False},)
    revision_id: int = Field(foreign_key="revision.id", primary_key=True)
    row_id: str = Field(primary_key=True)
    label: str
