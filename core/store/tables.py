"""The tables. Rows of `table=True` classes are not validated: validate before building them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.types import UTCDateTime, now


def _moment(*, nullable: bool = False) -> Any:
    if nullable:
        return Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    return Field(default_factory=now, sa_column=Column(UTCDateTime, nullable=False))


def _json(*, nullable: bool = False) -> Any:
    return Field(default=None if nullable else {}, sa_column=Column(JSON, nullable=nullable))


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"ck_{column}_{values[0]}")


class Model(SQLModel, table=True):
    """A monitored model; `spec` is `core.frames.spec.ModelSpec` as JSON."""

    __tablename__ = "model"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    spec: dict[str, Any] = _json()
    created_at: datetime = _moment()


class Batch(SQLModel, table=True):
    """One file that was taken in; `files` names what it wrote into the lake."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("model_id", "kind", "content_hash"),
        _one_of("kind", "predictions", "labels", "training"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    kind: str
    content_hash: str
    source: str
    rows: int
    chunks: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    created_at: datetime = _moment()


class Profile(SQLModel, table=True):
    """What is kept of one chunk and segment; `body` is `core.health.profile.Profile` as bytes."""

    __tablename__ = "profile"
    __table_args__ = (UniqueConstraint("model_id", "chunk", "segment_column", "segment_value"),)
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    chunk: str
    segment_column: str = ""
    segment_value: str = ""
    fingerprint: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Finding(SQLModel, table=True):
    """The health document of a model, computed beforehand: a page reads this one row."""

    __tablename__ = "finding"
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    fingerprint: str
    computed_at: datetime = _moment()
    body: dict[str, Any] = _json()


class Scan(SQLModel, table=True):
    """One search for suspects over the labelled rows of a model."""

    __tablename__ = "scan"
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    fingerprint: str
    rows: int
    summary: dict[str, Any] = _json()
    created_at: datetime = _moment()


class Suspect(SQLModel, table=True):
    """One scanned row: given and suggested label, how likely an error, and why."""

    __tablename__ = "suspect"
    __table_args__ = (Index("ix_suspect_rank", "scan_id", "rank"),)
    scan_id: int = Field(foreign_key="scan.id", primary_key=True)
    row_id: str = Field(primary_key=True)
    given: str
    suggested: str
    p_error: float
    impact: float
    rank: int
    flagged: bool
    reasons: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    detail: dict[str, Any] = _json()


class LabelTask(SQLModel, table=True):
    """One item that experts are asked about; `want` answers, `done` given, `live` claimed just now."""

    __tablename__ = "label_task"
    __table_args__ = (
        UniqueConstraint("model_id", "row_id"),
        _one_of("kind", "suspect", "unlabelled", "audit", "disagreement"),
        _one_of("state", "open", "settled", "conflict", "withdrawn"),
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
    created_at: datetime = _moment()


class LabelClaim(SQLModel, table=True):
    """A lease: this person is looking at this item until `expires_at`; `holder` is the tab it is shown in."""

    __tablename__ = "label_claim"
    __table_args__ = (UniqueConstraint("task_id", "person"),)
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="label_task.id")
    person: str
    holder: str = ""
    expires_at: datetime = _moment()


class LabelEvent(SQLModel, table=True):
    """What an expert did, append-only (triggers refuse UPDATE and DELETE); `uid` comes from the client."""

    __tablename__ = "label_event"
    __table_args__ = (
        _one_of("action", "label", "skip", "unsure", "flag", "note", "undo", "adjudicate", "import"),
        _one_of("shown", "none", "given", "model", "both"),
        Index("ix_event_row", "model_id", "row_id"),
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
    client_time: datetime | None = _moment(nullable=True)
    server_time: datetime = _moment()


class LabelCurrent(SQLModel, table=True):
    """The projection of the events: what holds for a row now. Can be rebuilt from the events."""

    __tablename__ = "label_current"
    __table_args__ = (_one_of("state", "settled", "unsure", "conflict", "flagged"),)
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    row_id: str = Field(primary_key=True)
    label: str | None = None
    state: str
    votes: dict[str, Any] = _json()
    version: int = 1
    updated_at: datetime = _moment()


class Revision(SQLModel, table=True):
    """An immutable set of labels: the given ones, corrected by the events up to `event_seq`."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("model_id", "number"), UniqueConstraint("model_id", "content_hash"))
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    number: int
    content_hash: str
    event_seq: int
    rows: int
    corrections: dict[str, Any] = _json()
    created_by: str
    created_at: datetime = _moment()


class Holdout(SQLModel, table=True):
    """Rows kept apart for comparisons, frozen by key before any relabelling."""

    __tablename__ = "holdout"
    __table_args__ = (UniqueConstraint("model_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    number: int
    keys_hash: str
    row_ids: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    given: dict[str, Any] = _json()
    first: str
    last: str
    created_at: datetime = _moment()


class Trial(SQLModel, table=True):
    """One experiment. The unique fingerprint is the guard against repeating it."""

    __tablename__ = "trial"
    __table_args__ = (
        UniqueConstraint("model_id", "fingerprint"),
        _one_of("status", "running", "trained", "failed", "cancelled"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    fingerprint: str
    recipe: str
    revision_id: int | None = Field(default=None, foreign_key="revision.id")
    holdout_id: int | None = Field(default=None, foreign_key="holdout.id")
    parent_version: str | None = None
    status: str
    params: dict[str, Any] = _json()
    cv: dict[str, Any] = _json()
    run_id: str | None = None
    version: str | None = None
    seconds: float | None = None
    error: str | None = None
    job_id: str | None = None
    created_by: str
    created_at: datetime = _moment()


class Comparison(SQLModel, table=True):
    """A champion against a challenger on a holdout; `body` is the document of the `compare` command."""

    __tablename__ = "comparison"
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    holdout_id: int = Field(foreign_key="holdout.id")
    champion: str
    challenger: str
    look: int
    verdict: str
    body: dict[str, Any] = _json()
    created_by: str
    created_at: datetime = _moment()


class HoldoutLook(SQLModel, table=True):
    """The ledger: each look at a holdout costs part of its level; one row a challenger."""

    __tablename__ = "holdout_look"
    __table_args__ = (UniqueConstraint("holdout_id", "look"), UniqueConstraint("holdout_id", "challenger"))
    id: int | None = Field(default=None, primary_key=True)
    holdout_id: int = Field(foreign_key="holdout.id")
    look: int
    challenger: str
    alpha: float
    created_at: datetime = _moment()


class Deployment(SQLModel, table=True):
    """A change of the champion: intended, then done or refused. The newest `done` is in production."""

    __tablename__ = "deployment"
    __table_args__ = (
        _one_of("kind", "first", "promote", "rollback"),
        _one_of("state", "intended", "done", "refused"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    kind: str
    state: str
    version: str
    previous: str | None = None
    comparison_id: int | None = Field(default=None, foreign_key="comparison.id")
    reason: str
    person: str
    data_until: str | None = None
    created_at: datetime = _moment()


class Audit(SQLModel, table=True):
    """Who did what, when; never changed."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    model_id: int | None = Field(default=None, foreign_key="model.id")
    person: str
    action: str
    body: dict[str, Any] = _json()
    created_at: datetime = _moment()
