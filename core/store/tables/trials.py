"""What was tried and what went into production: holdouts, trials, comparisons, deployments, audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.tables.columns import document, moment, one_of


class Holdout(SQLModel, table=True):
    """Rows kept apart for comparisons, frozen by key before any relabelling; which: `HoldoutRow`."""

    __tablename__ = "holdout"
    __table_args__ = (UniqueConstraint("model_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    number: int
    keys_hash: str
    rows: int = 0
    first: str
    last: str
    created_at: datetime = moment()


class HoldoutRow(SQLModel, table=True):
    """One row of a holdout: its place in the frozen order, its label then - a class, or else a number."""

    __tablename__ = "holdout_row"
    __table_args__ = ({"sqlite_with_rowid": False},)
    holdout_id: int = Field(foreign_key="holdout.id", primary_key=True)
    row_id: str = Field(primary_key=True)
    position: int
    given_class: str | None = None
    given_number: float | None = None


class Trial(SQLModel, table=True):
    """One experiment. The unique fingerprint is the guard against repeating it."""

    __tablename__ = "trial"
    __table_args__ = (
        UniqueConstraint("model_id", "fingerprint"),
        one_of("status", "running", "scored", "stopped", "trained", "failed", "cancelled"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    fingerprint: str
    recipe: str
    revision_id: int | None = Field(default=None, foreign_key="revision.id")
    holdout_id: int | None = Field(default=None, foreign_key="holdout.id")
    parent_version: str | None = None
    status: str
    params: dict[str, Any] = document()
    cv: dict[str, Any] = document()
    run_id: str | None = None
    version: str | None = None
    seconds: float | None = None
    error: str | None = None
    job_id: str | None = None
    created_by: str
    created_at: datetime = moment()


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
    body: dict[str, Any] = document()
    created_by: str
    created_at: datetime = moment()


class HoldoutLook(SQLModel, table=True):
    """The ledger: each look at a holdout costs part of its level; one row a challenger."""

    __tablename__ = "holdout_look"
    __table_args__ = (UniqueConstraint("holdout_id", "look"), UniqueConstraint("holdout_id", "challenger"))
    id: int | None = Field(default=None, primary_key=True)
    holdout_id: int = Field(foreign_key="holdout.id")
    look: int
    challenger: str
    alpha: float
    created_at: datetime = moment()


class Deployment(SQLModel, table=True):
    """A change of the champion: intended, then done or refused. The newest `done` is in production.

    Where the model asks for a second person, it is proposed first, and then approved (intended), declined or
    lapsed. `known` is what was known when it was intended or proposed; `verdict` what the comparison said;
    `override` of which kind the reason is where it did not say "better" (`core.services.deployment.reasons`).
    """

    __tablename__ = "deployment"
    __table_args__ = (
        one_of("kind", "first", "promote", "rollback"),
        one_of("state", "intended", "proposed", "done", "refused", "declined", "lapsed"),
        one_of(
            "override", "corrected_labels", "smaller_or_faster", "safety_or_law", "repaired_data", "other"
        ),
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
    verdict: str | None = None
    override: str | None = None
    known: dict[str, Any] | None = document(nullable=True)
    decided_by: str | None = None
    decision: str | None = None
    decided_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()


class Shadow(SQLModel, table=True):
    """A version that predicts what comes beside the champion, and is compared with it as labels mature.

    A challenger before a promotion, or as a guard the version before, after one. `basis` says how rows are
    judged, and is fixed before the first one counts; `looks` how many looks counted rows, each of which left
    a file of them; `body` is the document of the newest look.
    """

    __tablename__ = "shadow"
    __table_args__ = (
        one_of("role", "challenger", "guard"),
        one_of("state", "running", "decided", "ended", "lapsed"),
        one_of("verdict", "open", "better", "worse"),
        Index("ix_shadow_model", "model_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    role: str
    champion: str
    version: str
    state: str = "running"
    verdict: str = "open"
    start_batch: int
    looks: int = 0
    basis: dict[str, Any] | None = document(nullable=True)
    body: dict[str, Any] | None = document(nullable=True)
    started_by: str
    ended_by: str | None = None
    reason: str | None = None
    ended_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()


class AutomaticRun(SQLModel, table=True):
    """A training that Caretaker began by itself; its jobs have ids made of its own, so that none runs twice.

    It trains, compares and perhaps promotes; `outcome` says what became of it. `rule` is the setting by which
    it began, `labels` how many there were then, `known` the versions that were there before.
    """

    __tablename__ = "automatic_run"
    __table_args__ = (
        one_of("occasion", "schedule", "alarm"),
        one_of("state", "training", "comparing", "promoting", "done"),
        one_of("outcome", "waits", "promoted", "nothing_new", "stopped", "failed"),
        Index("ix_automatic_run_model", "model_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    occasion: str
    cause: str
    state: str = "training"
    outcome: str | None = None
    version: str | None = None
    verdict: str | None = None
    message: str = ""
    labels: int
    known: list[str] = document()
    rule: dict[str, Any] = document()
    ended_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()


class Announcement(SQLModel, table=True):
    """What a deploy target is told of a deployment: the outbox, written with the confirmation.

    `uid` is the same each time it is sent, so that a receiver can drop what it had. It is live once the
    target confirmed that it serves that version, and superseded once a later deployment is announced.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        UniqueConstraint("deployment_id", "target"),
        one_of("state", "waiting", "live", "failed", "superseded"),
        Index("ix_announcement_due", "state", "next_at"),
    )
    uid: str = Field(primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    deployment_id: int = Field(foreign_key="deployment.id")
    target: str
    state: str = "waiting"
    body: dict[str, Any] = document()
    attempts: int = 0
    message: str = ""
    next_at: datetime = moment()
    changed_at: datetime = moment()
    created_at: datetime = moment()


class Audit(SQLModel, table=True):
    """Who did what, when; never changed."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    model_id: int | None = Field(default=None, foreign_key="model.id")
    person: str
    action: str
    body: dict[str, Any] = document()
    created_at: datetime = moment()
