"""Trials: one row for each experiment; the unique fingerprint is the guard against repeating one."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from core.store.experiments import deployments
from core.store.tables import Trial

SCORED = (
    "recipe",
    "status",
    "version",
    "seconds",
    "revision_id",
    "holdout_id",
    "job_id",
    "parent_version",
    "fingerprint",
    "run_id",
    "error",
    "created_by",
    "created_at",
)
"""Columns that a leaderboard needs beside the number."""
OF_SEARCH = ("stage", "on", "features", "treatment")
"""What of a search's document a leaderboard needs."""
DONE = ("trained", "scored", "stopped")
"""A search judges a trial ("scored") or gives it up as hopeless ("stopped"): neither is made again."""


def find(session: Session, model_id: int, fingerprint: str) -> Trial | None:
    """The trial with that fingerprint."""
    query = select(Trial).where(Trial.model_id == model_id, Trial.fingerprint == fingerprint)
    return session.exec(query).first()


def start(session: Session, new: Trial) -> Trial:
    """Enter a trial as running, or take up the one that is there unless it is done already."""
    known = find(session, new.model_id, new.fingerprint)
    if known is None:
        new.status = "running"
        session.add(new)
        session.flush()
        return new
    if known.status not in DONE:
        known.status, known.error, known.job_id = "running", None, new.job_id
        session.add(known)
    return known


def finish(
    session: Session,
    trial_id: int,
    *,
    run_id: str,
    version: str,
    cv: dict[str, Any],
    params: dict[str, Any],
    seconds: float,
) -> Trial:
    """Enter the result of a trial; entering it twice changes nothing."""
    row = session.get_one(Trial, trial_id)
    if row.status != "trained":
        row.status, row.run_id, row.version = "trained", run_id, version
        row.cv, row.params, row.seconds = cv, {**row.params, **params}, seconds
        session.add(row)
    return row


def score(
    session: Session,
    trial_id: int,
    status: str,
    *,
    cv: dict[str, Any],
    params: dict[str, Any],
    seconds: float,
    error: str | None = None,
) -> None:
    """Enter what a search found of a trial without a version; what is registered stays as it is."""
    row = session.get_one(Trial, trial_id)
    if row.status != "trained":
        row.status, row.error, row.seconds = status, error, seconds
        row.cv, row.params = cv, {**row.params, **params}
        session.add(row)


def close(session: Session, trial_id: int, status: str, error: str | None = None) -> None:
    """Enter that a running trial failed or was cancelled."""
    row = session.get_one(Trial, trial_id)
    if row.status == "running":
        row.status, row.error = status, error
        session.add(row)


def by_version(session: Session, model_id: int, version: str) -> Trial | None:
    """The trial that made a version."""
    query = select(Trial).where(Trial.model_id == model_id, Trial.version == version)
    return session.exec(query).first()


def origin_of(session: Session, model_id: int, version: str) -> Trial | None:
    """The trial that made a version, or of which a refit made it."""
    trial = by_version(session, model_id, version)
    of = None if trial is None else trial.params.get("refit_of")
    return trial if of is None else by_version(session, model_id, of)


def list_trials(session: Session, model_id: int) -> list[Trial]:
    """All trials, oldest first."""
    return list(session.exec(select(Trial).where(Trial.model_id == model_id).order_by(col(Trial.id))).all())


def list_outlines(session: Session, model_id: int) -> list[Any]:
    """Of all trials, oldest first, what the record tells of them; their documents stay where they are."""
    params: Any = col(Trial.params)
    query: Any = select(Trial.created_at, Trial.recipe, Trial.status).add_columns(
        col(Trial.version),
        col(Trial.error),
        params["refit_of"].as_string().label("refit_of"),
        col(Trial.created_by),
        col(Trial.run_id),
        col(Trial.fingerprint),
    )
    return list(session.execute(query.where(Trial.model_id == model_id).order_by(col(Trial.id))).all())


def list_scores(session: Session, model_id: int, metric: str) -> list[Any]:
    """Of all trials, oldest first, what a leaderboard says: their columns, and of their documents the score.

    Objects of ten thousand trials, with all that is kept of each, take seconds; these take a tenth of one.
    `features` and `treatment` of a search are JSON texts.
    """
    cv: Any = col(Trial.cv)
    params: Any = col(Trial.params)
    query: Any = select(Trial.id).add_columns(
        *(col(getattr(Trial, name)) for name in SCORED),
        cv[metric].label("score"),
        params["refit_of"].as_string().label("refit_of"),
        *(params["search"][name].as_string().label(name) for name in OF_SEARCH),
    )
    return list(session.execute(query.where(Trial.model_id == model_id).order_by(col(Trial.id))).all())


def of_champion(session: Session, model_id: int) -> Trial | None:
    """The trial that made the version in production."""
    live = deployments.champion(session, model_id)
    return by_version(session, model_id, live.version) if live else None


def newest_refit(session: Session, model_id: int, of: str) -> Trial | None:
    """The newest trial that refitted a version."""
    params: Any = col(Trial.params)
    query = select(Trial).where(Trial.model_id == model_id, params["refit_of"].as_string() == of)
    return session.exec(query.order_by(col(Trial.id).desc()).limit(1)).first()


def by_versions(session: Session, model_id: int, versions: Sequence[str]) -> dict[str, Any]:
    """Version -> recipe, run_id and revision_id of the trial that made it."""
    query: Any = select(Trial.version, Trial.recipe, Trial.run_id, Trial.revision_id)
    mine = query.where(Trial.model_id == model_id, col(Trial.version).in_(versions))
    return {row.version: row for row in session.execute(mine).all()}


def list_versions(session: Session, model_id: int) -> list[str]:
    """The versions that trials have made, oldest first."""
    query = select(Trial.version).where(Trial.model_id == model_id, col(Trial.version).is_not(None))
    return [version for version in session.exec(query.order_by(col(Trial.id))).all() if version]


def of_newest_search(session: Session, model_id: int) -> list[Trial]:
    """The newest trial that a search has made of a model, behind all that were made on the same data."""
    mine = col(Trial.model_id) == model_id
    newest = select(_on()).where(mine, _on().is_not(None)).order_by(col(Trial.id).desc()).limit(1)
    query = select(Trial).where(mine, _on() == newest.scalar_subquery())
    return list(session.exec(query.order_by(col(Trial.id))).all())


def _on() -> Any:
    """SQL: the name of the data that a search has judged a trial on; none where it was no search."""
    params: Any = col(Trial.params)
    return params["search"]["on"].as_string()


def list_running(session: Session) -> list[Trial]:
    """The trials that nobody finished, of every model."""
    return list(session.exec(select(Trial).where(Trial.status == "running")).all())


def get(session: Session, trial_id: int) -> Trial:
    """The trial of that id."""
    return session.get_one(Trial, trial_id)


def find_number(session: Session, model_id: int, trial_id: int) -> Trial | None:
    """The trial of that id, if it is of this model."""
    query = select(Trial).where(Trial.model_id == model_id, Trial.id == trial_id)
    return session.exec(query).first()
